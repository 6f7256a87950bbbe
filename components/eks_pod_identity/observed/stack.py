"""A stack's state as `pulumi stack export` and `pulumi preview --json` write it.

In: parsed JSON. Out: frozen values with the few fields that recovery looks at; unknown ones are
passed over, because Pulumi adds some with every version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

# What stands in a preview for a value that is known later (sdk/go/common/resource/plugin/rpc.go).
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
CREATING = "creating"
_OPTIONS = ("dependencies", "propertyDependencies", "deletedWith", "protect", "retainOnDelete")


@dataclass(frozen=True, slots=True)
class StackResource:
    """A resource as the state has it.

    Attributes:
        urn: Its name in the stack.
        type: Its type token.
        id: Its provider's id; empty for components and for what is not made yet.
        inputs: What was asked for.
        outputs: What came back.
        parent: The URN of its component.
        provider: The URN of its provider, without the id that the engine appends.
        custom: Whether a provider makes it; components are not custom.
        deleted: Whether it was replaced already and only waits for its deletion.
        options: What the program says of it beside the inputs: dependencies and the like.
    """

    urn: str
    type: str
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict, hash=False)
    outputs: Mapping[str, Any] = field(default_factory=dict, hash=False)
    parent: str = ""
    provider: str = ""
    custom: bool = False
    deleted: bool = False
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The last part of the URN, which the program gave."""
        return self.urn.rpartition("::")[2]

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> "StackResource":
        """Read a resource of an export or of a step of a preview."""
        return cls(
            urn=state["urn"],
            type=state["type"],
            id=state.get("id", ""),
            inputs=state.get("inputs") or {},
            outputs=state.get("outputs") or {},
            parent=state.get("parent", ""),
            provider=state.get("provider", "").rpartition("::")[0],
            custom=state.get("custom", False),
            deleted=state.get("delete", False),
            options={name: state[name] for name in _OPTIONS if name in state},
        )


@dataclass(frozen=True, slots=True)
class PendingOperation:
    """An operation that had begun when the engine was last heard of.

    Attributes:
        kind: Pulumi's word: `creating`, `updating`, `deleting`, `reading` or `importing`.
        resource: What it was about.
    """

    kind: str
    resource: StackResource


@dataclass(frozen=True)
class StackState:
    """All resources and pending operations of a stack."""

    resources: tuple[StackResource, ...] = ()
    operations: tuple[PendingOperation, ...] = ()

    @classmethod
    def from_export(cls, exported: Mapping[str, Any]) -> "StackState":
        """Read what `pulumi stack export` printed."""
        deployment = exported.get("deployment") or {}
        return cls(
            resources=tuple(map(StackResource.from_state, deployment.get("resources") or ())),
            operations=tuple(
                PendingOperation(each["type"], StackResource.from_state(each["resource"]))
                for each in deployment.get("pending_operations") or ()
            ),
        )

    @cached_property
    def by_urn(self) -> Mapping[str, StackResource]:
        """The resources by URN, without those that only wait for their deletion."""
        return {each.urn: each for each in self.resources if not each.deleted}

    @property
    def root_urn(self) -> str:
        """The URN of the stack itself; empty as long as nothing was ever run."""
        roots = (each.urn for each in self.resources if each.type == "pulumi:pulumi:Stack")
        return next(roots, "")

    @property
    def full_name(self) -> str:
        """`project/stack`, as ownership tags have it; empty as long as nothing was ever run."""
        if not self.root_urn:
            return ""
        stack, project = self.root_urn.removeprefix("urn:pulumi:").split("::")[:2]
        return f"{project}/{stack}"


def planned_creations(preview: Mapping[str, Any]) -> Iterator[StackResource]:
    """Yield what a run would create, from what `pulumi preview --json` printed."""
    for step in preview.get("steps") or ():
        if step.get("op") in {"create", "create-replacement"}:
            yield StackResource.from_state(step["newState"])


def planned_resources(preview: Mapping[str, Any]) -> Iterator[StackResource]:
    """Yield what a run would leave, from what `pulumi preview --json` printed."""
    for step in preview.get("steps") or ():
        if step.get("newState") and step.get("op") not in {"delete", "delete-replaced"}:
            yield StackResource.from_state(step["newState"])
