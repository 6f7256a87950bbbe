"""The life of a kubernetes object: made, observed, changed and removed through the API.

After pulumi-kubernetes 4.34, provider/pkg/await/await.go, in its default, server-side apply mode:
objects are made with POST, so that one which exists already is an error, and updates write what
the program names and leave the rest to others. Two exceptions are as harsh as there: a provider
that upserts applies over what exists, and then owns and deletes it
(https://github.com/pulumi/pulumi-kubernetes/pull/4278); a Patch resource applies too, and at its
end only takes back what it said. Other updates are a merge patch of what differs from the
program's part, after a dry run of the apply that finds what other managers wrote otherwise.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from eks_pod_identity_emulator.plugins.kubernetes import objects
from eks_pod_identity_emulator.plugins.kubernetes.api import MANAGER, Api, ApiStatusError
from eks_pod_identity_emulator.plugins.kubernetes.kinds import Kind
from eks_pod_identity_emulator.plugins.kubernetes.readiness import is_ready, unready_reason
from eks_pod_identity_emulator.plugins.provider import (
    InitializationError,
    Live,
    PluginError,
    Subject,
)
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value, contains_unknown
from eks_pod_identity_emulator.plugins.waiting import Status, Waiting

DEFAULT_TIMEOUT = 10 * 60
# Five more tries, each after twice the pause: a namespace that is made at the same time.
_MISSING_TIMEOUT = 10.0
_NOT_FOUND = 404
_INVALID = 422
# provider/pkg/await/await.go, fixCSAFieldManagers
_TAKEN_OVER = frozenset({"kubectl", "before-first-apply", MANAGER})
_CONFLICT = f"""server-side apply field conflict detected
The resource managed by field manager "{MANAGER}" had an apply conflict: """
_EXISTS = """

The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Adopting a resource into Pulumi: use `pulumi import`."""


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Works on objects of one cluster.

    Attributes:
        api: The cluster's API.
        waiting: How to wait.
        upserts: Whether an object that exists already is taken over.
        forces: Whether what other managers wrote otherwise is taken.
    """

    api: Api
    waiting: Waiting
    upserts: bool = False
    forces: bool = False

    def preview_creation(self, kind: Kind, inputs: PropertyMap) -> PropertyMap:
        """Return what is known of a new object, after the API server found nothing wrong with it.

        Raises:
            PluginError: The API server would refuse the object as invalid.
        """
        if not contains_unknown(inputs) and not kind.patches:
            try:
                self._maker(kind, inputs, MANAGER, dry_run=True)()
            except ApiStatusError as refusal:
                # Its namespace may be made by the same program, and a clash is told at the update.
                if refusal.code == _INVALID:
                    raise
        return inputs

    def _maker(
        self, kind: Kind, inputs: PropertyMap, manager: str, *, dry_run: bool = False
    ) -> Callable[[], Value]:
        if kind.patches or self.upserts:
            # A preview always forces: the object may be on the way to being replaced.
            force = dry_run or self._takes(inputs)
            return lambda: self.api.apply(kind, inputs, manager, force=force, dry_run=dry_run)
        return lambda: self.api.create(kind, inputs, dry_run=dry_run)

    def create(self, kind: Kind, subject: Subject, inputs: PropertyMap) -> Live:
        """Make an object and wait until it is ready."""
        # Each Patch resource is a manager of its own, so that several may speak about one object.
        manager = f"{MANAGER}-{secrets.token_hex(4)}" if kind.patches else MANAGER
        try:
            live = self.waiting.retry(
                self._maker(kind, inputs, manager),
                ApiStatusError,
                lambda refusal: refusal.code == _NOT_FOUND,
                _MISSING_TIMEOUT,
            )
        except ApiStatusError as refusal:
            raise PluginError(_not_created(subject, refusal)) from refusal
        object_id = objects.id_of(kind, live)
        try:
            live = self._settled(kind, subject, inputs, live)
        except PluginError as failure:
            state = objects.checkpoint(live, inputs, {}, manager)
            raise InitializationError(
                _not_ready(subject, "created", failure), object_id, state
            ) from failure
        return Live(object_id, objects.checkpoint(live, inputs, {}, manager))

    def read(
        self, kind: Kind, object_id: str, state: PropertyMap, inputs: PropertyMap
    ) -> Live | None:
        """Observe an object; an import takes its arguments from what is there."""
        if kind.patches and not inputs:
            return None  # the real provider looks for a kind "NamespacePatch", which no cluster has
        namespace, name = objects.parse_id(kind, object_id)
        live = self.api.read(kind, namespace, name)
        if live is None:
            return None
        told = objects.pruned(live, inputs) if inputs else objects.importable(kind, live)
        return Live(object_id, objects.checkpoint(live, told, state, MANAGER), told)

    def update(
        self, kind: Kind, subject: Subject, state: PropertyMap, news: PropertyMap, *, preview: bool
    ) -> PropertyMap:
        """Write what differs from the program's part, and wait until the object is ready."""
        if preview and contains_unknown(news):
            return news
        namespace, name = objects.parse_id(kind, subject.id)
        live = self.api.read(kind, namespace, name)
        if live is None:
            raise PluginError(f'{kind.plural} "{name}" not found; run `pulumi refresh` first')
        try:
            live = self._changed(kind, live, state, news, preview=preview)
        except ApiStatusError as refusal:
            raise PluginError(_not_updated(subject, refusal)) from refusal
        if not preview:
            live = self._settled(kind, subject, news, live)
        return objects.checkpoint(live, news, state, MANAGER)

    def _changed(
        self, kind: Kind, live: Value, state: PropertyMap, news: PropertyMap, *, preview: bool
    ) -> Value:
        if kind.patches:
            manager = objects.manager_of(state)
            return self.api.apply(kind, news, manager, force=self._takes(news), dry_run=preview)
        if not preview and not self._takes(news):
            self._find_conflicts(kind, news)
        patch = objects.merge_patch(live, state.get(objects.INPUTS), news)
        namespace, name = objects.place_of(live)
        return self.api.patch(kind, namespace, name, patch, dry_run=preview) if patch else live

    def _takes(self, inputs: PropertyMap) -> bool:
        return self.forces or objects.forces_patch(inputs)

    def _find_conflicts(self, kind: Kind, news: PropertyMap) -> None:
        try:
            self.api.apply(kind, news, MANAGER, dry_run=True)
        except ApiStatusError as refusal:
            if not refusal.conflicts or refusal.conflicts - _TAKEN_OVER:
                raise

    def delete(self, kind: Kind, subject: Subject, state: PropertyMap) -> None:
        """Remove an object and wait until it is gone."""
        if kind.patches:
            self._relinquish(kind, state)
            return
        namespace, name = objects.parse_id(kind, subject.id)
        inputs = state.get(objects.INPUTS) or {}
        self.api.delete(kind, namespace, name, objects.propagation_policy(inputs))
        self.waiting.until(
            lambda: Status("there") if self.api.read(kind, namespace, name) else None,
            {"there"},
            None,
            _timeout(subject, inputs),
        )

    def _relinquish(self, kind: Kind, state: PropertyMap) -> None:
        """Say nothing any more about an object; as there, one that is gone is made anew."""
        bare = objects.bare(kind, objects.live_part(state))
        self.api.apply(kind, bare, objects.manager_of(state))

    def _settled(self, kind: Kind, subject: Subject, inputs: PropertyMap, live: Value) -> Value:
        """Wait until an object is ready, and return it as it is then."""
        if is_ready(kind, live) or objects.skips_waiting(inputs):
            return live
        latest = [live]

        def look() -> Status | None:
            found = self.api.read(kind, *objects.place_of(live))
            if found is None:
                return None
            latest[0] = found
            return Status("ready" if is_ready(kind, found) else "waiting", unready_reason(found))

        self.waiting.until(look, {"waiting"}, "ready", _timeout(subject, inputs))
        return latest[0]


def _timeout(subject: Subject, inputs: PropertyMap) -> float:
    return subject.timeout or objects.timeout_seconds(inputs) or DEFAULT_TIMEOUT


def _not_created(subject: Subject, refusal: ApiStatusError) -> str:
    what = f"resource {subject.urn!r} was not successfully created by the Kubernetes API server"
    hint = _EXISTS if refusal.reason == "AlreadyExists" else ""
    return f"{what}: {refusal}{hint}"


def _not_updated(subject: Subject, refusal: ApiStatusError) -> str:
    what = f"resource {subject.urn!r} was not successfully updated by the Kubernetes API server"
    return f"{what}: {_CONFLICT if refusal.conflicts else ''}{refusal}"


def _not_ready(subject: Subject, done: str, failure: PluginError) -> str:
    return (
        f"resource {subject.urn!r} was successfully {done}, but the Kubernetes API server "
        f"reported that it failed to fully initialize or become live: {failure}"
    )
