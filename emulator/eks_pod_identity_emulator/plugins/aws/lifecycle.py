"""The life of any AWS resource: create, read, update, delete, with what all kinds share.

What goes in: a kind, a scope, arguments and state. What comes out: state in the form that the
bridged provider keeps. The calls themselves are the kind's.
"""

from eks_pod_identity_emulator.plugins.aws.arguments import DEFAULTS_KEY
from eks_pod_identity_emulator.plugins.aws.kind import Change, Kind, Scope, doing
from eks_pod_identity_emulator.plugins.aws.planning import (
    Plan,
    plan_creation,
    plan_update,
    settable_part,
)
from eks_pod_identity_emulator.plugins.difference import Comparison
from eks_pod_identity_emulator.plugins.paths import Path, without_indexes
from eks_pod_identity_emulator.plugins.provider import (
    Difference,
    InitializationError,
    Live,
    PluginError,
)
from eks_pod_identity_emulator.plugins.values import (
    UNKNOWN,
    PropertyMap,
    Secret,
    Value,
    plain,
)


def diff(
    kind: Kind, state: PropertyMap, news: PropertyMap, ignored: tuple[Path, ...]
) -> Difference:
    """Compare state and arguments."""
    plan = plan_update(kind, state, plain(news), ignored)
    replaces = frozenset(p for p in plan.steps if kind.traits.forces_new(without_indexes(p)))
    replaced = {str(path[0]) for path in replaces}
    return Difference(
        steps=plan.steps,
        replaces=replaces,
        delete_first=kind.traits.delete_first or _is_named_by_user(kind, news),
        stables=tuple(sorted(n for n in kind.traits.force_new - replaced if "." not in n)),
    )


def preview_creation(kind: Kind, inputs: PropertyMap) -> PropertyMap:
    """Return what a new resource would be."""
    return _told(kind, plan_creation(kind, inputs), UNKNOWN)


def create(kind: Kind, scope: Scope, inputs: PropertyMap) -> Live:
    """Make a resource."""
    planned = _known(plan_creation(kind, inputs))
    sent_only = {name: inputs[name] for name in kind.traits.write_only & inputs.keys()}
    try:
        resource_id, observed = kind.create(scope, {**planned, **sent_only})
    except InitializationError as failure:
        state = _told(kind, planned, failure.id)
        raise InitializationError(str(failure), failure.id, state) from failure
    return Live(resource_id, _told(kind, _joined(planned, observed), resource_id))


def read(
    kind: Kind, scope: Scope, resource_id: str, state: PropertyMap, inputs: PropertyMap
) -> Live | None:
    """Observe a resource that is in the state, or import one that is not."""
    is_import = not state
    known = dict(state)
    if is_import:
        resource_id, known = kind.imported(resource_id)
        known = {**_top_level_defaults(kind), **_region(kind, scope), **known}
    with doing(f"reading {kind.pulumi_type} ({resource_id})"):
        observed = kind.read(scope, resource_id, known)
    if observed is None:
        return None
    live = _joined(known, observed)
    told = _import_inputs(kind, live) if is_import else _refreshed_inputs(kind, inputs, live)
    return Live(resource_id, _told(kind, live, resource_id), _hidden(kind, told))


def preview_update(kind: Kind, resource_id: str, plan: Plan) -> PropertyMap:
    """Return what an update would make of a resource."""
    return _told(kind, plan.planned, resource_id)


def update(kind: Kind, scope: Scope, resource_id: str, plan: Plan) -> PropertyMap:
    """Change a resource, and only what differs.

    A failure leaves the old state, so that the next run tries again; the real bridge keeps the new
    one and would not.
    """
    told = kind.update(scope, resource_id, Change(plan.prior, plan.planned, plan.changed))
    if "tagsAll" in plan.changed:
        _write_tags(kind, scope, plan)
    wanted = _known(plan.planned)
    with doing(f"reading {kind.pulumi_type} ({resource_id})"):
        observed = kind.read(scope, resource_id, wanted) if told is None else told
    if observed is None:
        raise PluginError(
            "Resource provider reported that the resource did not exist while updating "
            f"{resource_id}; it was deleted outside of Pulumi: run `pulumi refresh` first"
        )
    return _told(kind, _joined(wanted, observed), resource_id)


def delete(kind: Kind, scope: Scope, resource_id: str, state: PropertyMap) -> None:
    """Remove a resource."""
    kind.delete(scope, resource_id, state)


def _is_named_by_user(kind: Kind, news: PropertyMap) -> bool:
    """A name that the user gave is taken until the old resource is gone."""
    if kind.traits.named is None or DEFAULTS_KEY not in news:
        return False
    name = kind.traits.named[0]
    return name in news and name not in news[DEFAULTS_KEY]


def _write_tags(kind: Kind, scope: Scope, plan: Plan) -> None:
    prior = plan.prior.get("tagsAll") or {}
    wanted = plan.planned.get("tagsAll") or {}
    updated = {key: value for key, value in wanted.items() if prior.get(key) != value}
    removed = sorted(prior.keys() - wanted.keys())
    with doing(f"updating tags for {kind.pulumi_type} ({plan.prior.get('name', '')})"):
        kind.write_tags(scope, plan.prior, updated, removed)


def _known(planned: Value) -> Value:
    """Leave out what only AWS can tell."""
    if isinstance(planned, dict):
        return {k: _known(v) for k, v in planned.items() if v is not UNKNOWN}
    return planned


def _joined(known: PropertyMap, observed: PropertyMap) -> PropertyMap:
    joined = {**known, **observed}
    return {name: value for name, value in joined.items() if value is not None}


def _told(kind: Kind, state: PropertyMap, resource_id: Value) -> PropertyMap:
    """Return a state as the engine keeps it: every output, secret ones hidden."""
    return {**dict.fromkeys(kind.shape.fields), **_hidden(kind, state), "id": resource_id}


def _hidden(kind: Kind, properties: PropertyMap) -> PropertyMap:
    secrets = kind.traits.secrets
    return {
        name: Secret(value) if name in secrets and value is not UNKNOWN else value
        for name, value in properties.items()
    }


def _top_level_defaults(kind: Kind) -> PropertyMap:
    return {name: v for name, v in kind.traits.defaults.items() if "." not in name}


def _region(kind: Kind, scope: Scope) -> PropertyMap:
    return {"region": scope.region} if "region" in kind.shape.fields else {}


def _import_inputs(kind: Kind, live: PropertyMap) -> PropertyMap:
    inputs = settable_part(kind, live)
    return inputs if kind.traits.framework else {**inputs, DEFAULTS_KEY: []}


def _refreshed_inputs(kind: Kind, inputs: PropertyMap, live: PropertyMap) -> PropertyMap:
    """Bring arguments up to what AWS has, only those that the program gives."""
    refreshed: PropertyMap = _refreshed(kind.traits.comparison(), (), inputs, live)
    if DEFAULTS_KEY in inputs:
        still = {n for n in inputs[DEFAULTS_KEY] if refreshed.get(n) == inputs.get(n)}
        refreshed[DEFAULTS_KEY] = sorted(still)
    return refreshed


def _refreshed(comparison: Comparison, path: Path, given: Value, now: Value) -> Value:
    if isinstance(given, dict) and isinstance(now, dict):
        return {
            name: _refreshed(comparison, (*path, name), value, now[name])
            for name, value in given.items()
            if name in now
        }
    given = plain(given)
    return given if comparison.equal(path, given, now) else now
