"""The context keys that roles' trust policies see when EKS assumes them for a pod.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from eks_pod_identity_emulator.authorization import Context, context_of
from eks_pod_identity_emulator.eks_auth.role import AssumableRole
from eks_pod_identity_emulator.sessions import Session

SERVICE = "pods.eks.amazonaws.com"

Values = Mapping[str, str | Iterable[str]]


@dataclass(frozen=True, slots=True)
class Hop:
    """What one AssumeRole asks for.

    Attributes:
        session_name: RoleSessionName.
        tags: Session tags, passed to the first role and inherited by the target.
        external_id: ExternalId, or None.
    """

    session_name: str
    tags: Mapping[str, str]
    external_id: str | None

    @property
    def actions(self) -> tuple[str, ...]:
        """What has to be allowed: tags need an action of their own, inherited ones too."""
        return ("sts:AssumeRole", "sts:TagSession") if self.tags else ("sts:AssumeRole",)

    def keys(self, role_tags: Mapping[str, str]) -> Values:
        """Return the keys of the request and of the role that it is about."""
        external_id = {"sts:ExternalId": self.external_id} if self.external_id else {}
        return {
            "sts:RoleSessionName": self.session_name,
            "sts:TransitiveTagKeys": tuple(self.tags),
            "aws:TagKeys": tuple(self.tags),
            **_tags("aws:RequestTag", self.tags),
            **_tags("aws:ResourceTag", merged_tags(role_tags, self.tags)),
            "aws:SecureTransport": "true",
            **external_id,
        }


def service_context(
    cluster_arn: str, organization: str | None, hop: Hop, role_tags: Mapping[str, str]
) -> Context:
    """Return what the first role's trust policy sees: a call of EKS for one cluster.

    A service has no tags, so aws:PrincipalTag is not there.
    """
    _, _, _, region, account, _ = cluster_arn.split(":", 5)
    source = {"aws:SourceArn": cluster_arn, "aws:SourceAccount": account}
    return context_of(
        {
            **hop.keys(role_tags),
            **source,
            **({"aws:SourceOrgID": organization} if organization else {}),
            "aws:RequestedRegion": region,
            "aws:PrincipalIsAWSService": "true",
            "aws:PrincipalServiceName": SERVICE,
            "aws:PrincipalServiceNamesList": (SERVICE,),
        }
    )


def chained_context(
    source: AssumableRole, session: Session, hop: Hop, target_tags: Mapping[str, str]
) -> Context:
    """Return what a target role's trust policy sees: a call of the first role's session.

    Inherited tags are the request's and the caller's at once, and stand in for tags of the same
    key that the target role has: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    return context_of(
        {
            **hop.keys(target_tags),
            "aws:PrincipalArn": source.arn,
            "aws:PrincipalAccount": source.account,
            "aws:PrincipalType": "AssumedRole",
            "aws:PrincipalIsAWSService": "false",
            "aws:userid": session.user_id,
            **_tags("aws:PrincipalTag", merged_tags(source.tags, session.assumption.tags)),
        }
    )


def merged_tags(lower: Mapping[str, str], upper: Mapping[str, str]) -> dict[str, str]:
    """Return tags of two origins; keys are compared without case, and the upper one wins."""
    taken = {key.lower() for key in upper}
    return {key: value for key, value in lower.items() if key.lower() not in taken} | dict(upper)


def _tags(prefix: str, tags: Mapping[str, str]) -> dict[str, str]:
    return dict(_prefixed(prefix, tags))


def _prefixed(prefix: str, tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((f"{prefix}/{key}", value) for key, value in tags.items())
