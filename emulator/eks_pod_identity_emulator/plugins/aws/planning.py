"""The state that a resource would have after an update, before anything is called.

What goes in: a kind, the state so far (nothing for a new resource) and checked arguments. What
comes out: the planned state, with `UNKNOWN` for what only AWS can tell. Diff compares it with the
state so far, and a preview shows it: Terraform's own plan, in Pulumi's names. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from eks_pod_identity_emulator.plugins.aws.kind import Kind
from eks_pod_identity_emulator.plugins.aws.traits import Traits
from eks_pod_identity_emulator.plugins.difference import Comparison, Step
from eks_pod_identity_emulator.plugins.paths import Path, covers, without_indexes
from eks_pod_identity_emulator.plugins.shapes import Field, ListOf, ObjectShape, Shape
from eks_pod_identity_emulator.plugins.values import UNKNOWN, PropertyMap, Value


@dataclass(frozen=True, slots=True)
class Plan:
    """What an update would do.

    Attributes:
        prior: The state so far.
        planned: The state after.
        steps: What differs.
    """

    prior: PropertyMap
    planned: PropertyMap
    steps: Mapping[Path, Step]

    @property
    def changed(self) -> frozenset[str]:
        """The top-level properties that differ."""
        return frozenset(str(path[0]) for path in self.steps)


def plan_creation(kind: Kind, inputs: PropertyMap) -> PropertyMap:
    """Return the state that a new resource would have."""
    return _Planner(kind.traits).object(kind.shape, "", None, inputs)


def plan_update(
    kind: Kind, state: PropertyMap, inputs: PropertyMap, ignored: tuple[Path, ...] = ()
) -> Plan:
    """Return what an update would make of a resource."""
    state = {name: value for name, value in state.items() if name in kind.shape.fields}
    planned = _Planner(kind.traits).object(kind.shape, "", state, inputs)
    for path in ignored:
        _restore(planned, state, path)
    comparison = kind.traits.comparison()
    steps = comparison.differences(state, planned)
    if steps and not any(kind.traits.forces_new(without_indexes(path)) for path in steps):
        planned.update(dict.fromkeys(kind.traits.told_at_update, UNKNOWN))
        steps = comparison.differences(state, planned)
    kept = {p: step for p, step in steps.items() if not any(covers(i, p) for i in ignored)}
    return Plan(state, planned, kept)


def settable_part(kind: Kind, state: PropertyMap) -> PropertyMap:
    """Return the arguments that would describe a resource: what an import writes."""
    return _settable_object(kind.shape, kind.traits, "", state)


class _Planner:
    """Walks arguments and state side by side."""

    def __init__(self, traits: Traits) -> None:
        self._traits = traits
        self._comparison: Comparison = traits.comparison()

    def object(
        self, shape: ObjectShape, prefix: str, prior: PropertyMap | None, given: PropertyMap
    ) -> PropertyMap:
        """Plan an object's properties; `prior` is None where it does not exist yet."""
        planned = {
            name: self._property(field, f"{prefix}{name}", prior, given, name)
            for name, field in shape.fields.items()
        }
        return {name: value for name, value in planned.items() if value is not None}

    def _property(
        self, field: Field, path: str, prior: PropertyMap | None, given: PropertyMap, name: str
    ) -> Value:
        if path in self._traits.write_only:
            return None
        old = None if prior is None else prior.get(name)
        new = given.get(name)
        if new is None:
            return self._not_given(field, path, old, is_new=prior is None)
        return self._given(field.shape, path, old, new)

    def _not_given(self, field: Field, path: str, old: Value, *, is_new: bool) -> Value:
        if field.settable and path in self._traits.defaults:
            return self._traits.defaults[path]
        if field.computed or path in self._traits.computed:
            return UNKNOWN if is_new else old
        return None

    def _given(self, shape: Shape, path: str, old: Value, new: Value) -> Value:
        if path in self._traits.members_named and isinstance(new, list):
            new = [member for member in new if member]  # an empty one says "none at all"
        if isinstance(shape, ObjectShape) and isinstance(new, Mapping):
            prior = old if isinstance(old, dict) else None
            return self.object(shape, f"{path}.", prior, dict(new))
        if old is not None and self._comparison.equal(tuple(path.split(".")), old, new):
            return old
        return new


def _restore(planned: PropertyMap, state: PropertyMap, path: Path) -> None:
    """Put the state's value back where the user wants no change."""
    *parents, last = path
    target: Value = planned
    source: Value = state
    for step in parents:
        target, source = _child(target, step), _child(source, step)
    if not isinstance(target, dict) or not isinstance(last, str) or last == "*":
        return
    old = _child(source, last)
    if old is None:
        target.pop(last, None)
    else:
        target[last] = old


def _child(value: Value, step: str | int) -> Value:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    return None


def _settable_object(
    shape: ObjectShape, traits: Traits, prefix: str, state: PropertyMap
) -> PropertyMap:
    part = {}
    for name, field in shape.settable.items():
        value = _settable_value(field.shape, traits, f"{prefix}{name}", state.get(name))
        if field.required or not _is_default(traits, f"{prefix}{name}", value):
            part[name] = value
    return part


def _settable_value(shape: Shape, traits: Traits, path: str, value: Value) -> Value:
    if isinstance(shape, ObjectShape) and isinstance(value, dict):
        return _settable_object(shape, traits, f"{path}.", value)
    if isinstance(shape, ListOf) and isinstance(value, list):
        return [_settable_value(shape.item, traits, path, item) for item in value]
    return value


def _is_default(traits: Traits, path: str, value: Value) -> bool:
    if path in traits.defaults:
        return bool(value == traits.defaults[path]) or value is None
    return not value
