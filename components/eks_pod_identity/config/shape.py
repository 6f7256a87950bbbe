"""Data to a draft of the model: unknown keys and wrong kinds of values are told and left out.

The draft is the file without what is faulty in shape, so that the rules can judge all the rest and
one report holds every problem. A draft of a faulty file is never handed to a user.

Goes in: plain data. Comes out: a draft, problems, and the paths that the draft cannot be judged by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from eks_pod_identity.config.addon import Addon, AddonsConfig, NamespaceConfig
from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.cluster import (
    AutoModeConfig,
    ClusterConfig,
    Iam,
    KubernetesNetworkConfig,
    Metadata,
)
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.fields import kind_of
from eks_pod_identity.config.intent import intended, line_for
from eks_pod_identity.config.pattern import EXPANSION_KEY, AssociationPattern, Expansion
from eks_pod_identity.config.places import Path, Places
from eks_pod_identity.config.section import Section
from eks_pod_identity.config.synonyms import meant_key
from eks_pod_identity.config.template import placeholder_in, placeholders_of
from eks_pod_identity.errors import Problem

# Keys are unique among sections, so the last key of a path tells the section.
_SECTIONS: Mapping[str, type[Section]] = {
    "metadata": Metadata,
    "iam": Iam,
    "podIdentityAssociations": PodIdentityAssociation,
    "addons": Addon,
    "namespaceConfig": NamespaceConfig,
    "addonsConfig": AddonsConfig,
    "autoModeConfig": AutoModeConfig,
    "kubernetesNetworkConfig": KubernetesNetworkConfig,
    EXPANSION_KEY: Expansion,
    "associations": AssociationPattern,
}
_HOMES: Mapping[type[Section], str] = {
    Metadata: "metadata",
    Iam: "iam",
    PodIdentityAssociation: "an entry of podIdentityAssociations",
    AssociationPattern: f"an entry of {EXPANSION_KEY}.associations",
    Addon: "an entry of addons",
    AddonsConfig: "addonsConfig",
    ClusterConfig: "the top level of the file",
}
_OBJECT_LISTS = frozenset({"addons", "podIdentityAssociations", "associations", "trustedBy"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What could be read of the data.

    Attributes:
        draft: The model of all that is well-shaped.
        problems: Faults of keys and of kinds of values.
        faulty: Paths that the draft lacks because of a fault.
        placeholders: Paths of values that are templates, with what nobody rendered.
    """

    draft: ClusterConfig
    problems: tuple[Problem, ...] = ()
    faulty: frozenset[Path] = frozenset()
    placeholders: tuple[tuple[Path, str], ...] = ()


def read_shape(data: Mapping[str, Any], places: Places, *, limit: int) -> Shape:
    """Return the draft of a cluster's config and up to so many faults of the data's shape."""
    try:
        draft = ClusterConfig.model_validate(data)
        return Shape(draft, placeholders=tuple(placeholders_of(draft)))
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=True)
    listed = [(each, _path(each)) for each in errors[:limit]]
    draft = ClusterConfig.model_validate(_without(data, [_path(each) for each in errors]))
    templates = [(path, found) for error, path in listed if (found := _template(error))]
    rendered = (each for each in listed if not _template(each[0]))
    problems = tuple(_problem(error, path, places) for error, path in rendered)
    # A misspelt key stands for the one that is meant, so that this is not told to be missing.
    meant = ((*path[:-1], _meant_key(error, path)) for error, path in listed)
    faulty = frozenset(path for _, path in listed).union(meant)
    return Shape(draft, problems, faulty, (*templates, *placeholders_of(draft)))


def _template(error: ErrorDetails) -> str:
    """Return the placeholder of a value that is a template; a key says what it says."""
    return "" if error["type"] == "extra_forbidden" else placeholder_in(error["input"])


def _path(error: ErrorDetails) -> Path:
    return tuple(part for part in error["loc"] if part != "[key]")


def _problem(error: ErrorDetails, path: Path, places: Places) -> Problem:
    fault, message, help_ = _words(error, path)
    return Problem(fault.id, places.address(path), message, places=places.places(path), help=help_)


def _words(error: ErrorDetails, path: Path) -> tuple[Fault, str, tuple[str, ...]]:
    context = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            return Fault.UNKNOWN_KEY, "unknown key", (_unknown_key_help(path, error["input"]),)
        case Fault.TEXT_NOT_QUOTED.id:
            return Fault.TEXT_NOT_QUOTED, error["msg"], (_quoted_help(error, path),)
        case Fault.WRONG_TYPE.id:
            help_ = intended(path, context["expected"], error["input"])
            return Fault.WRONG_TYPE, error["msg"], help_
        case id_ if fault := Fault.by_id(id_):
            return fault, error["msg"], ()
        case _:
            message = f"expected a mapping, found {kind_of(error['input'])}"
            return Fault.WRONG_TYPE, message, intended(path, "a mapping", error["input"])


def _quoted_help(error: ErrorDetails, path: Path) -> str:
    written = f'"{error["ctx"]["written"]}"'
    if error["loc"][-1] == "[key]":
        return f"put the key in quotes: {written}:"
    return line_for(path, written)


def _section(path: Path) -> type[Section]:
    keys = [part for part in path if isinstance(part, str)]
    return _SECTIONS.get(keys[-1], ClusterConfig) if keys else ClusterConfig


def _unknown_key_help(path: Path, value: object) -> str:
    key = str(path[-1])
    section = _section(path[:-1])
    is_expanded = key in AssociationPattern.own_keys() and not _is_arn(
        value
    )  # `role` of the block takes no ARN
    if section is PodIdentityAssociation and is_expanded:
        return f"move the entry to {EXPANSION_KEY}.associations, and eksctl passes it over"
    if meant := meant_key(section, key):
        return f"write {meant}"
    for other, home in _HOMES.items():
        if key in other.known_keys():
            return f"move it to {home}"
    return "known keys: " + ", ".join(sorted(section.own_keys()))


def _is_arn(value: object) -> bool:
    return isinstance(value, str) and value.startswith("arn:")


def _meant_key(error: ErrorDetails, path: Path) -> str:
    if error["type"] != "extra_forbidden":
        return ""
    return meant_key(_section(path[:-1]), str(path[-1]))


def _without(data: Any, paths: list[Path], key: str = "") -> Any:  # noqa: ANN401 - JSON border
    """Return data without what stands at the paths; an item of a list leaves an empty one."""
    below: dict[str | int, list[Path]] = {}
    for path in paths:
        below.setdefault(path[0], []).append(path[1:])
    match data:
        case Mapping():
            return {
                name: _without(value, below.get(name, []), name)
                for name, value in data.items()
                if () not in below.get(name, [])
            }
        case list() | tuple():
            empty = {} if key in _OBJECT_LISTS else ""
            return [
                empty if () in below.get(i, []) else _without(item, below.get(i, []))
                for i, item in enumerate(data)
            ]
        case _:
            return data
