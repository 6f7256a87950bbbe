"""Taking target role and session policy away from an association."""

import pytest
from harness.loopback_aws import LoopbackAws

from eks_pod_identity.aws.clear import clear_association
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ApplyError


def test_refusal_is_told_in_our_words(aws: LoopbackAws) -> None:
    """An error names what could not be taken away, from which association, and AWS's reason."""
    aws.refuse("/pod-identity-associations/", "AccessDeniedException", status=403)

    with pytest.raises(ApplyError) as refused:
        clear_association(AwsSession(), "demo", "a-1", ["targetRoleArn", "policy"])

    (problem,) = refused.value.problems
    assert problem.id == "aws-access-denied"
    assert problem.message.startswith("cannot take targetRoleArn and policy away from a-1: ")
