"""What EKS sees of IAM, and what it asks of a role that a request names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks.caller import Caller
from eks_pod_identity_emulator.eks.refusals import invalid_parameter
from eks_pod_identity_emulator.eks.trust import trusts_cluster, trusts_pod_identity
from eks_pod_identity_emulator.errors import ApiError

_ROLE_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):role/(?:[!-~]*/)?(?P<name>[\w+=,.@-]{1,64})"
)


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role as IAM has it.

    Attributes:
        arn: ARN with path.
        trust: Trust policy document, decoded.
        changed_at: When the role was created or its trust policy last changed, in seconds of
            `Clock.monotonic`.
        previous_trust: Trust policy before that change; None if the change was the creation.
    """

    arn: str
    trust: Mapping[str, Any]
    changed_at: float
    previous_trust: Mapping[str, Any] | None = None


class IamView(Protocol):
    """Looks roles up; called under EKS's lock, so it must be quick and must not call EKS."""

    def role(self, account: str, name: str) -> RoleView | None:
        """Return the role of that name (the last part of its ARN), or None."""
        ...


class RoleChecks:
    """Judges role ARNs against IAM as EKS sees it, which is some seconds behind.

    IAM is eventually consistent: https://github.com/hashicorp/terraform-provider-aws/issues/34711
    """

    def __init__(self, iam: IamView, clock: Clock, spread_seconds: float) -> None:
        self._iam = iam
        self._clock = clock
        self._spread_seconds = spread_seconds

    def require_pod_identity_role(self, arn: str, caller: Caller) -> None:
        """Refuse a role that cannot be used by an association of the caller's account.

        Raises:
            ApiError: No role ARN, another account, no such role, or no trust. Texts:
                https://github.com/hashicorp/terraform-provider-aws/pull/34717 and
                https://github.com/aws/aws-cdk/issues/31522
        """
        trust = self.require_role(arn, caller)
        if not trusts_pod_identity(trust):
            raise invalid_parameter(
                "Trust policy of the role provided is invalid. "
                "Follow the official documentation to resolve the issue."
            )

    def require_role(self, arn: str, caller: Caller) -> Mapping[str, Any]:
        """Return the trust policy, as EKS sees it, of a role of the caller's account.

        Raises:
            ApiError: No role ARN, another account, or no such role.
        """
        named = _ROLE_ARN.fullmatch(arn)
        # An empty ARN is told to be of another account: https://github.com/eksctl-io/eksctl/issues/8718
        if not arn or (named and named["account"] != caller.account):
            raise ApiError("AccessDeniedException", "Cross-account pass role is not allowed.")
        if named is None:
            raise invalid_parameter(f"The role ARN provided is not valid: {arn}")
        trust = self._seen_trust(arn, named["account"], named["name"])
        if trust is None:
            raise invalid_parameter("Role provided in the request does not exist.")
        return trust

    def require_cluster_role(self, arn: str, caller: Caller) -> None:
        """Refuse a role that EKS cannot run a cluster with.

        Raises:
            ApiError: No such role in the account, or no trust.
        """
        named = _ROLE_ARN.fullmatch(arn)
        trust = (
            self._seen_trust(arn, caller.account, named["name"])
            if named and named["account"] == caller.account
            else None
        )
        if trust is None or not trusts_cluster(trust):
            raise invalid_parameter(
                f"Role with arn: {arn}, could not be assumed because it does not exist "
                "or the trusted entity is not correct"
            )

    def _seen_trust(self, arn: str, account: str, name: str) -> Mapping[str, Any] | None:
        """Return the trust policy as of some seconds ago; None if there was no such role then."""
        role = self._iam.role(account, name)
        if role is None or role.arn != arn:
            return None
        spread = self._clock.monotonic() - role.changed_at >= self._spread_seconds
        return role.trust if spread else role.previous_trust


def is_role_arn(arn: str) -> bool:
    """Tell whether a text is the ARN of an IAM role, of whatever account."""
    return _ROLE_ARN.fullmatch(arn) is not None
