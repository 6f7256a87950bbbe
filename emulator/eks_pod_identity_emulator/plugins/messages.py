"""Pulumi's protobuf messages to and from the plain values of `provider`."""

from collections.abc import Iterable
from typing import Protocol

from pulumi.runtime.proto import provider_pb2

from eks_pod_identity_emulator.plugins.difference import Step
from eks_pod_identity_emulator.plugins.naming import NameMode, NameProposal
from eks_pod_identity_emulator.plugins.paths import Path, format_path, parse_path
from eks_pod_identity_emulator.plugins.provider import CheckFailure, Difference, Subject

_Kind = provider_pb2.PropertyDiff
_KINDS = {
    (Step.ADD, False): _Kind.ADD,
    (Step.ADD, True): _Kind.ADD_REPLACE,
    (Step.DELETE, False): _Kind.DELETE,
    (Step.DELETE, True): _Kind.DELETE_REPLACE,
    (Step.UPDATE, False): _Kind.UPDATE,
    (Step.UPDATE, True): _Kind.UPDATE_REPLACE,
}


class ResourceRequest(Protocol):
    """What all requests about a resource share."""

    urn: str


def read_subject(request: ResourceRequest) -> Subject:
    """Read which resource a request is about; older engines send nothing but the URN."""
    *_, qualified_type, name = request.urn.split("::", 3)
    return Subject(
        token=qualified_type.rsplit("$", 1)[-1],
        name=name,
        urn=request.urn,
        id=getattr(request, "id", ""),
        timeout=getattr(request, "timeout", 0),
    )


def read_ignored(paths: Iterable[str]) -> tuple[Path, ...]:
    """Read the paths of `ignoreChanges`."""
    return tuple(parse_path(path) for path in paths)


def read_proposal(request: provider_pb2.CheckRequest) -> NameProposal | None:
    """Read the name that the engine proposes, if the stack configures autonaming."""
    if not request.HasField("autonaming"):
        return None
    return NameProposal(NameMode(request.autonaming.mode), request.autonaming.proposed_name)


def write_failures(failures: tuple[CheckFailure, ...]) -> list[provider_pb2.CheckFailure]:
    """Write faults of arguments."""
    return [provider_pb2.CheckFailure(property=f.property, reason=f.reason) for f in failures]


def write_difference(difference: Difference) -> provider_pb2.DiffResponse:
    """Write the answer to Diff, with every path in its detailed form."""
    some = provider_pb2.DiffResponse.DIFF_SOME if difference.steps else None
    return provider_pb2.DiffResponse(
        changes=some or provider_pb2.DiffResponse.DIFF_NONE,
        replaces=_properties(difference.replaces),
        stables=list(difference.stables),
        deleteBeforeReplace=difference.delete_first and bool(difference.replaces),
        diffs=_properties(difference.steps),
        hasDetailedDiff=True,
        detailedDiff={
            format_path(path): _Kind(kind=_KINDS[step, path in difference.replaces])
            for path, step in difference.steps.items()
        },
    )


def _properties(paths: Iterable[Path]) -> list[str]:
    return sorted({str(path[0]) for path in paths})
