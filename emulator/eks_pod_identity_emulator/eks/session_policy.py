"""Rules for the optional parts of an association: target role, session tags, session policy."""

import json

from eks_pod_identity_emulator.eks.refusals import invalid_parameter
from eks_pod_identity_emulator.eks.roles import is_role_arn

_POLICY_LENGTH = 2048
"""Characters of a session policy: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"""


def check_session(
    *, target_role_arn: str | None, disable_session_tags: bool, policy: str | None
) -> None:
    """Refuse combinations that EKS refuses; nowhere in public are its texts for them.

    A policy needs the session tags off:
    https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html

    Raises:
        ApiError: The target is no role ARN, or the policy is not usable.
    """
    if target_role_arn is not None and not is_role_arn(target_role_arn):
        raise invalid_parameter(f"The target role ARN provided is not valid: {target_role_arn}")
    if policy is None:
        return
    if not disable_session_tags:
        raise invalid_parameter("disableSessionTags must be true when a policy is provided.")
    if len(policy) > _POLICY_LENGTH:
        raise invalid_parameter(f"The policy can have at most {_POLICY_LENGTH} characters.")
    if not _is_json_object(policy):
        raise invalid_parameter("The policy provided is not a JSON policy document.")


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
