"""What is in the emulated AWS before the first call, read from a YAML file.

    settings: {iamSpreadSeconds: 2, addonTransitionSeconds: 0.5}
    accounts:
      "111122223333":
        roles: [{name: reader, trust: {...}, managedPolicies: [...]}]
        policies: [{name: mine, document: {...}}]
        oidcProviders: [{url: https://oidc..., clientIds: [sts.amazonaws.com]}]
        regions:
          eu-west-1:
            stacks: [{name: mine, template: {...}}]
            clusters:
              - name: demo
                version: "1.35"
                autoMode: false
                namespaces: [app1]
                serviceAccounts: [{namespace: app1, name: sa}]
                associations: [{namespace: app1, serviceAccount: sa, roleArn: ...}]
                addons: [{name: vpc-cni, podIdentityAssociations: [...]}]
                addonOutcomes: {coredns: {status: DEGRADED}}
                nodes: [{name: ip-10-0-1-10.internal, os: linux, computeType: ec2}]
                fargateProfiles: [{name: batch, podExecutionRoleArn: ..., selectors: [...]}]
                objects: [{kind: Deployment, ...}]

`values` names every key in snake case. A key that the reader does not know is refused by its path.
IAM, CloudFormation and the clusters' APIs apply what is theirs; `EksService.load` applies clusters
with their add-ons and associations.
"""

from eks_pod_identity_emulator.seed.account_parts import (
    SeedEvent,
    SeedLastUse,
    SeedOidcProvider,
    SeedStack,
)
from eks_pod_identity_emulator.seed.compute import (
    FargateSelector,
    SeedCompute,
    SeedFargateProfile,
    SeedNode,
    SeedNodegroup,
)
from eks_pod_identity_emulator.seed.mapping import SeedError
from eks_pod_identity_emulator.seed.reader import load_seed, parse_seed
from eks_pod_identity_emulator.seed.values import (
    EMPTY_SEED,
    KubernetesAccess,
    Seed,
    SeedAccount,
    SeedAddon,
    SeedAddonAssociation,
    SeedAddonOutcome,
    SeedAssociation,
    SeedCluster,
    SeedPolicy,
    SeedRegion,
    SeedRole,
    SeedServiceAccount,
)

__all__ = [
    "EMPTY_SEED",
    "FargateSelector",
    "KubernetesAccess",
    "Seed",
    "SeedAccount",
    "SeedAddon",
    "SeedAddonAssociation",
    "SeedAddonOutcome",
    "SeedAssociation",
    "SeedCluster",
    "SeedCompute",
    "SeedError",
    "SeedEvent",
    "SeedFargateProfile",
    "SeedLastUse",
    "SeedNode",
    "SeedNodegroup",
    "SeedOidcProvider",
    "SeedPolicy",
    "SeedRegion",
    "SeedRole",
    "SeedServiceAccount",
    "SeedStack",
    "load_seed",
    "parse_seed",
]
