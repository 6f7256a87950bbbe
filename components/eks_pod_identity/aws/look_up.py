"""Whether things that a stack may have made exist in AWS: roles, associations and add-ons.

In: what to look for, and where. Out: what was found, by the URN of the resource. Reads only.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from botocore.exceptions import ClientError

from eks_pod_identity.aws.caller import observe_caller
from eks_pod_identity.aws.errors import is_not_found
from eks_pod_identity.aws.observe_addons import observe_addons
from eks_pod_identity.aws.observe_associations import Filters, observe_associations
from eks_pod_identity.aws.observe_roles import observe_roles
from eks_pod_identity.aws.parallel import read_each
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.names import Arn, role_arn
from eks_pod_identity.observed.cluster import AddonState, Association, Role
from eks_pod_identity.recovery.candidate import Candidate
from eks_pod_identity.recovery.identity import (
    AddonIdentity,
    AssociationIdentity,
    role_of,
)
from eks_pod_identity.recovery.sign_in import SignIn

_Identity = TypeVar("_Identity")


def look_up(
    sign_in: SignIn, candidates: Sequence[Candidate]
) -> dict[str, Role | Association | AddonState]:
    """Return what exists, by URN; for a part of a role, the role.

    Args:
        sign_in: Where to ask and as whom.
        candidates: Of one provider; those that are not of AWS are passed over.

    Raises:
        ObservationError: AWS could not be read, or the credentials are of another account.
    """
    session = AwsSession(sign_in.region, sign_in.profile, sign_in.roles)
    caller = observe_caller(session.sts())
    if sign_in.accounts and caller.account not in sign_in.accounts:
        raise _wrong_account(caller, sign_in)
    return {
        **dict(_find_roles(session, caller, candidates)),
        **dict(_find_associations(session, candidates)),
        **dict(_find_addons(session, candidates)),
    }


def _wrong_account(caller: Arn, sign_in: SignIn) -> ObservationError:
    accounts = " and ".join(sorted(sign_in.accounts))
    return ObservationError(
        [
            Problem(
                "aws-account-differs",
                "aws",
                f"the credentials are of account {caller.account}, the stack's resources of "
                f"{accounts}",
                help=("sign in as for pulumi up; aws sts get-caller-identity shows who you are",),
            )
        ]
    )


def _of_kind(candidates: Sequence[Candidate], kind: type[_Identity]) -> list[tuple[str, _Identity]]:
    return [
        (each.resource.urn, each.identity) for each in candidates if isinstance(each.identity, kind)
    ]


def _find_roles(
    session: AwsSession, caller: Arn, candidates: Sequence[Candidate]
) -> Iterator[tuple[str, Role]]:
    names = {each.resource.urn: role for each in candidates if (role := role_of(each.identity))}
    if not names:
        return
    arns = {role_arn(caller.partition, caller.account, name) for name in names.values()}
    # By name, as IAM finds them: they may have a path.
    found = {role.name: role for role in observe_roles(session.iam(), arns).roles.values()}
    yield from ((urn, found[name]) for urn, name in names.items() if name in found)


def _find_associations(
    session: AwsSession, candidates: Sequence[Candidate]
) -> Iterator[tuple[str, Association]]:
    sought = _of_kind(candidates, AssociationIdentity)
    if not sought:
        return
    eks = session.eks()

    def find(each: tuple[str, AssociationIdentity]) -> tuple[Association, ...]:
        ref = each[1].service_account
        filters = Filters(namespace=ref.namespace, service_account=ref.name)
        try:
            return observe_associations(eks, each[1].cluster, filters)
        except ObservationError as error:
            return _nothing_if_gone(error)

    for (urn, _), found in zip(sought, read_each(sought, find, "associations"), strict=True):
        yield from ((urn, association) for association in found)


def _find_addons(
    session: AwsSession, candidates: Sequence[Candidate]
) -> Iterator[tuple[str, AddonState]]:
    sought = _of_kind(candidates, AddonIdentity)
    for cluster in sorted({identity.cluster for _, identity in sought}):
        try:
            installed = observe_addons(session.eks(), cluster)
        except ObservationError as error:
            installed = dict(_nothing_if_gone(error))
        for urn, identity in sought:
            if identity.cluster == cluster and identity.name in installed:
                yield urn, installed[identity.name]


def _nothing_if_gone(error: ObservationError) -> tuple[()]:
    """Return nothing if the cluster itself is gone, for then nothing of it exists."""
    cause = error.__cause__
    if isinstance(cause, ClientError) and is_not_found(cause):
        return ()
    raise error
