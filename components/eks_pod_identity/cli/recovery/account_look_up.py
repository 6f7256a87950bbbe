"""Service accounts that were made without an answer: whether they are there, and whose they are.

In: candidates whose creation is not pending. Out: those that are there, with the stack that their
annotation names. Read by the kubeconfig of their provider, for an import, which `object_probe`
previews, tells of no annotation. Another way of a provider to its cluster is not followed; then an
account that exists stops the next run, and the user takes it back with `pulumi import`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eks_pod_identity.errors import ObservationError, Problem, Severity
from eks_pod_identity.kubernetes.access import UnreadableError
from eks_pod_identity.kubernetes.kubeconfig import load_access
from eks_pod_identity.kubernetes.observe import observe_kubernetes
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.observed.stack import StackState
from eks_pod_identity.recovery.candidate import Candidate
from eks_pod_identity.recovery.identity import ObjectIdentity, PresentObject
from eks_pod_identity.recovery.look_up import LookUp

# What leads a provider of pulumi-kubernetes elsewhere than a kubeconfig and its context do.
_NOT_FOLLOWED = ("cluster", "renderYamlToDirectory")


def look_up_accounts(
    stack: StackState, candidates: Sequence[Candidate]
) -> tuple[LookUp, tuple[Problem, ...]]:
    """Return the accounts that are there, and a warning if a cluster cannot be read."""
    found: dict[str, PresentObject] = {}
    warnings = []
    for provider, group in _by_provider(candidates).items():
        way = _way(stack, provider)
        if way is None:
            continue
        try:
            annotations = _annotations(*way)
        except (UnreadableError, ObservationError) as error:
            warnings.append(_unread(str(error)))
            continue
        for each in group:
            marks = annotations.get(str(each.identity))
            if marks is not None:
                found[each.resource.urn] = PresentObject(marks.get(STACK_TAG))
    return LookUp(found), tuple(warnings)


def _by_provider(candidates: Sequence[Candidate]) -> Mapping[str, list[Candidate]]:
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for each in candidates:
        groups[each.resource.provider].append(each)
    return groups


def _way(stack: StackState, provider: str) -> tuple[str | None, str | None] | None:
    """Return a kubeconfig and a context as `load_access` takes them, or None."""
    known = stack.by_urn.get(provider)
    inputs: Mapping[str, Any] = known.inputs if known else {}
    file, context = inputs.get("kubeconfig"), inputs.get("context")
    is_default = provider.rpartition("::")[2].startswith("default")
    followed = not any(inputs.get(name) for name in _NOT_FOLLOWED)
    if not followed or not (known or is_default) or not isinstance(context, str | None):
        return None
    return (file, context) if file is None or _is_file(file) else None


def _is_file(text: object) -> bool:
    # It may also be the content of a kubeconfig, or secret.
    return isinstance(text, str) and "\n" not in text and Path(text).is_file()


def _annotations(file: str | None, context: str | None) -> Mapping[str, Mapping[str, str]]:
    accounts = observe_kubernetes(load_access(file, context)).service_accounts
    return {str(_identity(ref)): account.tags for ref, account in accounts.items()}


def _identity(ref: ServiceAccountRef) -> ObjectIdentity:
    return ObjectIdentity("service account", ref.name, ref.namespace)


def _unread(why: str) -> Problem:
    return Problem(
        "accounts-unseen",
        "kubernetes",
        "nobody can see whether service accounts were made without an answer",
        severity=Severity.WARNING,
        observed=tuple(why.splitlines()[:1]),
        help=("if pulumi up says that yours exists already, pulumi import takes it",),
    )
