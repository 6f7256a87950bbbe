"""Associations as rules see them, standalone ones and those of add-ons alike.

In: a resource. Out: its associations, with UNKNOWN where a preview cannot tell.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eks_pod_identity_policies.resource import ADDONS, ASSOCIATIONS, Resource
from eks_pod_identity_policies.values import UNKNOWN, Plain, objects

# The namespaces of add-ons of which AWS's pages leave no doubt; of others nothing is said.
# https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
_ADDON_NAMESPACES = {
    "adot": "opentelemetry-operator-system",
    "amazon-cloudwatch-observability": "amazon-cloudwatch",
    "cert-manager": "cert-manager",
    "external-dns": "external-dns",
    **dict.fromkeys(
        (
            "aws-ebs-csi-driver",
            "aws-efs-csi-driver",
            "aws-fsx-csi-driver",
            "aws-mountpoint-s3-csi-driver",
            "coredns",
            "eks-pod-identity-agent",
            "kube-proxy",
            "snapshot-controller",
            "vpc-cni",
        ),
        "kube-system",
    ),
}


@dataclass(frozen=True, slots=True)
class Association:
    """A service account that gets a role.

    Attributes:
        owner: The resource that says so.
        path: Where in that resource; empty for a standalone association.
        cluster: The cluster's name.
        namespace: Of the service account.
        service_account: Its name.
        role: The role's ARN.
        target_role: The ARN of the role that EKS goes on to, None if there is none.
        tags_off: Whether session tags are disabled.
        policy: The session policy, None if there is none.
    """

    owner: Resource
    path: str
    cluster: Plain
    namespace: Plain
    service_account: Plain
    role: Plain
    target_role: Plain = None
    tags_off: Plain = None
    policy: Plain = None

    @property
    def subject(self) -> str:
        """The service account, for messages."""
        namespace, name = (
            each if isinstance(each, str) else "?"
            for each in (self.namespace, self.service_account)
        )
        return f"{namespace}/{name}"

    @property
    def has_tags(self) -> Plain:
        """Whether EKS tags the session; UNKNOWN if that cannot be told."""
        return UNKNOWN if self.tags_off is UNKNOWN else not is_true(self.tags_off)


def is_true(value: Plain) -> bool:
    """Tell whether a property is on; providers take the text for the boolean."""
    return value is True or value == "true"


def associations_of(resource: Resource) -> Iterator[Association]:
    """Yield the associations that a resource declares."""
    if resource.type in ASSOCIATIONS:
        yield _standalone(resource)
    elif resource.type in ADDONS:
        for index, entry in enumerate(objects(resource.get("podIdentityAssociations"))):
            yield Association(
                owner=resource,
                path=f"podIdentityAssociations[{index}]",
                cluster=_name(resource.get("clusterName")),
                namespace=_name(_addon_namespace(resource)),
                service_account=_name(entry.get("serviceAccount")),
                role=_name(entry.get("roleArn")),
            )


def _standalone(resource: Resource) -> Association:
    return Association(
        owner=resource,
        path="",
        cluster=_name(resource.get("clusterName")),
        namespace=_name(resource.get("namespace")),
        service_account=_name(resource.get("serviceAccount")),
        role=_name(resource.get("roleArn")),
        target_role=_name(resource.get("targetRoleArn")) or None,
        tags_off=resource.get("disableSessionTags"),
        policy=resource.get("policy") or None,
    )


def _name(value: Plain) -> Plain:
    """Return a name as it is; what is no text the provider will refuse, and names nothing yet."""
    return value if value is None or isinstance(value, str) else UNKNOWN


def _addon_namespace(resource: Resource) -> Plain:
    config = resource.get("namespaceConfig")
    if isinstance(config, dict) and config.get("namespace"):
        return config["namespace"]
    name = resource.get("addonName")
    if config is UNKNOWN or not isinstance(name, str):
        return UNKNOWN
    return _ADDON_NAMESPACES.get(name, UNKNOWN)
