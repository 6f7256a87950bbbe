"""The AWS provider's errors in our words.

In: the text that a Pulumi function fails with, and what was asked. Out: a Problem. The provider
stands on the AWS SDK for Go, so an answer of AWS reads `operation error EKS: DescribeCluster, https
response error StatusCode: 403, RequestID: …, api error AccessDenied: …`; what AWS's codes mean is
in `known_errors`. What goes wrong before AWS answers has no code, only the words of pulumi-aws
(provider/resources.go, errors/*.txt) and of the SDK.
"""

import re

from eks_pod_identity.aws.known_errors import SIGN_IN
from eks_pod_identity.aws.refusals import Refusal
from eks_pod_identity.errors import Problem

_ANSWER = re.compile(
    r"operation error [^:]+: (?P<operation>\w+), .*?StatusCode: \d+, "
    r"RequestID: (?P<request>[^,]*), (?:api error )?(?P<code>\w+): (?P<message>.*)"
)
# Pulumi names the function twice before the provider's own words begin.
_PREAMBLE = re.compile(r"^invoke of \S+ failed: (?:invocation of \S+ returned an error: )?")

_LOCAL_FAULTS: tuple[tuple[str, str, str, str], ...] = (
    (
        r"config profile",
        "aws-profile-unknown",
        "the AWS profile does not exist",
        "pulumi config get aws:profile shows its name, aws configure list-profiles those that do",
    ),
    (
        r"failed to refresh cached credentials, (?!no EC2 IMDS role)|SSO session|expired",
        "aws-credentials-expired",
        "the AWS sign-in has expired",
        SIGN_IN,
    ),
    (
        r"no valid credential sources|no EC2 IMDS role found|Unable to locate credentials",
        "aws-credentials-missing",
        "no AWS credentials were found",
        SIGN_IN,
    ),
    (
        r"Invalid credentials configured",
        "aws-credentials-refused",
        "AWS does not know these credentials",
        SIGN_IN,
    ),
    (
        r"missing region",
        "aws-region-missing",
        "no AWS region is set",
        "pulumi config set aws:region eu-west-1",
    ),
    (
        r"AWS account ID not allowed",
        "aws-account-not-allowed",
        "aws:allowedAccountIds or aws:forbiddenAccountIds shuts the account out",
        "sign in to the right account; aws sts get-caller-identity shows which one it is",
    ),
    (
        r"request send failed|connection refused|no such host|i/o timeout",
        "aws-unreachable",
        "AWS cannot be reached",
        "look at the network, at AWS_ENDPOINT_URL and at the region's name",
    ),
)


def provider_problem(text: str, fault: str, address: str) -> Problem:
    """Return what a failed function of the AWS provider means for the user.

    Args:
        text: What it failed with.
        fault: What could not be done: `cannot read cluster "prod"`.
        address: Where the user asked for it.
    """
    said = _PREAMBLE.sub("", " ".join(text.split()))
    answer = _ANSWER.search(said)
    if answer:
        return Refusal(**answer.groupdict()).problem(fault, address)
    for pattern, id_, cause, remedy in _LOCAL_FAULTS:
        if re.search(pattern, said, re.IGNORECASE):
            return Problem(id_, address, f"{fault}: {cause}", observed=(said,), help=(remedy,))
    return Problem("aws-provider-error", address, fault, observed=(said,))
