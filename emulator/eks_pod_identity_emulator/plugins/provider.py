"""What a plugin must be able to do, free of gRPC: the questions of the engine and the answers.

A `Package` is one plugin; it makes a `Provider` per connection of the engine, since every provider
of a program (another region, another account) opens its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from eks_pod_identity_emulator.plugins.difference import Step
from eks_pod_identity_emulator.plugins.naming import NameProposal
from eks_pod_identity_emulator.plugins.paths import Path
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value

_Kind = TypeVar("_Kind")


class PluginError(Exception):
    """A request failed; the text is what the user reads."""


def find_kind(kinds: Mapping[str, _Kind], token: str, package: str) -> _Kind:
    """Return the kind of a Pulumi type.

    Args:
        kinds: Those that a plugin has, by their types.
        token: The type.
        package: The plugin's name.

    Raises:
        PluginError: It has no such kind.
    """
    kind = kinds.get(token)
    if kind is None:
        raise PluginError(
            f"unrecognized resource type: {token}; the emulator's {package} plugin has "
            f"{', '.join(sorted(kinds))}"
        )
    return kind


class InitializationError(PluginError):
    """A resource was made but did not become ready; the engine keeps it in the state.

    Attributes:
        id: The id of the resource.
        state: What is known of it.
    """

    def __init__(self, message: str, resource_id: str, state: PropertyMap) -> None:
        super().__init__(message)
        self.id = resource_id
        self.state = state


@dataclass(frozen=True, slots=True)
class Subject:
    """The resource that a request is about.

    Attributes:
        token: Its type, such as `aws:iam/role:Role`.
        name: Its name in the program.
        urn: Its unique name in the stack.
        id: Its id in AWS or kubernetes; empty before it exists.
        timeout: Seconds that the user allows; 0 for the default.
    """

    token: str
    name: str
    urn: str = ""
    id: str = ""
    timeout: float = 0


@dataclass(frozen=True, slots=True)
class CheckFailure:
    """A fault of the arguments that the user can cure."""

    reason: str
    property: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Arguments as they will be sent to Diff, Create and Update, with their faults."""

    inputs: PropertyMap
    failures: tuple[CheckFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """The answer to Diff.

    Attributes:
        steps: What happens to which property.
        replaces: The paths among them that force a new resource.
        delete_first: Whether the old resource must go before the new one comes.
        stables: Outputs that an update never changes.
    """

    steps: Mapping[Path, Step] = field(default_factory=dict)
    replaces: frozenset[Path] = frozenset()
    delete_first: bool = False
    stables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """A resource as it is: its id, its state, and the arguments that would describe it."""

    id: str
    state: PropertyMap
    inputs: PropertyMap = field(default_factory=dict)


class Provider(Protocol):
    """One configured provider of a program."""

    def check_config(self, news: PropertyMap) -> Checked:
        """Judge the provider's own arguments."""

    def configure(self, config: PropertyMap) -> None:
        """Take the provider's arguments; the calls below come after this one."""

    def check(
        self,
        subject: Subject,
        olds: PropertyMap,
        news: PropertyMap,
        seed: bytes,
        proposal: NameProposal | None,
    ) -> Checked:
        """Judge a resource's arguments and fill in names and defaults."""

    def diff(
        self, subject: Subject, state: PropertyMap, news: PropertyMap, ignored: tuple[Path, ...]
    ) -> Difference:
        """Compare a resource's state with its arguments."""

    def create(self, subject: Subject, inputs: PropertyMap, *, preview: bool) -> Live:
        """Make a resource, or tell what it would be."""

    def read(self, subject: Subject, state: PropertyMap, inputs: PropertyMap) -> Live | None:
        """Observe a resource; nothing if it is gone."""

    def update(
        self,
        subject: Subject,
        state: PropertyMap,
        news: PropertyMap,
        ignored: tuple[Path, ...],
        *,
        preview: bool,
    ) -> PropertyMap:
        """Change a resource, or tell what it would be."""

    def delete(self, subject: Subject, state: PropertyMap) -> None:
        """Remove a resource; one that is gone already is no error."""

    def invoke(self, token: str, given: PropertyMap) -> PropertyMap | tuple[CheckFailure, ...]:
        """Answer a function."""

    def cancel(self) -> None:
        """End all waiting."""


class Package(Protocol):
    """A plugin: its name, version and schema, and the making of providers."""

    name: str
    version: str

    def schema(self) -> Mapping[str, Value]:
        """Describe the resources as a Pulumi package schema."""

    def provider(self) -> Provider:
        """Make a provider for a new connection."""
