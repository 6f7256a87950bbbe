"""AssumeRole calls that EKS makes for pods, in the call log as CloudTrail shows them.

The members and their order are those of the event in
https://aws.amazon.com/blogs/containers/amazon-eks-pod-identity-a-new-way-for-applications-on-eks-to-obtain-iam-credentials/
"""

from typing import Any

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.eks_auth.assumption import AssumedRole
from eks_pod_identity_emulator.eks_auth.context import SERVICE
from eks_pod_identity_emulator.http.calls import Call, CallLog


class AssumeRoleTrail:
    """Takes down each role that EKS assumes."""

    def __init__(self, log: CallLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    def record(self, assumed: AssumedRole, caller: Caller) -> None:
        """Take one AssumeRole down, in the account of the role.

        Args:
            assumed: What was asked for and issued.
            caller: Account and region of the cluster.
        """
        self._log.add(
            Call(
                time=self._clock.now(),
                account=assumed.session.account,
                region=caller.region,
                service="sts",
                operation="AssumeRole",
                write=False,
                status=200,
                error=None,
                parameters=_parameters(assumed),
                invoked_by=SERVICE,
            )
        )


def _parameters(assumed: AssumedRole) -> dict[str, Any]:
    assumption = assumed.session.assumption
    optional = {"externalId": assumed.external_id, "policy": assumed.policy}
    tags = {
        "tags": [{"key": key, "value": value} for key, value in assumed.passed_tags.items()],
        "transitiveTagKeys": list(assumed.passed_tags),
    }
    return {
        "roleArn": assumption.role_arn,
        "roleSessionName": assumption.session_name,
        "durationSeconds": assumption.seconds,
        **(tags if assumed.passed_tags else {}),
        **{name: value for name, value in optional.items() if value is not None},
    }
