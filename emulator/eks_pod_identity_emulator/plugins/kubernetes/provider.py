"""One kubernetes provider of a program, configured: the engine's questions about objects."""

import os

from eks_pod_identity_emulator.plugins.conformance import Misfit, MissingProperty, fit
from eks_pod_identity_emulator.plugins.difference import Comparison
from eks_pod_identity_emulator.plugins.kubernetes import objects
from eks_pod_identity_emulator.plugins.kubernetes.api import Api, UnreachableError
from eks_pod_identity_emulator.plugins.kubernetes.configuration import (
    check_configuration,
    read_configuration,
)
from eks_pod_identity_emulator.plugins.kubernetes.kinds import kind_of
from eks_pod_identity_emulator.plugins.kubernetes.kubeconfig import KubeconfigError, load_access
from eks_pod_identity_emulator.plugins.kubernetes.lifecycle import Lifecycle
from eks_pod_identity_emulator.plugins.naming import AutonamingError, NameProposal
from eks_pod_identity_emulator.plugins.paths import Path, covers, format_path
from eks_pod_identity_emulator.plugins.provider import (
    Checked,
    CheckFailure,
    Difference,
    Live,
    PluginError,
    Subject,
)
from eks_pod_identity_emulator.plugins.values import PropertyMap, plain
from eks_pod_identity_emulator.plugins.waiting import Pace, Waiting

# Server fields are absent, empty or null to say different things, so only null is "not given".
_COMPARISON = Comparison(frozenset(), {}, is_absent=lambda value: value is None)


class KubernetesProvider:
    """Answers for one cluster."""

    def __init__(self, pace: Pace) -> None:
        self._waiting = Waiting(pace)
        self._lifecycle: Lifecycle | None = None
        self._unreachable = "the kubernetes provider of this connection has not been configured"
        self._namespace = ""
        self._forgets_unreachable = False

    def check_config(self, news: PropertyMap) -> Checked:
        """Judge the provider's own arguments."""
        return Checked(news, check_configuration(news))

    def configure(self, config: PropertyMap) -> None:
        """Take the arguments; a kubeconfig that cannot be used is told when it is needed."""
        given = read_configuration(config)
        forget = os.environ.get("PULUMI_K8S_DELETE_UNREACHABLE") == "true"
        self._forgets_unreachable = given.get("deleteUnreachable", forget)
        self._namespace = given.get("namespace", "")
        try:
            access = load_access(
                given.get("kubeconfig", ""), given.get("context", ""), given.get("cluster", "")
            )
        except KubeconfigError as error:
            self._unreachable = f"configured Kubernetes cluster is unreachable: {error}"
            return
        self._namespace = self._namespace or access.namespace
        upsert = os.environ.get("PULUMI_K8S_UPSERT_EXISTING_OBJECTS") == "true"
        force = os.environ.get("PULUMI_K8S_ENABLE_PATCH_FORCE") == "true"
        self._lifecycle = Lifecycle(
            Api(access),
            self._waiting,
            upserts=given.get("upsertExistingObjects", upsert),
            forces=given.get("enablePatchForce", force),
        )

    def check(
        self,
        subject: Subject,
        olds: PropertyMap,
        news: PropertyMap,
        seed: bytes,
        proposal: NameProposal | None,
    ) -> Checked:
        """Judge an object's arguments; give it a name and a namespace if it has none."""
        kind = kind_of(subject.token)
        fitted, misfits = fit(kind.shape, objects.completed(kind, plain(news)))
        failures = tuple(_failure(subject, misfit) for misfit in misfits)
        if failures:
            return Checked(fitted, failures)
        if kind.patches and not objects.is_named(fitted):
            reason = "patch resources require the `.metadata.name` field to be set"
            return Checked(fitted, (CheckFailure(reason),))
        try:
            named = objects.named(fitted, olds, subject.name, seed, proposal)
        except AutonamingError as error:
            return Checked(fitted, (CheckFailure(f"{error}: set metadata.name"),))
        return Checked(objects.placed(kind, named, self._namespace))

    def diff(
        self, subject: Subject, state: PropertyMap, news: PropertyMap, ignored: tuple[Path, ...]
    ) -> Difference:
        """Compare the program's part of an object with its arguments."""
        kind = kind_of(subject.token)
        live = objects.live_part(state)
        before = objects.pruned(live, state.get(objects.INPUTS) or {})
        found = _COMPARISON.differences(before, _canonical(news, before))
        steps = {p: s for p, s in found.items() if not any(covers(i, p) for i in ignored)}
        same_place = objects.place_of(news) == objects.place_of(live)
        return Difference(
            steps=steps,
            replaces=frozenset(path for path in steps if kind.forces_new(path)),
            delete_first=same_place and not objects.is_autonamed(news),
        )

    def create(self, subject: Subject, inputs: PropertyMap, *, preview: bool) -> Live:
        """Make an object."""
        kind = kind_of(subject.token)
        if preview:
            lifecycle = self._lifecycle
            return Live("", lifecycle.preview_creation(kind, inputs) if lifecycle else inputs)
        return self._reachable().create(kind, subject, inputs)

    def read(self, subject: Subject, state: PropertyMap, inputs: PropertyMap) -> Live | None:
        """Observe an object."""
        try:
            return self._reachable().read(kind_of(subject.token), subject.id, state, inputs)
        except UnreachableError:
            if self._forgets_unreachable:
                return None
            raise

    def update(
        self,
        subject: Subject,
        state: PropertyMap,
        news: PropertyMap,
        ignored: tuple[Path, ...],
        *,
        preview: bool,
    ) -> PropertyMap:
        """Change an object; what is ignored the engine has put back already."""
        del ignored
        kind = kind_of(subject.token)
        if preview and self._lifecycle is None:
            return news
        return self._reachable().update(kind, subject, state, news, preview=preview)

    def delete(self, subject: Subject, state: PropertyMap) -> None:
        """Remove an object."""
        try:
            self._reachable().delete(kind_of(subject.token), subject, state)
        except UnreachableError:
            if not self._forgets_unreachable:
                raise

    def invoke(self, token: str, given: PropertyMap) -> PropertyMap | tuple[CheckFailure, ...]:
        """Refuse: this stand-in has no functions."""
        del given
        raise PluginError(f"unrecognized function: {token}")

    def cancel(self) -> None:
        """End all waiting."""
        self._waiting.cancel()

    def _reachable(self) -> Lifecycle:
        if self._lifecycle is None:
            raise UnreachableError(self._unreachable)
        return self._lifecycle


def _canonical(news: PropertyMap, before: PropertyMap) -> PropertyMap:
    """Leave out a namespace that the object's state does not have either."""
    metadata, old = news.get("metadata"), before.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(old, dict) or "namespace" in old:
        return news
    rest = {name: value for name, value in metadata.items() if name != "namespace"}
    return news if metadata.get("namespace") else {**news, "metadata": rest}


def _failure(subject: Subject, misfit: Misfit) -> CheckFailure:
    place = format_path(misfit.path)
    if isinstance(misfit, MissingProperty):
        return CheckFailure(f"Missing required property '{place}'")
    return CheckFailure(f"{misfit.reason}. Examine values at '{subject.name}.{place}'.")
