"""Component: the EKS Pod Identity Agent, which hands credentials to the pods of a node."""

import pulumi
import pulumi_aws as aws

from eks_pod_identity.components.args import PodIdentityAgentArgs
from eks_pod_identity.components.checked import CheckedComponent
from eks_pod_identity.components.guards.addon import tag_guard
from eks_pod_identity.components.guards.claims import Claims
from eks_pod_identity.components.guards.declared import DeclaredAddon
from eks_pod_identity.components.guards.occupancy import Occupancy
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.components.resources.retained import retaining
from eks_pod_identity.components.resources.tags import addon_tags
from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.planning.ledger.attributes import Declarer


class PodIdentityAgent(CheckedComponent):
    """The add-on `eks-pod-identity-agent`, without which no association has an effect.

    Makes one `aws.eks.Addon`. Let what needs the agent depend on this component
    (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html).

    Raises:
        RefusedError: Another component of the program installs it; nothing was made.
    """

    addon_arn: pulumi.Output[str]
    """The ARN of the add-on."""
    addon_version: pulumi.Output[str]
    """The version that is installed."""

    def __init__(
        self,
        name: str,
        args: PodIdentityAgentArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(
            "eks-pod-identity:index:PodIdentityAgent", name, None, retaining(opts, args)
        )
        refuse(Claims(self).addon(name, args["cluster_name"], AGENT_ADDON))
        conflicts = args.get("resolve_conflicts")
        occupancy = Occupancy(self, opts.parent if opts else None)
        addon = aws.eks.Addon(
            name,
            addon_name=AGENT_ADDON,
            cluster_name=args["cluster_name"],
            addon_version=args.get("addon_version"),
            configuration_values=args.get("configuration_values"),
            resolve_conflicts_on_create=None if conflicts == "PRESERVE" else conflicts,
            resolve_conflicts_on_update=conflicts,
            tags=addon_tags(args["cluster_name"], args.get("tags")),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=opts.depends_on if opts else None,
                hooks=pulumi.ResourceHookBinding(
                    before_create=occupancy.of_addon(""),
                    before_update=[
                        tag_guard(DeclaredAddon(name, AGENT_ADDON, Declarer(name), args))
                    ],
                ),
            ),
        )
        self.addon_arn = addon.arn
        self.addon_version = addon.addon_version
        self.register_outputs({"addonArn": self.addon_arn, "addonVersion": self.addon_version})
