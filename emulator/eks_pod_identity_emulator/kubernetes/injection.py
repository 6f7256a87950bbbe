"""What EKS's pod identity webhook injects, by service account: variables, token and mount.

With an association for the pod's service account: where the SDKs find the Pod Identity Agent and
their token. Otherwise, with an IRSA annotation on the service account: role and web identity token.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
https://github.com/aws/amazon-eks-pod-identity-webhook/blob/3bf80a34/pkg/cache/cache.go
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PREFIX = "eks.amazonaws.com/"
IRSA_ROLE = f"{PREFIX}role-arn"
"""The annotation of a service account that uses IRSA."""
DEFAULT_EXPIRATION = 86_400
"""Seconds that a token lives for if no annotation says otherwise."""

_AGENT = MappingProxyType(
    {
        "ipv4": "http://169.254.170.23/v1/credentials",
        "ipv6": "http://[fd00:ec2::23]/v1/credentials",
    }
)
_FOLDER = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
_TOKEN = "eks-pod-identity-token"  # noqa: S105 - the name of a volume
_IRSA_FOLDER = "/var/run/secrets/eks.amazonaws.com/serviceaccount"
_SHORTEST_EXPIRATION = 600
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
# What Go's strconv.ParseBool takes, which the webhook reads annotations with.
_BOOLEANS = MappingProxyType(
    dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True)
    | dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False)
)


@dataclass(frozen=True, slots=True)
class Injection:
    """What goes into each container of a pod, and into the pod.

    Attributes:
        variable: Variable that says where credentials or role are, with its value.
        token_variable: Variable with the token's path.
        region: Value of AWS_REGION and AWS_DEFAULT_REGION.
        regional_sts: Whether AWS_STS_REGIONAL_ENDPOINTS is set.
        volume: Name of the token's volume.
        folder: Where the token is mounted.
        token: Name of the token's file.
        audience: The token's audience.
        expiration: Seconds that the token lives for.
        pod_identity: Whether it is EKS Pod Identity, not IRSA.
    """

    variable: tuple[str, str]
    token_variable: str
    region: str
    regional_sts: bool
    volume: str
    folder: str
    token: str
    audience: str
    expiration: int
    pod_identity: bool

    @property
    def all_env(self) -> dict[str, str]:
        """Return every variable that a bare container gets on Linux."""
        sts = {"AWS_STS_REGIONAL_ENDPOINTS": "regional"} if self.regional_sts else {}
        region = {"AWS_DEFAULT_REGION": self.region, "AWS_REGION": self.region}
        token = {self.token_variable: f"{self.folder}/{self.token}"}
        return sts | region | dict([self.variable]) | token


def pod_identity_injection(
    region: str, ip_family: str, annotations: Mapping[str, str]
) -> Injection:
    """Return what a pod gets if its service account has an association.

    Args:
        region: The cluster's region.
        ip_family: The cluster's, ipv4 or ipv6.
        annotations: The service account's; `audience` does not count for Pod Identity.
    """
    return Injection(
        variable=("AWS_CONTAINER_CREDENTIALS_FULL_URI", _AGENT[ip_family]),
        token_variable="AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",  # noqa: S106 - its name
        region=region,
        regional_sts=_regional_sts(annotations),
        volume=_TOKEN,
        folder=_FOLDER,
        token=_TOKEN,
        audience="pods.eks.amazonaws.com",
        expiration=token_expiration(annotations, DEFAULT_EXPIRATION),
        pod_identity=True,
    )


def irsa_injection(region: str, annotations: Mapping[str, str]) -> Injection | None:
    """Return what a pod gets if its service account is annotated for IRSA, None if it is not."""
    role = annotations.get(IRSA_ROLE)
    if not role:
        return None
    return Injection(
        variable=("AWS_ROLE_ARN", role),
        token_variable="AWS_WEB_IDENTITY_TOKEN_FILE",  # noqa: S106 - its name
        region=region,
        regional_sts=_regional_sts(annotations),
        volume="aws-iam-token",
        folder=_IRSA_FOLDER,
        token="token",  # noqa: S106 - the name of a file
        audience=annotations.get(f"{PREFIX}audience", "sts.amazonaws.com"),
        expiration=token_expiration(annotations, DEFAULT_EXPIRATION),
        pod_identity=False,
    )


def token_expiration(annotations: Mapping[str, str], default: int) -> int:
    """Return the seconds that annotations ask for, at least ten minutes; the default if none."""
    asked = annotations.get(f"{PREFIX}token-expiration", "")
    return max(int(asked), _SHORTEST_EXPIRATION) if _WHOLE_NUMBER.fullmatch(asked) else default


def _regional_sts(annotations: Mapping[str, str]) -> bool:
    """EKS runs its webhook with regional endpoints on; a value that is no boolean is ignored."""
    return _BOOLEANS.get(annotations.get(f"{PREFIX}sts-regional-endpoints", ""), True)
