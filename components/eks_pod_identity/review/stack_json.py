"""What Pulumi prints as JSON: the steps of a preview, the resources of a state.

In: text of `pulumi preview --json --show-sames` or `pulumi stack export`. Out: resources as they
are and as they will be. Secrets are marks in both, values that are not known yet are marks too.
https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from eks_pod_identity.errors import ConfigError, Problem
from eks_pod_identity.observed.stack import StackResource, StackState
from eks_pod_identity.review.fault import ReviewFault

Json: TypeAlias = Any

# What stands for a value that is not known yet, by its type,
# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
_UNKNOWNS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_SECRET = "[secret]"  # noqa: S105 - the mark of one in a preview
_SIGNATURE = "4dabf18193072939515e22adb298388d"  # of a secret in a state
_DELETED = frozenset({"delete", "delete-replaced"})


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a resource.

    Attributes:
        urn: Its URN.
        old: As it is; None if it is created.
        new: As it will be; None if it is deleted.
    """

    urn: str
    old: StackResource | None
    new: StackResource | None

    @property
    def type(self) -> str:
        """Its type token."""
        found = self.new or self.old
        return found.type if found else ""

    @property
    def name(self) -> str:
        """Its name in the program."""
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True, slots=True)
class Preview:
    """A preview.

    Attributes:
        steps: One for each resource; a replacement is one.
        errors: What went wrong while it ran.
    """

    steps: tuple[Step, ...]
    errors: tuple[str, ...] = ()


def parse_json(text: str, name: str) -> Json:
    """Return the value of JSON text.

    Raises:
        ConfigError: It is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"not JSON: {error}"
        raise ConfigError([Problem(ReviewFault.NOT_JSON.id, name, message)]) from error


def read_preview(value: Json) -> Preview | None:
    """Return a preview; None if the value is none."""
    if not isinstance(value, dict) or not {"steps", "changeSummary", "diagnostics"} & value.keys():
        return None
    found: dict[str, Step] = {}
    for each in filter(_is_step, _listed(value.get("steps"))):
        urn = each["urn"]
        old, new = _resource(each.get("oldState")), _resource(each.get("newState"))
        if each.get("op") in _DELETED:
            new = None
        # Of a replacement the old one is in one step and the new one in another.
        before = found.get(urn, Step(urn, None, None))
        found[urn] = Step(urn, old or before.old, new or before.new)
    return Preview(tuple(found.values()), tuple(_errors(value.get("diagnostics"))))


def read_state(value: Json) -> tuple[StackResource, ...] | None:
    """Return the resources of a state; None if the value is none."""
    if not isinstance(value, dict) or not isinstance(value.get("deployment"), dict):
        return None
    try:
        return tuple(StackState.from_export(_marked(value)).by_urn.values())
    except (AttributeError, KeyError, TypeError):
        return None  # some other JSON that has a key of this name


def is_unknown(value: Json) -> bool:
    """Tell whether a value is not known yet."""
    return isinstance(value, str) and any(mark in value for mark in _UNKNOWNS)


def is_secret(value: Json) -> bool:
    """Tell whether a value is a secret, which Pulumi does not print."""
    return isinstance(value, str) and value == _SECRET


def _is_step(value: Json) -> bool:
    return isinstance(value, dict) and isinstance(value.get("urn"), str)


def _resource(value: Json) -> StackResource | None:
    if not isinstance(value, dict) or not {"urn", "type"} <= value.keys():
        return None
    return StackResource.from_state(_marked(value))


def _marked(value: Json) -> Json:
    """Return a value in which secrets are marks, as in a preview."""
    if isinstance(value, dict):
        if _SIGNATURE in value:
            return _SECRET
        return {key: _marked(each) for key, each in value.items()}
    return [_marked(each) for each in value] if isinstance(value, list) else value


def _errors(diagnostics: Json) -> Iterator[str]:
    for each in _listed(diagnostics):
        if isinstance(each, Mapping) and each.get("severity") == "error":
            yield str(each.get("message", "")).strip()


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
