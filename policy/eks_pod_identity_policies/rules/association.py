"""Associations by themselves: whom they serve and with which role."""

import re
from collections.abc import Iterator

from eks_pod_identity_policies.association import Association, associations_of
from eks_pod_identity_policies.frameworks import DEDICATED_SERVICE_ACCOUNTS
from eks_pod_identity_policies.properties import account_list, flag, text_list
from eks_pod_identity_policies.resource import ADDONS, ASSOCIATIONS, Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    ResourceRule,
    Severity,
)
from eks_pod_identity_policies.values import UNKNOWN, Plain

_API = "https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html"
_LABEL = r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_NAMESPACE = re.compile(rf"(?=.{{1,63}}\Z){_LABEL}")
_SERVICE_ACCOUNT = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*")
_CLUSTER = re.compile(r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}")
_ROLE = re.compile(r"arn:(aws[a-z-]*):iam::(\d{12}):role/([\w+=,.@/-]+)", re.ASCII)
# Controllers whose own instructions put them into kube-system.
_IN_KUBE_SYSTEM = (
    "aws-gateway-api-controller",
    "aws-load-balancer-controller",
    "aws-node",
    "cluster-autoscaler",
    "ebs-csi-controller-sa",
    "ebs-csi-node-sa",
    "efs-csi-controller-sa",
    "efs-csi-node-sa",
    "external-dns",
    "fsx-csi-controller-sa",
    "karpenter",
    "s3-csi-driver-sa",
)


def _service_account(resource: Resource, config: Config) -> Findings:
    for each in associations_of(resource):
        name = _folded(each.service_account)
        if name == "default":
            message = f"{_at(each)}every pod that names no service account gets this role"
            yield Finding(message, ("make a service account for the application",))
        elif _folded(each.namespace) == "kube-system" and name not in config.texts("kubeSystem"):
            message = (
                f"{_at(each)}{each.subject} is in kube-system, where the cluster's own pods run"
            )
            yield Finding(message, (f'move it, or add "{name}" to `kubeSystem`',))


def _folded(value: Plain) -> str:
    return value.strip().lower() if isinstance(value, str) else "?"


def _names(resource: Resource, config: Config) -> Findings:
    for each in associations_of(resource):
        yield from _malformed(each)
        parts = (each.cluster, each.namespace, each.service_account)
        length = sum(len(part) for part in parts if isinstance(part, str))
        limit = config.number("maxLength")
        if 0 < limit < length:
            message = (
                f"{_at(each)}the names of cluster, namespace and service account have {length}"
                f" characters together, your limit is {limit}"
            )
            yield Finding(message, ("shorten one of the names",))


def _malformed(each: Association) -> Iterator[Finding]:
    checks = (
        ("cluster name", each.cluster, _CLUSTER, "letters, digits, - and _, at most 100"),
        ("namespace", each.namespace, _NAMESPACE, "lower case letters, digits and -, at most 63"),
        (
            "service account",
            each.service_account,
            _SERVICE_ACCOUNT,
            "lower case letters, digits, - and ., at most 253",
        ),
    )
    for what, value, pattern, wanted in checks:
        if isinstance(value, str) and not pattern.fullmatch(value):
            message = f"{_at(each)}{what} {value!r} is no name that Kubernetes or EKS takes"
            yield Finding(message, (f"names are taken literally: {wanted}",))


def _role_account(resource: Resource, config: Config) -> Findings:
    accounts = config.texts("accounts")
    for each in associations_of(resource):
        if isinstance(each.role, str):
            yield from _wrong_role(each, "role", each.role, accounts)
        if isinstance(each.target_role, str):
            yield from _wrong_role(each, "target role", each.target_role, frozenset())


def _wrong_role(
    each: Association, what: str, arn: str, accounts: frozenset[str]
) -> Iterator[Finding]:
    found = _ROLE.fullmatch(arn)
    if found is None or found[3].endswith("/"):
        message = f'{_at(each)}{what} "{arn}" is not the ARN of an IAM role'
        yield Finding(message, ("write arn:aws:iam::<account>:role/<path/><name>",))
    elif found[3].startswith("aws-service-role/"):
        message = (
            f"{_at(each)}{what} {arn} is a service-linked role, which only its service assumes"
        )
        yield Finding(message, ("make a role whose trust names pods.eks.amazonaws.com",))
    elif accounts and found[2] not in accounts:
        message = f"{_at(each)}{what} {arn} is not of an account of your clusters"
        yield Finding(message, ("chain to it: a role of the cluster's account, and targetRoleArn",))


def _at(each: Association) -> str:
    return f"{each.path}: " if each.path else ""


def _addon_associations(resource: Resource, config: Config) -> Findings:
    found = tuple(associations_of(resource))
    seen: set[str] = set()
    for each in found:
        for name, value in (("roleArn", each.role), ("serviceAccount", each.service_account)):
            if value is None or value == "":
                yield Finding(f"{each.path}: no {name}", (f"add {name}",))
        name = each.service_account
        if isinstance(name, str) and name in seen:
            yield Finding(f'{each.path}: service account "{name}" twice', ("keep one entry",))
        seen |= {name} if isinstance(name, str) else set()
    irsa = resource.get("serviceAccountRoleArn")
    if found and irsa and irsa is not UNKNOWN and not config.flag("migration"):
        message = "the add-on has serviceAccountRoleArn (IRSA) beside podIdentityAssociations"
        yield Finding(message, ("remove serviceAccountRoleArn",))


ASSOCIATION_TYPES = ASSOCIATIONS | ADDONS

SERVICE_ACCOUNT = ResourceRule(
    id="pid-assoc-service-account",
    title="A role is given to a service account made for one application.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "Pods that name no service account run as `default`, and whoever may make pods in"
        " kube-system has the cluster; a role there reaches further than it seems."
    ),
    fix="Make a service account for the application, in the application's namespace.",
    source="https://docs.aws.amazon.com/eks/latest/best-practices/identity-and-access-management.html",
    config={
        "kubeSystem": text_list(
            "Service accounts of kube-system that may have a role.",
            _IN_KUBE_SYSTEM,
            pattern="^[a-z0-9.-]+$",
        ),
    },
    types=ASSOCIATION_TYPES,
    judge=_service_account,
    framework=DEDICATED_SERVICE_ACCOUNTS,
)

NAMES = ResourceRule(
    id="pid-assoc-names",
    title="Namespace, service account and cluster are names, not patterns.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why=(
        "EKS takes them literally and does not ask whether they exist: an association of `*`,"
        " `Default` or `system:serviceaccount:a:b` is made and serves no pod. Very long names"
        " together can pass what STS packs into a session."
    ),
    fix="Write the names as Kubernetes has them.",
    source=_API,
    config={
        "maxLength": {
            "type": "integer",
            "minimum": 0,
            "default": 0,
            "description": "How many characters the three names may have together; 0 is no limit.",
        }
    },
    types=ASSOCIATION_TYPES,
    judge=_names,
)

ROLE_ACCOUNT = ResourceRule(
    id="pid-assoc-role-account",
    title="An association's role is an IAM role of the cluster's account.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "EKS takes only a role of the cluster's own account; users, instance profiles, sessions"
        " and service-linked roles cannot be assumed for pods. For another account there is"
        " targetRoleArn."
    ),
    fix="Give the ARN of a role of the cluster's account.",
    source=_API,
    config={
        "accounts": account_list(
            "The accounts of your clusters; without any the account is not judged."
        ),
    },
    types=ASSOCIATION_TYPES,
    judge=_role_account,
)

ADDON_ASSOCIATIONS = ResourceRule(
    id="pid-addon-associations",
    title="An add-on's associations are complete, and the only way to its permissions.",
    severity=Severity.MEDIUM,
    level=Level.MANDATORY,
    why=(
        "Each entry needs a role and a service account, and a service account can stand in one"
        " entry only. With an IRSA role beside them it depends on the agent which of the two"
        " a pod gets; set `migration` while you move."
    ),
    fix="Give each entry roleArn and serviceAccount; remove serviceAccountRoleArn.",
    source="https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html",
    config={
        "migration": flag("Whether an IRSA role may stand beside associations."),
    },
    types=ADDONS,
    judge=_addon_associations,
)
