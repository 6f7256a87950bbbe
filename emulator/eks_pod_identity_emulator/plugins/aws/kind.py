"""A kind of AWS resource: what a file of this package says about one Pulumi type.

A kind knows which calls make, observe, change and remove its resource. Everything that all kinds
share (arguments, previews, differences, tags, state) is done by `lifecycle` before it is asked.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, TypeVar

from eks_pod_identity_emulator.plugins.aws.connection import Connection, partition_of
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.tags import TagRules
from eks_pod_identity_emulator.plugins.aws.traits import Traits
from eks_pod_identity_emulator.plugins.introspection import resource_shape, sdk_member
from eks_pod_identity_emulator.plugins.provider import InitializationError, PluginError
from eks_pod_identity_emulator.plugins.shapes import ObjectShape
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value
from eks_pod_identity_emulator.plugins.waiting import Waiting

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a kind works: a region of an account, and how long it may take.

    Attributes:
        connection: The way to AWS.
        region: The resource's region.
        tag_rules: The provider's default and ignored tags.
        timeout: Seconds that the user allows; 0 for the kind's own default.
    """

    connection: Connection
    region: str
    tag_rules: TagRules
    timeout: float = 0

    @property
    def waiting(self) -> Waiting:
        """How this provider waits."""
        return self.connection.waiting

    @property
    def partition(self) -> str:
        """The group of regions that this region belongs to, as ARNs name it."""
        return partition_of(self.region)

    def call(self, service: str, operation: str, **parameters: Value) -> Mapping[str, Any]:
        """Call AWS in this region."""
        return self.connection.call(service, operation, self.region, **parameters)

    def find(
        self, service: str, operation: str, missing: str, **parameters: Value
    ) -> Mapping[str, Any] | None:
        """Call AWS; nothing if it answers that the resource is missing."""
        try:
            return self.call(service, operation, **parameters)
        except AwsCallError as failure:
            if failure.is_code(missing):
                return None
            raise

    def pages(self, service: str, operation: str, key: str, **parameters: Value) -> list[Any]:
        """Call a listing of AWS in this region and join its pages."""
        return self.connection.pages(service, operation, key, self.region, **parameters)

    def retry(self, action: Callable[[], T], retryable: Callable[[AwsCallError], bool]) -> T:
        """Repeat an action until a change has spread."""
        return self.waiting.retry(action, AwsCallError, retryable)


@dataclass(frozen=True, slots=True)
class Change:
    """What an update must do.

    Attributes:
        prior: The state so far.
        planned: The state wanted.
        changed: The properties that differ.
    """

    prior: PropertyMap
    planned: PropertyMap
    changed: frozenset[str]

    def has(self, *names: str) -> bool:
        """Tell whether any of these properties differs."""
        return not self.changed.isdisjoint(names)

    def added(self, name: str) -> list[Value]:
        """Return the members of a list that are new."""
        prior = self.prior.get(name) or []
        return [item for item in self.planned.get(name) or [] if item not in prior]

    def removed(self, name: str) -> list[Value]:
        """Return the members of a list that are gone."""
        planned = self.planned.get(name) or []
        return [item for item in self.prior.get(name) or [] if item not in planned]


class Kind(ABC):
    """One type of resource.

    Attributes:
        pulumi_type: Its type in Pulumi.
        sdk: Module and class of the SDK that declare it.
        traits: Its schema's flags.
    """

    pulumi_type: ClassVar[str]
    sdk: ClassVar[tuple[str, str]]
    traits: ClassVar[Traits]

    @cached_property
    def shape(self) -> ObjectShape:
        """Its properties, read from the SDK when first needed."""
        module, name = self.sdk
        return resource_shape(sdk_member(module, name), sdk_member(module, f"{name}Args"))

    @abstractmethod
    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the resource; return its id and what AWS tells of it."""

    @abstractmethod
    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Return what AWS tells of the resource now; nothing if it is gone."""

    @abstractmethod
    def update(self, scope: Scope, resource_id: str, change: Change) -> PropertyMap | None:
        """Write what changed, tags aside.

        Returns:
            What the answers told beside what was planned; nothing to have the resource read.
        """

    @abstractmethod
    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Remove the resource; one that is gone already is no error."""

    def write_tags(
        self, scope: Scope, state: PropertyMap, updated: dict[str, str], removed: list[str]
    ) -> None:
        """Set and remove tags; kinds with tags say how."""
        raise NotImplementedError

    def imported(self, import_id: str) -> tuple[str, PropertyMap]:
        """Read an import id: the resource's id, and the properties that the id tells."""
        return import_id, {}


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say what was being done when AWS refused, as the real provider does."""
    try:
        yield
    except AwsCallError as failure:
        raise PluginError(f"{what}: {failure}") from failure


@contextmanager
def settling(what: str, resource_id: str) -> Iterator[None]:
    """Keep a resource in the state although it did not become ready."""
    try:
        yield
    except (AwsCallError, PluginError) as failure:
        raise InitializationError(f"{what}: {failure}", resource_id, {}) from failure
