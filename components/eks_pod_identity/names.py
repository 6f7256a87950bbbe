"""Names and ARNs: what is legal, how they are taken apart, how ours are made.

Pure text in, values out. Limits and patterns are those of the EKS and IAM API references.
"""

import hashlib
import re
from dataclasses import dataclass

ROLE_NAME_MAX_LENGTH = 64  # IAM API reference, CreateRole.RoleName
NAMESPACE_MAX_LENGTH = 63  # Kubernetes: a namespace is a DNS label
SERVICE_ACCOUNT_MAX_LENGTH = 253  # Kubernetes: a service account is a DNS subdomain

_DNS_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_DNS_SUBDOMAIN = re.compile(rf"{_DNS_LABEL.pattern}(\.{_DNS_LABEL.pattern})*")
_CLUSTER_NAME = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")  # EKS API, CreateCluster.name
_ROLE_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_REGION = re.compile(r"[a-z]{2,8}(-[a-z]{2,12}){1,3}-\d{1,2}", re.ASCII)
_ARN = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]*):([a-z0-9-]*):(\d{12}|aws)?:(.+)")


@dataclass(frozen=True, slots=True, order=True)
class ServiceAccountRef:
    """A Kubernetes service account in its namespace; prints as `namespace/name`."""

    namespace: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class Arn:
    """An ARN in its parts; `str()` gives it back."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def parse_arn(text: str) -> Arn | None:
    """Return the parts of an ARN, or None if the text is none."""
    match = _ARN.fullmatch(text)
    return Arn(*(group or "" for group in match.groups())) if match else None


def is_role_arn(text: str) -> bool:
    """Tell whether the text is the ARN of an IAM role (with or without a path)."""
    return _is_iam_arn(text, "role/")


def is_policy_arn(text: str) -> bool:
    """Tell whether the text is the ARN of a managed policy, AWS's or a customer's."""
    return _is_iam_arn(text, "policy/")


def _is_iam_arn(text: str, kind: str) -> bool:
    arn = parse_arn(text)
    return bool(
        arn
        and (arn.service, arn.region) == ("iam", "")
        and arn.account
        and arn.resource.startswith(kind)
        and not arn.resource.endswith("/")
        and not re.search(r"\s", arn.resource)
    )


def is_namespace(text: str) -> bool:
    """Tell whether the text is a legal namespace name (RFC 1123 label)."""
    return len(text) <= NAMESPACE_MAX_LENGTH and bool(_DNS_LABEL.fullmatch(text))


def is_service_account(text: str) -> bool:
    """Tell whether the text is a legal service account name (RFC 1123 subdomain)."""
    return len(text) <= SERVICE_ACCOUNT_MAX_LENGTH and bool(_DNS_SUBDOMAIN.fullmatch(text))


def is_cluster_name(text: str) -> bool:
    """Tell whether the text is a legal EKS cluster name."""
    return bool(_CLUSTER_NAME.fullmatch(text))


def is_region(text: str) -> bool:
    """Tell whether the text has the form of a region's code, whatever regions there are."""
    return bool(_REGION.fullmatch(text))


def is_role_name(text: str) -> bool:
    """Tell whether the text is a legal IAM role name."""
    return bool(_ROLE_NAME.fullmatch(text))


def cluster_arn(partition: str, region: str, account: str, cluster: str) -> str:
    """Return the ARN of an EKS cluster, known before the cluster exists."""
    return str(Arn(partition, "eks", region, account, f"cluster/{cluster}"))


def external_id(region: str, account: str, cluster: str, account_ref: ServiceAccountRef) -> str:
    """Return the external id that EKS gives an association.

    The form is that of the EKS user guide, "Access AWS resources using EKS Pod Identity target
    IAM roles": region/account/cluster/namespace/service-account.
    """
    return f"{region}/{account}/{cluster}/{account_ref}"


def role_name(cluster: str, account_ref: ServiceAccountRef) -> str:
    """Return the stable name of the role made for one service account of one cluster.

    The readable part is cut to fit 64 characters; the hash of the full triple keeps it unique, so
    (a-b, c) and (a, b-c) differ and a name is the same on every run and every machine.
    """
    digest = _short_hash(cluster, account_ref.namespace, account_ref.name)
    readable = f"{cluster}-{account_ref.namespace}-{account_ref.name}"
    return f"{readable[: ROLE_NAME_MAX_LENGTH - 9]}-{digest}"


def _short_hash(*parts: str) -> str:
    # "/" is legal in none of the parts, so joining them by it is unambiguous.
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:8]
