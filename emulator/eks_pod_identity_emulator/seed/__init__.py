"""What is in the emulated AWS before the first call, read from a YAML file.

    settings: {iamSpreadSeconds: 2, addonTransitionSeconds: 0.5}
    versions: {kubernetes: [{version: "1.28", released: "2023-09-26"}]}
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
                pods: [{namespace: app1, name: shell, serviceAccount: sa}]
                associations: [{namespace: app1, serviceAccount: sa, roleArn: ...}]
                addons: [{name: vpc-cni, podIdentityAssociations: [...]}]
                addonOutcomes: {coredns: {status: DEGRADED}}
                nodes: [{name: ip-10-0-1-10.internal, os: linux, computeType: ec2}]
                fargateProfiles: [{name: batch, podExecutionRoleArn: ..., selectors: [...]}]
                objects: [{kind: Deployment, ...}]
            secrets: [{name: one, value: hidden, tags: {...}}]
            buckets: [{name: pictures, objects: {cat.txt: meow}}]

`values` names every key in snake case. A key that the reader does not know is refused by its path.
IAM, CloudFormation, the clusters and MiniStack apply what is theirs; `EksService.load` applies
clusters with their add-ons and associations.
"""

from eks_pod_identity_emulator.seed.account_parts import (
    SeedEvent,
    SeedLastUse,
    SeedOidcProvider,
    SeedStack,
)
from eks_pod_identity_emulator.seed.belongings import SeedBucket, SeedSecret
from eks_pod_identity_emulator.seed.compute import (
    FargateSelector,
    SeedCompute,
    SeedFargateProfile,
    SeedNode,
    SeedNodegroup,
)
from eks_pod_identity_emulator.seed.mapping import SeedError
from eks_pod_identity_emulator.seed.offers import (
    SeedAddonVersion,
    SeedKubernetesVersion,
    SeedOffers,
)
from eks_pod_identity_emulator.seed.pods import SeedPod
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
    "SeedAddonVersion",
    "SeedAssociation",
    "SeedBucket",
    "SeedCluster",
    "SeedCompute",
    "SeedError",
    "SeedEvent",
    "SeedFargateProfile",
    "SeedKubernetesVersion",
    "SeedLastUse",
    "SeedNode",
    "SeedNodegroup",
    "SeedOffers",
    "SeedOidcProvider",
    "SeedPod",
    "SeedPolicy",
    "SeedRegion",
    "SeedRole",
    "SeedSecret",
    "SeedServiceAccount",
    "SeedStack",
    "load_seed",
    "parse_seed",
]
