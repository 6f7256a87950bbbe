"""The models: eksctl's keys outside, Python's names inside, frozen."""

import pytest
from pydantic import ValidationError

from eks_pod_identity.config import (
    EXPANSION_KEY,
    Addon,
    AddonsConfig,
    AutoModeConfig,
    ClusterConfig,
    Iam,
    IpFamily,
    KubernetesNetworkConfig,
    Metadata,
    NamespaceConfig,
    PodIdentityAssociation,
    ResolveConflicts,
    load_cluster_config,
)
from eks_pod_identity.config.role_settings import RoleSettings
from eks_pod_identity.config.section import Section, eksctl_key

# eksctl-io/eksctl, pkg/apis/eksctl.io/v1alpha5/assets/schema.json at 99984adb.
_KEYS_OF_EKSCTL: dict[type[Section], str] = {
    PodIdentityAssociation: (
        "createServiceAccount disableSessionTags namespace permissionPolicy permissionPolicyARNs"
        " permissionPolicyName permissionsBoundaryARN policy roleARN roleName serviceAccountName"
        " tags targetRoleARN wellKnownPolicies"
    ),
    Addon: (
        "attachPolicy attachPolicyARNs configurationValues name namespaceConfig owners"
        " permissionsBoundary podIdentityAssociations publishers resolveConflicts"
        " serviceAccountRoleARN tags types useDefaultPodIdentityAssociations version"
        " wellKnownPolicies"
    ),
    NamespaceConfig: "namespace",
    AddonsConfig: "autoApplyPodIdentityAssociations disableDefaultAddons",
    AutoModeConfig: "enabled nodePools nodeRoleARN permissionsBoundaryARN",
    KubernetesNetworkConfig: "ipFamily serviceIPv4CIDR serviceIPv6CIDR",
    Metadata: "annotations forceUpdateVersion name region rollbackConfig tags version",
    Iam: (
        "fargatePodExecutionRoleARN fargatePodExecutionRolePermissionsBoundary"
        " podIdentityAssociations serviceAccounts serviceRoleARN serviceRolePermissionsBoundary"
        " vpcResourceControllerPolicy withOIDC"
    ),
    ClusterConfig: (
        "accessConfig addons addonsConfig apiVersion autoModeConfig availabilityZones capabilities"
        " cloudWatch controlPlaneScalingConfig fargateProfiles gitops iam iamIdentityMappings"
        " identityProviders karpenter kind kubeAPIServerConfig kubeControllerManagerConfig"
        " kubeSchedulerConfig kubernetesNetworkConfig localZones managedNodeGroups metadata"
        " nodeGroups outpost privateCluster remoteNetworkConfig secretsEncryption upgradePolicy"
        " vpc zonalShiftConfig"
    ),
}


@pytest.mark.parametrize("section", _KEYS_OF_EKSCTL, ids=lambda section: section.__name__)
def test_keys_are_those_of_eksctl(section: type[Section]) -> None:
    """No key of eksctl is unknown; ours are the block, and those that a block may have."""
    ours = {*map(eksctl_key, RoleSettings.model_fields), EXPANSION_KEY, "grantTargetRole"}
    keys = section.known_keys() - (ours if section is PodIdentityAssociation else {EXPANSION_KEY})

    assert sorted(keys) == _KEYS_OF_EKSCTL[section].split()


def test_models_are_frozen() -> None:
    """What was validated stays as it was."""
    association = PodIdentityAssociation.model_validate({"namespace": "backend"})

    with pytest.raises(ValidationError, match="frozen"):
        association.namespace = "frontend"


def test_values_are_read_into_python() -> None:
    """Lists are tuples, words are enums, documents are plain JSON values."""
    config = load_cluster_config(_EVERYTHING, file="cluster.yaml").require()

    assert config.ip_family is IpFamily.IPV6
    assert config.auto_apply_associations
    assert config.auto_mode
    assert config.addons
    addon = config.addons[0]
    assert addon.resolve_conflicts is ResolveConflicts.PRESERVE
    assert addon.namespace == "kube-system"
    assert addon.irsa_fields == {"serviceAccountRoleARN": "arn:aws:iam::111122223333:role/irsa"}
    assert config.iam
    assert config.iam.pod_identity_associations
    entry = config.iam.pod_identity_associations[0]
    assert entry.well_known_policy_names == ("autoScaler", "externalDNS")
    assert entry.permission_policy_arns == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    assert entry.permission_policy == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["s3:ListBucket"],
                "Resource": "*",
                "Condition": {"NumericLessThan": {"s3:max-keys": 10}},
            }
        ],
    }
    assert entry.disable_session_tags is None
    assert list(entry.permission_fields) == [
        "permissionPolicy",
        "permissionPolicyARNs",
        "wellKnownPolicies",
    ]


_EVERYTHING = """
metadata: {name: demo, region: eu-west-1}
kubernetesNetworkConfig: {ipFamily: IPv6}
addonsConfig: {autoApplyPodIdentityAssociations: true}
autoModeConfig: {enabled: true}
addons:
  - name: vpc-cni
    resolveConflicts: preserve
    namespaceConfig: {namespace: kube-system}
    serviceAccountRoleARN: arn:aws:iam::111122223333:role/irsa
iam:
  podIdentityAssociations:
    - namespace: backend
      serviceAccountName: api
      permissionPolicyARNs: [arn:aws:iam::aws:policy/ReadOnlyAccess]
      wellKnownPolicies: {externalDNS: true, certManager: false, autoScaler: true}
      permissionPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: [s3:ListBucket]
            Resource: "*"
            Condition: {NumericLessThan: {"s3:max-keys": 10}}
"""
