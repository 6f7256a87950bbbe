"""Names and ARNs: what is legal, how they are taken apart, how ours are made.

Pure text in, values out. Limits and patterns are those of the EKS and IAM API references.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

INLINE_POLICY_NAME = "permissions"  # of the inline policy that an entry gives no name
TARGET_GRANT_NAME = "assume-target-role"  # of the inline policy that grantTargetRole asks for
ROLE_NAME_MAX_LENGTH = 64  # IAM API reference, CreateRole.RoleName
NAMESPACE_MAX_LENGTH = 63  # Kubernetes: a namespace is a DNS label
SERVICE_ACCOUNT_MAX_LENGTH = 253  # Kubernetes: a service account is a DNS subdomain

# Patterns hold in Python and, for editors, in JSON Schema; a whole text has to match.
_DNS_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
NAMESPACE_PATTERN = _DNS_LABEL
SERVICE_ACCOUNT_PATTERN = rf"{_DNS_LABEL}(\.{_DNS_LABEL})*"
CLUSTER_NAME_PATTERN = r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}"  # EKS API, CreateCluster.name
ROLE_NAME_PATTERN = r"[A-Za-z0-9_+=,.@-]{1,64}"
REGION_PATTERN = r"[a-z]{2,8}(-[a-z]{2,12}){1,3}-[0-9]{1,2}"
_IAM_ARN = r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):"
ROLE_ARN_PATTERN = rf"{_IAM_ARN}role/\S*[^/\s]"
POLICY_ARN_PATTERN = rf"{_IAM_ARN}policy/\S*[^/\s]"

_ARN = re.compile(r"arn:(aws[a-z-]*):([a-z0-9-]*):([a-z0-9-]*):(\d{12}|aws)?:(.+)")


class ServiceAccountRef(NamedTuple):
    """A Kubernetes service account in its namespace; prints as `namespace/name`.

    A tuple, because plans of thousands look each up many times.
    """

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


@lru_cache(maxsize=1024)  # a cluster's ARN stands in the trust policy of every role for its pods
def parse_arn(text: str) -> Arn | None:
    """Return the parts of an ARN, or None if the text is none."""
    match = _ARN.fullmatch(text)
    return Arn(*(group or "" for group in match.groups())) if match else None


def is_role_arn(text: str) -> bool:
    """Tell whether the text is the ARN of an IAM role (with or without a path)."""
    return _matches(ROLE_ARN_PATTERN, text)


def is_policy_arn(text: str) -> bool:
    """Tell whether the text is the ARN of a managed policy, AWS's or a customer's."""
    return _matches(POLICY_ARN_PATTERN, text)


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def is_namespace(text: str) -> bool:
    """Tell whether the text is a legal namespace name (RFC 1123 label)."""
    return len(text) <= NAMESPACE_MAX_LENGTH and _matches(NAMESPACE_PATTERN, text)


def is_service_account(text: str) -> bool:
    """Tell whether the text is a legal service account name (RFC 1123 subdomain)."""
    return len(text) <= SERVICE_ACCOUNT_MAX_LENGTH and _matches(SERVICE_ACCOUNT_PATTERN, text)


def is_cluster_name(text: str) -> bool:
    """Tell whether the text is a legal EKS cluster name."""
    return _matches(CLUSTER_NAME_PATTERN, text)


def is_region(text: str) -> bool:
    """Tell whether the text has the form of a region's code, whatever regions there are."""
    return _matches(REGION_PATTERN, text)


def is_role_name(text: str) -> bool:
    """Tell whether the text is a legal IAM role name."""
    return _matches(ROLE_NAME_PATTERN, text)


@lru_cache(maxsize=64)  # a plan of thousands of roles asks for one cluster each time
def cluster_arn(partition: str, region: str, account: str, cluster: str) -> str:
    """Return the ARN of an EKS cluster, known before the cluster exists."""
    return str(Arn(partition, "eks", region, account, f"cluster/{cluster}"))


def role_arn(partition: str, account: str, role: str, path: str = "/") -> str:
    """Return the ARN of a role, known before the role exists."""
    return f"arn:{partition}:iam::{account}:role{path}{role}"


def external_id(region: str, account: str, cluster: str, account_ref: ServiceAccountRef) -> str:
    """Return the external id that EKS gives an association.

    The form is that of the EKS user guide, "Access AWS resources using EKS Pod Identity target
    IAM roles": region/account/cluster/namespace/service-account.
    """
    return f"{region}/{account}/{cluster}/{account_ref}"


def role_name(context: "AwsContext", cluster: str, account_ref: ServiceAccountRef) -> str:
    """Return the stable name of the role made for one service account of one cluster.

    The readable part is cut to fit 64 characters; the hash of all of it keeps it unique. So
    (a-b, c) and (a, b-c) differ, clusters of one name in two regions or accounts never meet, and a
    name is the same on every run and every machine.
    """
    place = (context.partition, context.region, context.account)
    return _readable_name(cluster, account_ref, _short_hash(*place, cluster, *account_ref))


def former_role_name(cluster: str, account_ref: ServiceAccountRef) -> str:
    """Return the name that such a role got before names told regions and accounts apart."""
    return _readable_name(cluster, account_ref, _short_hash(cluster, *account_ref))


def _readable_name(cluster: str, account_ref: ServiceAccountRef, digest: str) -> str:
    readable = f"{cluster}-{account_ref.namespace}-{account_ref.name}"
    return f"{readable[: ROLE_NAME_MAX_LENGTH - 9]}-{digest}"


def shortened_role_name(name: str) -> str:
    """Return the name of a role, cut if IAM would refuse it; the hash of all of it keeps it apart.

    What was made of a template may be too long for one cluster and short enough for the next.
    """
    if len(name) <= ROLE_NAME_MAX_LENGTH:
        return name
    return f"{name[: ROLE_NAME_MAX_LENGTH - 9]}-{_short_hash(name)}"


def _short_hash(*parts: str) -> str:
    # "/" is legal in none of the parts, so joining them by it is unambiguous.
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class AwsContext:
    """Where resources live: a partition (`aws`, `aws-cn`, …), a region and a 12-digit account."""

    partition: str
    region: str
    account: str

    def cluster_arn(self, cluster: str) -> str:
        """Return the ARN of a cluster here, whether it exists yet or not."""
        return cluster_arn(self.partition, self.region, self.account, cluster)

    def role_arn(self, role: str, path: str = "/") -> str:
        """Return the ARN of a role of this account."""
        return role_arn(self.partition, self.account, role, path)
