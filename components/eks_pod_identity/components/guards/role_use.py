"""Roles that a run would delete while associations of others in the cluster use them.

EKS keeps an association whose role is gone, and its pods get no credentials from then on. AWS is
asked only if a role goes: one list, and one read for each association that no run of ours declared.
"""

from collections.abc import Iterator

from eks_pod_identity.aws.existing import Existing
from eks_pod_identity.config import Places
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import ServiceAccountRef, parse_arn
from eks_pod_identity.planning.ledger.ledger import Ledger
from eks_pod_identity.planning.preconditions import still_used
from eks_pod_identity.planning.report import Reporter


def role_use_problems(
    existing: Existing, before: Ledger, now: Ledger, places: Places
) -> Iterator[Problem]:
    """Yield the associations that would lose their role.

    Args:
        existing: What the cluster's account has.
        before: What the run before declared.
        now: What this one declares.
        places: Looks up positions in the file.
    """
    going = frozenset(before.roles) - (before.given or frozenset()) - frozenset(now.roles)
    if not going or before.given is None:  # written by a version that did not say what it made
        return
    known = frozenset(_accounts(before)) | frozenset(_accounts(now))
    for association in existing.associations_but(_cluster(before), known):
        if association.role_arn in going:
            yield still_used(association.role_arn, association, Reporter(places))


def _accounts(ledger: Ledger) -> Iterator[ServiceAccountRef]:
    lists = (ledger.standalone, *(ledger.addons or {}).values())
    for ref in (ref for entries in lists for ref in entries or ()):
        namespace, _, name = ref.partition("/")
        yield ServiceAccountRef(namespace, name)


def _cluster(ledger: Ledger) -> str:
    arn = parse_arn(ledger.cluster or "")
    return arn.resource.removeprefix("cluster/") if arn else ""
