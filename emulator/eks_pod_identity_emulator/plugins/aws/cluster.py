"""`aws:eks/cluster:Cluster`, after terraform-provider-aws internal/service/eks/cluster.go."""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.plugins.aws import cluster_requests as requests
from eks_pod_identity_emulator.plugins.aws.eks import (
    GONE,
    REFUSED,
    TaggedEksKind,
    health_issues,
    wait_for_update,
)
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.iam import split_tags
from eks_pod_identity_emulator.plugins.aws.kind import Change, Scope, doing, settling
from eks_pod_identity_emulator.plugins.aws.traits import Traits, arn, at_most, refused
from eks_pod_identity_emulator.plugins.naming import NameRule
from eks_pod_identity_emulator.plugins.values import PropertyMap
from eks_pod_identity_emulator.plugins.waiting import Status

CREATE_TIMEOUT = 30 * 60
UPDATE_TIMEOUT = 60 * 60
DELETE_TIMEOUT = 15 * 60
# What EKS says while a role and its policies are spreading.
_NOT_READY = (
    "does not exist",
    "Error in role params",
    "Role could not be assumed because the trusted entity is not correct",
    "The provided role doesn't have the Amazon EKS Managed Policies associated with it",
    "IAM role's policy must include",
)


class Cluster(TaggedEksKind):
    """A cluster."""

    pulumi_type = "aws:eks/cluster:Cluster"
    sdk = ("pulumi_aws.eks", "Cluster")
    traits = Traits(
        force_new=frozenset(
            {
                "accessConfig.bootstrapClusterCreatorAdminPermissions",
                "bootstrapSelfManagedAddons",
                "kubernetesNetworkConfig.ipFamily",
                "kubernetesNetworkConfig.serviceIpv4Cidr",
                "name",
                "outpostConfig",
                "region",
                "roleArn",
            }
        ),
        defaults={
            "accessConfig.bootstrapClusterCreatorAdminPermissions": True,
            "bootstrapSelfManagedAddons": True,
            "vpcConfig.endpointPrivateAccess": False,
            "vpcConfig.endpointPublicAccess": True,
        },
        computed=frozenset(
            {
                "accessConfig.authenticationMode",
                "kubernetesNetworkConfig.elasticLoadBalancing",
                "kubernetesNetworkConfig.ipFamily",
                "kubernetesNetworkConfig.serviceIpv4Cidr",
                "kubernetesNetworkConfig.serviceIpv6Cidr",
                "upgradePolicy.supportType",
                "vpcConfig.clusterSecurityGroupId",
                "vpcConfig.controlPlaneEgressMode",
                "vpcConfig.publicAccessCidrs",
                "vpcConfig.vpcId",
            }
        ),
        sets=frozenset(
            {
                "computeConfig.nodePools",
                "enabledClusterLogTypes",
                "encryptionConfig.resources",
                "vpcConfig.publicAccessCidrs",
                "vpcConfig.securityGroupIds",
                "vpcConfig.subnetIds",
            }
        ),
        rules={
            "defaultAddonsToRemoves": refused,
            "name": at_most(100, r"[0-9A-Za-z][A-Za-z0-9_-]*", "must be a cluster name"),
            "roleArn": arn,
        },
        named=("name", NameRule(100)),
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the cluster and wait until it is active."""
        name = str(inputs["name"])
        request = requests.creation(inputs)
        with doing(f"creating EKS Cluster ({name})"):
            scope.retry(lambda: scope.call("eks", "CreateCluster", **request), _is_not_ready)
        with settling(f"waiting for EKS Cluster ({name}) create", name):
            _wait(scope, name, {"PENDING", "CREATING"}, "ACTIVE", CREATE_TIMEOUT)
        return name, self.read(scope, name, inputs) or {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the cluster."""
        found = _find(scope, resource_id)
        if found is None:
            return None
        tags = split_tags(scope, dict(found.get("tags", {})), known)
        return {**requests.described(found, known), **tags}

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Change the version first, then one thing after the other, each until it is done."""
        with doing(f"updating EKS Cluster ({resource_id})"):
            if change.has("version"):
                force = True if change.planned.get("forceUpdateVersion") else None
                version = {"version": change.planned["version"], "force": force}
                _carry_out(
                    scope, "UpdateClusterVersion", resource_id, {"name": resource_id}, version
                )
            for update in requests.config_updates(change):
                _carry_out(scope, "UpdateClusterConfig", resource_id, {"name": resource_id}, update)
            encryption = requests.encryption_added(change)
            if encryption:
                subject = {"clusterName": resource_id, "encryptionConfig": encryption}
                _carry_out(scope, "AssociateEncryptionConfig", resource_id, subject, {})

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the cluster and wait until it is gone."""
        del state
        with doing(f"deleting EKS Cluster ({resource_id})"):
            answer = scope.retry(
                lambda: scope.find("eks", "DeleteCluster", GONE, name=resource_id),
                lambda failure: failure.says("ResourceInUseException", "in progress"),
            )
        if answer is None:
            return
        with doing(f"waiting for EKS Cluster ({resource_id}) delete"):
            _wait(scope, resource_id, {"ACTIVE", "DELETING"}, None, DELETE_TIMEOUT)


def _find(scope: Scope, name: str) -> Mapping[str, Any] | None:
    answer = scope.find("eks", "DescribeCluster", GONE, name=name)
    return answer["cluster"] if answer else None


def _wait(scope: Scope, name: str, pending: set[str], target: str | None, timeout: float) -> None:
    def look() -> Status | None:
        found = _find(scope, name)
        return Status(found["status"], health_issues(found)) if found else None

    scope.waiting.until(look, pending, target, scope.timeout or timeout)


def _carry_out(
    scope: Scope, operation: str, name: str, subject: PropertyMap, update: PropertyMap
) -> None:
    answer = scope.call("eks", operation, **subject, **update)
    wait_for_update(scope, name, answer["update"]["id"], UPDATE_TIMEOUT)


def _is_not_ready(failure: AwsCallError) -> bool:
    return any(failure.says(REFUSED, words) for words in _NOT_READY)
