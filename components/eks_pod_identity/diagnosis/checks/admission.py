"""How pods were admitted: with the agent's address, or without it and why.

The webhook changes a pod once, when it is admitted; a restart of its containers changes nothing.
https://github.com/aws/amazon-eks-pod-identity-webhook
"""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta

from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, note, ok, skipped, unknown, unread
from eks_pod_identity.diagnosis.pods import (
    FULL_URI,
    TOKEN_FILE,
    gets_credentials,
    has_agent,
    is_skipped,
    replacing,
)
from eks_pod_identity.observed.cluster import Association
from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import Container, PodState

_SKIPPED = "eks.amazonaws.com/skip-containers"
_LABEL = "eks.amazonaws.com/skip-pod-identity-webhook"
_SPREAD = timedelta(minutes=1)
_KEPT = timedelta(hours=6)  # by the agent; with a target role 59 minutes
_KEPT_CHAINED = timedelta(minutes=59)


def check_admission(picture: Picture) -> Iterator[Finding]:
    """Yield which pods have no way to the agent."""
    if isinstance(picture.kubernetes.pods, Unread):
        if picture.here is not None:
            yield unread("pods cannot be read", picture.kubernetes.pods)
        return
    if not picture.pods:
        yield skipped(f"no pod runs as {picture.account}")
        return
    findings = [found for pod in picture.pods for found in _of_pod(pod, picture)]
    yield from findings
    good = [each for each in picture.pods if gets_credentials(each)]
    if good and not findings:
        count = f"{len(good)} of {len(picture.pods)} pods"
        yield ok(f"{count} have the agent's address", [str(each) for each in good[:3]])


def _of_pod(pod: PodState, picture: Picture) -> Iterator[Finding]:
    association = picture.associated_with
    if is_skipped(pod):
        yield cause(
            DoctorFault.POD_SKIPPED,
            f"pod {pod} has the label {_LABEL}",
            help_=[f"remove the label from the pod's template, then {replacing(pod)}"],
        )
        return
    if association is None:
        return
    skipped_names = _skipped_containers(pod)
    lacking = [each for each in pod.containers if not has_agent(each)]
    for each in lacking:
        if each.name in skipped_names:
            yield _container_skipped(each, pod)
    rest = [each for each in lacking if each.name not in skipped_names and not _has_own(each)]
    if rest:
        yield _untouched(pod, association, picture)
    elif gets_credentials(pod):
        yield from _stale(pod, association, picture)


def _container_skipped(container: Container, pod: PodState) -> Finding:
    annotation = f"{_SKIPPED}: {pod.annotations.get(_SKIPPED, '')}"
    message = f"container {container.name} of pod {pod} is left out by an annotation"
    help_ = f"remove {container.name} from {_SKIPPED} in the pod's template"
    helps = [f"{help_}, then {replacing(pod)}"]
    if gets_credentials(pod):
        return note(message, [annotation], helps)
    return cause(DoctorFault.CONTAINER_SKIPPED, message, [annotation], helps)


def _skipped_containers(pod: PodState) -> frozenset[str]:
    text = pod.annotations.get(_SKIPPED, "")
    try:
        return frozenset(next(csv.reader([text], strict=True), []))
    except csv.Error:
        return frozenset()


def _has_own(container: Container) -> bool:
    """Say whether the webhook adds nothing, since the container names its own source."""
    return FULL_URI in container.env or TOKEN_FILE in container.env


def _untouched(pod: PodState, association: Association, picture: Picture) -> Finding:
    made, admitted = association.created, pod.created
    evidence = [f"pod admitted {_at(admitted)}, association created {_at(made)}"]
    if made is None or admitted is None:
        fault, why = DoctorFault.POD_WITHOUT_CREDENTIALS, "was not changed by EKS's webhook"
    elif admitted < made:
        fault, why = DoctorFault.POD_BEFORE_ASSOCIATION, "was admitted before the association"
    elif admitted - made < _SPREAD:
        fault = DoctorFault.POD_BEFORE_ASSOCIATION
        why = "was admitted before the webhook knew the association"
    else:
        fault, why = DoctorFault.POD_WITHOUT_CREDENTIALS, "was not changed by EKS's webhook"
    wait = f"eks-pod-identity settled {picture.account} --cluster {picture.cluster_name}"
    return cause(fault, f"pod {pod} {why}", evidence, [f"{wait} && {replacing(pod)}"])


def _at(time: datetime | None) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%SZ") if time else "at an unknown time"


def _stale(pod: PodState, association: Association, picture: Picture) -> Iterator[Finding]:
    """Yield that a pod may still have the credentials of before a change."""
    made, changed, admitted = association.created, association.modified, pod.created
    kept = _KEPT_CHAINED if association.target_role_arn else _KEPT
    if made is None or changed is None or admitted is None or changed - made < _SPREAD:
        return
    if admitted < changed and picture.now - changed < kept:
        yield unknown(
            f"pod {pod} may still have credentials of before the association was changed",
            [f"changed {_at(changed)}; the agent keeps credentials up to {kept}"],
            [f"kubectl exec {pod.name} -n {pod.namespace} -- aws sts get-caller-identity"],
        )
