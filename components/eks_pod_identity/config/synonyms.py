"""Keys that other tools and older habits have for what a ClusterConfig calls otherwise.

`nearest` compares letters, so it takes `policyArns` for `policy`; here are the ones that mean
another key. Goes in: a section and a key. Comes out: the key that is meant, or nothing.
"""

from collections.abc import Mapping

from eks_pod_identity.config.addon import Addon
from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.cluster import ClusterConfig, Iam
from eks_pod_identity.config.nearest import nearest_of
from eks_pod_identity.config.section import Section

# Folded: lower case, without - and _. Sources: Terraform's modules (terraform-aws-eks-pod-identity,
# terraform-aws-modules/eks), CloudFormation's and Pulumi's AWS::EKS resources, the IRSA half of
# eksctl's own file, and files in public reports.
_ASSOCIATION = {
    "attachpolicy": "permissionPolicy",
    "attachpolicyarns": "permissionPolicyARNs",
    "boundary": "permissionsBoundaryARN",
    "iamrolearn": "roleARN",
    "inlinepolicy": "permissionPolicy",
    "managedpolicies": "permissionPolicyARNs",
    "managedpolicyarns": "permissionPolicyARNs",
    "name": "serviceAccountName",
    "permissions": "permissionPolicy",
    "permissionsboundary": "permissionsBoundaryARN",
    "policies": "permissionPolicyARNs",
    "policyarn": "permissionPolicyARNs",
    "policyarns": "permissionPolicyARNs",
    "policydocument": "permissionPolicy",
    "role": "roleARN",
    "sa": "serviceAccountName",
    "serviceaccount": "serviceAccountName",
    "sessionpolicy": "policy",
    "targetrole": "targetRoleARN",
}
_ADDON = {
    "addonname": "name",
    "addonversion": "version",
    "config": "configurationValues",
    "configuration": "configurationValues",
    "podidentityassociation": "podIdentityAssociations",
    "usedefaults": "useDefaultPodIdentityAssociations",
    "values": "configurationValues",
}
_SYNONYMS: Mapping[type[Section], Mapping[str, str]] = {
    PodIdentityAssociation: _ASSOCIATION,
    Addon: _ADDON,
    ClusterConfig: {
        "addon": "addons",
        "automode": "autoModeConfig",
        "computeconfig": "autoModeConfig",
    },
    Iam: {"associations": "podIdentityAssociations"},
}


def meant_key(section: type[Section], key: str) -> str:
    """Return the key of a section that an unknown key means, or nothing."""
    known = section.known_keys()
    folded = key.lower().replace("-", "").replace("_", "")
    for kind, synonyms in _SYNONYMS.items():
        if issubclass(section, kind) and synonyms.get(folded) in known:
            return synonyms[folded]
    return nearest_of(key, known)
