"""What AWS's refusals mean: one table from operation, code and text to our words.

In: what AWS answered. Out: the problem id, the likely cause, what to do. The first entry that
matches counts, so texts that say more stand above the codes they come with. Sources of texts that
AWS does not document are the public threads named beside them.
"""

import re
from dataclasses import dataclass

SIGN_IN = (
    "sign in (aws sso login, or export AWS_PROFILE); aws sts get-caller-identity shows who you are"
)
"""What whoever lacks credentials is to do."""


@dataclass(frozen=True, slots=True)
class KnownError:
    """A refusal of AWS that we can explain.

    Attributes:
        id: Of the problem it becomes.
        cause: What it most likely means.
        remedy: What to do.
        codes: AWS's codes; none for texts that come without one.
        text: A pattern that AWS's message must contain.
        operations: Operations it is about; none for all.
    """

    id: str
    cause: str
    remedy: str
    codes: tuple[str, ...] = ()
    text: str = ""
    operations: tuple[str, ...] = ()

    def matches(self, operation: str, code: str, message: str) -> bool:
        """Tell whether the entry is about an answer."""
        return (
            (not self.codes or code in self.codes)
            and (not self.operations or operation in self.operations)
            and re.search(self.text, message) is not None
        )


_ASSUME = "AssumeRoleForPodIdentity"
_ADDON_WRITES = ("CreateAddon", "UpdateAddon", "DeleteAddon")
_DENIED = ("AccessDenied", "AccessDeniedException")

KNOWN_ERRORS: tuple[KnownError, ...] = (
    # Associations
    KnownError(
        "association-exists",  # eksctl#7753
        "the service account has an association already",
        "eks-pod-identity get --namespace NAMESPACE --service-account NAME shows it; import it or "
        "delete it",
        codes=("ResourceInUseException",),
        text="(?i)association already exists",
    ),
    KnownError(
        "association-limit-reached",
        "the cluster holds as many associations as EKS takes (5,000)",
        "delete what is not used, or split the workloads over two clusters",
        codes=("ResourceLimitExceededException",),
        operations=("CreatePodIdentityAssociation",),
    ),
    KnownError(
        "association-id-malformed",  # aws-samples/eks-workshop-v2#882
        "the id is not one of an association (a- and 17 characters)",
        "eks-pod-identity get shows the ids",
        text="associationId should be 19 characters",
    ),
    # Roles of associations
    KnownError(
        "role-of-another-account",  # eksctl#8718
        "the role is not of the cluster's account, or its ARN is empty",
        "give roleARN a role of the cluster's account, and the other one as targetRoleARN",
        text="Cross-account pass role is not allowed",
    ),
    KnownError(
        "role-not-found",  # hashicorp/terraform-provider-aws#34717
        "the role does not exist, or was made so recently that EKS does not see it yet",
        "aws iam get-role --role-name NAME; if it is there, run it again in a minute",
        codes=("InvalidParameterException",),
        text="(?i)role .*does not exist",
    ),
    KnownError(
        "role-trust-invalid",  # hashicorp/terraform-provider-aws#41483
        "the role does not trust pods.eks.amazonaws.com with sts:AssumeRole and sts:TagSession",
        "eks-pod-identity plan names the statement that lacks something",
        text="Trust policy of the role provided is invalid",
    ),
    KnownError(
        "pass-role-denied",
        "the caller may not hand the role to EKS",
        "give the caller iam:PassRole on the role AWS names, with iam:PassedToService "
        "pods.eks.amazonaws.com",
        codes=_DENIED,
        text="perform: iam:PassRole",
    ),
    KnownError(
        "trust-policy-malformed",
        "a trust policy was given what only other policies have (Resource)",
        "leave Resource out: a trust policy is about its own role",
        codes=("MalformedPolicyDocument",),
        text="prohibited field Resource",
    ),
    KnownError(
        "policy-document-malformed",
        "IAM does not take the policy document",
        "eks-pod-identity validate FILE names the statement",
        codes=("MalformedPolicyDocument", "MalformedPolicyDocumentException"),
    ),
    # Add-ons
    KnownError(
        "addon-pod-identity-unsupported",  # aws/containers-roadmap#2712
        "this version of the add-on takes no pod identity associations",
        "eks-pod-identity catalog ADDON shows the versions that do",
        text="Pod Identity feature is not supported for addon version",
    ),
    KnownError(
        "addon-service-account-unsupported",  # terraform-aws-modules/terraform-aws-eks#3520
        "the add-on has no such service account",
        "eks-pod-identity catalog ADDON shows its service accounts",
        text=r"Service account \S+ in pod identity configuration is not supported",
    ),
    KnownError(
        "addon-exists",
        "the add-on is installed already",
        "eks-pod-identity get --addons shows it; import it",
        codes=("ResourceInUseException",),
        text="(?i)addon already exists",
    ),
    KnownError(
        "addon-busy",
        "the add-on is being changed by somebody",
        "wait until it is ACTIVE (eks-pod-identity get --addons) and run it again",
        codes=("ResourceInUseException",),
        text="(?i)in progress|CREATING|UPDATING|DELETING",
        operations=_ADDON_WRITES,
    ),
    KnownError(
        "service-account-already-associated",
        "a service account of the add-on has an association that the add-on does not own",
        "delete that association first: an add-on cannot take one over",
        codes=("ResourceInUseException",),
        operations=("CreateAddon", "UpdateAddon"),
    ),
    KnownError(
        "addon-create-failed",  # hashicorp/terraform-provider-aws, eks/addon.go
        "an earlier creation of the add-on failed and left it behind",
        "aws eks delete-addon --addon-name ADDON --cluster-name CLUSTER, then run it again",
        codes=("InvalidParameterException",),
        text="CREATE_FAILED",
        operations=("CreateAddon",),
    ),
    KnownError(
        "role-not-found",
        "a role that the add-on is given does not exist, or EKS does not see it yet",
        "aws iam get-role --role-name NAME; if it is there, run it again in a minute",
        codes=("InvalidParameterException",),
        text="does not exist",
        operations=_ADDON_WRITES,
    ),
    # Credentials of pods
    KnownError(
        "role-not-assumable",  # awslabs/crossplane-on-eks and the EKS workshop
        "the role is gone, or its trust policy shuts this pod out",
        "see that it trusts pods.eks.amazonaws.com with both actions, and its conditions",
        codes=_DENIED,
        text="EKS does not have permissions to assume the associated role",
    ),
    KnownError(
        "pod-token-expired",  # aws/eks-pod-identity-agent#89
        "the pod's service account token has expired",
        "see that the SDK reads the token file each time; restart the pod",
        codes=("ExpiredTokenException",),
        operations=(_ASSUME,),
    ),
    KnownError(
        "pod-token-refused",
        "the pod's service account token is not one of this cluster",
        "see that the pod runs in the cluster that the agent was started for",
        codes=("InvalidTokenException",),
    ),
    KnownError(
        "session-tags-too-large",  # aws/containers-roadmap#2413
        "the six session tags of EKS and those of the next role do not fit together",
        "disableSessionTags: true, or name the next role as targetRoleARN",
        codes=("PackedPolicyTooLarge", "PackedPolicyTooLargeException"),
    ),
    KnownError(
        "tag-session-denied",  # aws/aws-cdk-cli#762
        "the role to be assumed does not allow sts:TagSession, or its sts:ExternalId differs",
        "allow sts:TagSession beside sts:AssumeRole in its trust policy, and compare ExternalId",
        codes=_DENIED,
        text="perform: sts:TagSession",
    ),
    KnownError(
        "pod-sdk-too-old",  # kubernetes/autoscaler#6392
        "the SDK in the pod is older than pod identity",
        "update the image; the EKS user guide lists the versions (pod-id-minimum-sdk)",
        text="only loopback hosts are allowed",
    ),
    # Calls of any kind
    KnownError(
        "aws-access-denied",
        "AWS denies the call",
        "give the caller the action that AWS names",
        codes=(*_DENIED, "UnauthorizedOperation", "AuthorizationError"),
    ),
    KnownError(
        "aws-credentials-expired",
        "the AWS session has expired",
        SIGN_IN,
        codes=("ExpiredToken", "ExpiredTokenException", "RequestExpired"),
    ),
    KnownError(
        "aws-credentials-refused",
        "AWS does not know these credentials",
        SIGN_IN,
        codes=(
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException",
        ),
    ),
    KnownError(
        "aws-throttled",
        "AWS throttles the calls",
        "run it again in a minute",
        codes=(
            "RequestLimitExceeded",
            "Throttling",
            "ThrottlingException",
            "TooManyRequestsException",
        ),
    ),
    KnownError(
        "aws-server-error",
        "AWS has a fault of its own",
        "run it again in a minute; health.aws.amazon.com tells of larger ones",
        codes=(
            "InternalFailure",
            "InternalServerException",
            "ServerException",
            "ServiceFailure",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        ),
    ),
    KnownError(
        "aws-not-found",
        "AWS has no such thing in this account and region",
        "look at the names, at --region and at --profile",
        codes=("NoSuchEntity", "NoSuchEntityException", "ResourceNotFoundException"),
    ),
    KnownError(
        "aws-in-use",
        "another caller is changing the same thing",
        "run it again in a minute",
        codes=("ConcurrentModification", "ResourceInUseException"),
    ),
    KnownError(
        "aws-limit-reached",
        "a quota of the account is used up",
        "ask for more in Service Quotas, or delete what is not used",
        codes=("LimitExceeded", "LimitExceededException", "ResourceLimitExceededException"),
    ),
    KnownError(
        "aws-request-refused",
        "AWS does not take the request",
        "look at what AWS says of it",
        codes=(
            "ClientException",
            "InvalidInput",
            "InvalidParameterException",
            "InvalidRequestException",
            "ValidationError",
            "ValidationException",
        ),
    ),
)


def find_known_error(operation: str, code: str, message: str) -> KnownError | None:
    """Return the first entry about an answer of AWS, or None if nothing is known of it."""
    return next((known for known in KNOWN_ERRORS if known.matches(operation, code, message)), None)
