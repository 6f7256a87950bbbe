"""One way to a role for each service account."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    Severity,
    StackRule,
)
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.values import UNKNOWN, Plain

if TYPE_CHECKING:
    from eks_pod_identity_policies.association import Association

_IRSA = "eks.amazonaws.com/role-arn"


def _unique(stack: Stack, _: Config) -> Findings:
    first: dict[tuple[Plain, ...], Association] = {}
    for each in stack.associations:
        key = (_region(each.owner), stack.cluster_of(each), each.namespace, each.service_account)
        if UNKNOWN in key or None in key[1:]:
            continue
        if key in first:
            message = (
                f"{each.subject} is associated twice: {first[key].owner.name}, {each.owner.name}"
            )
            yield Finding(message, ("keep one of the two",), each.owner.urn)
        first.setdefault(key, each)
    yield from _beside_irsa(stack)


def _region(resource: Resource) -> Plain:
    region = resource.get("region") or resource.provider.get("region")
    return region if region is None or isinstance(region, str) else UNKNOWN


def _beside_irsa(stack: Stack) -> Iterator[Finding]:
    clusters = {stack.cluster_of(each) for each in stack.associations}
    if len(clusters) != 1:
        return  # a service account does not tell of which cluster it is
    subjects = {each.subject: each for each in stack.associations}
    for account, subject, annotations in stack.annotations:
        if subject in subjects and _IRSA in annotations:
            message = f"{subject} has an association and the annotation {_IRSA} (IRSA)"
            yield Finding(message, ("remove the annotation",), account.urn)


UNIQUE = StackRule(
    id="pid-assoc-unique",
    title="A service account has one association, and no IRSA role beside it.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "EKS holds one association for each service account of a cluster and refuses a second"
        " one while it is applied (ResourceInUseException), also where an add-on has the first."
        " An annotation for IRSA is ignored as soon as the agent serves the pod."
    ),
    fix="Keep one association, where it belongs: with the add-on if the add-on has one.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
    judge=_unique,
)
