"""The association's role: there."""

from collections.abc import Iterator

from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, ok, skipped, unread
from eks_pod_identity.observed.picture import Picture


def check_role(picture: Picture) -> Iterator[Finding]:
    """Yield whether the role exists."""
    association = picture.associated_with
    if association is None:
        yield skipped("there is no association, or it cannot be read")
        return
    arn = association.role_arn
    if arn in picture.iam.roles:
        yield ok(f"{arn} exists")
    elif arn in picture.unread_roles:
        yield unread("the role cannot be read", picture.unread_roles[arn])
    else:
        yield cause(
            DoctorFault.ROLE_MISSING,
            f"{arn} does not exist",
            [f"association {association.id} names it"],
            [f"create it again under this name and path, or give another:\n{_another(picture)}"],
        )


def _another(picture: Picture) -> str:
    association = picture.associated_with
    id_ = association.id if association else ""
    return (
        f"aws eks update-pod-identity-association --cluster-name {picture.cluster_name} "
        f"--association-id {id_} --role-arn ARN"
    )
