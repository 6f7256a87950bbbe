"""Text or data to a ClusterConfig and the whole report of what is wrong with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.expansion import clusters, select_cluster
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.fields import kind_of
from eks_pod_identity.config.nearest import nearest_of
from eks_pod_identity.config.pattern import EXPANSION_KEY
from eks_pod_identity.config.places import Places
from eks_pod_identity.config.python_data import read_data
from eks_pod_identity.config.shape import read_shape
from eks_pod_identity.config.template import template_problems
from eks_pod_identity.config.validate import Scope, validate_cluster
from eks_pod_identity.config.words import quoted
from eks_pod_identity.config.yaml_document import read_document
from eks_pod_identity.errors import ConfigError, Problem, Severity, sorted_problems

MAX_PROBLEMS = 500  # more is a file of another program, and takes long to tell and to read


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """What a file or a Python mapping declares.

    Attributes:
        config: The model, or None if the input cannot be read in full. A config with errors among
            its problems is for showing; `require` is the way to one that may be acted upon.
        problems: All that is wrong, in file order; the first of them if there are very many.
        places: Where each path stands, for problems that are found later.
    """

    config: ClusterConfig | None
    problems: tuple[Problem, ...]
    places: Places

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop everything."""
        return tuple(each for each in self.problems if each.severity is Severity.ERROR)

    def for_cluster(self, name: str) -> "LoadedConfig":
        """Return what the file declares about another cluster, which its extension block names."""
        if self.config is None:
            return self
        if part := select_cluster(self.config, name):
            return replace(self, config=part)
        unknown = _cluster_unknown(name, self.config, self.places)
        return replace(self, problems=sorted_problems([*self.problems, unknown]))

    def require(self) -> ClusterConfig:
        """Return a config without errors.

        Raises:
            ConfigError: There are errors; warnings are in it as well.
        """
        if self.config is None or self.errors:
            raise ConfigError(self.problems)
        return self.config


def load_cluster_config(text: str, *, file: str) -> LoadedConfig:
    """Return what a ClusterConfig file declares, and everything that is wrong with it.

    Args:
        text: The content of the file, of any kind.
        file: The name to show in positions.
    """
    document = read_document(text, file=file, appendix=EXPANSION_KEY)
    places = Places(document.root)
    if document.root is None:
        return LoadedConfig(None, _report(document.problems), places)
    return _judge(document.root.value, places, document.problems)


def build_cluster_config(data: Mapping[str, Any], *, origin: str) -> LoadedConfig:
    """Return what a mapping with the keys of a ClusterConfig file declares.

    Args:
        data: Plain mappings, lists and scalars.
        origin: Name of the argument, in front of each address; may be empty.
    """
    places = Places(origin=origin)
    try:
        plain = read_data(data, places)
    except ConfigError as error:
        return LoadedConfig(None, error.problems, places)
    return _judge(plain, places, ())


def validate_cluster_config(
    config: ClusterConfig, places: Places | None = None
) -> tuple[Problem, ...]:
    """Return what is wrong with a config beyond its shape, up to a number worth reading.

    Args:
        config: The model.
        places: Where its parts stand in a file.
    """
    return _report(_broken_rules(config, Scope(places or Places())))


def _broken_rules(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    told = {scope.places.address(path) for path in scope.faulty}
    problems = (each for each in validate_cluster(config, scope) if each.address not in told)
    return islice(problems, MAX_PROBLEMS + 1)


def _judge(data: Any, places: Places, problems: tuple[Problem, ...]) -> LoadedConfig:  # noqa: ANN401 - JSON border
    if not isinstance(data, Mapping):
        return LoadedConfig(None, _report([*problems, *_no_mapping(data, places)]), places)
    shape = read_shape(data, places, limit=MAX_PROBLEMS + 1)
    templates = template_problems(shape.placeholders, places)
    unreadable = (*problems, *shape.problems, *templates)
    faulty = shape.faulty.union(path for path, _ in shape.placeholders)
    broken = _broken_rules(shape.draft, Scope(places, faulty=faulty))
    config = None if unreadable else shape.draft
    return LoadedConfig(config, _report([*unreadable, *broken]), places)


def _report(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    ordered = sorted_problems(problems)
    if len(ordered) <= MAX_PROBLEMS:
        return ordered
    message = f"there are more problems than the {MAX_PROBLEMS} that are told"
    more = Problem(Fault.TOO_MANY_PROBLEMS.id, "", message, places=ordered[-1].places[:1])
    return sorted_problems([*ordered[:MAX_PROBLEMS], more])


def _cluster_unknown(name: str, config: ClusterConfig, places: Places) -> Problem:
    path = ("metadata", "name")
    known = clusters(config)
    nearest = nearest_of(name, frozenset(known))
    return Problem(
        Fault.EXPANSION_CLUSTER_UNKNOWN.id,
        places.address(path),
        f"the file has nothing for a cluster {quoted(name)}",
        places=places.places(path),
        help=(
            f"name {nearest}" if nearest else f"name one of {', '.join(known)}",
            f"add {name} to clusters: of an entry of {EXPANSION_KEY}.associations",
            "to delete what was made there, take its component out of the program",
        ),
    )


def _no_mapping(data: object, places: Places) -> Iterator[Problem]:
    message = f"expected a ClusterConfig (a mapping), found {kind_of(data)}"
    help_ = "begin with metadata: and the cluster's name and region"
    yield Problem(Fault.FILE_NOT_A_MAPPING.id, "", message, places=places.places(()), help=(help_,))
