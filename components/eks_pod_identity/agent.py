"""Component: the EKS Pod Identity Agent, which hands credentials to the pods of a node."""

from typing import NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from eks_pod_identity.claims import Claims
from eks_pod_identity.config import AGENT_ADDON
from eks_pod_identity.occupancy import Occupancy
from eks_pod_identity.ownership import addon_tags
from eks_pod_identity.refusal import refuse


class PodIdentityAgentArgs(TypedDict):
    """Arguments of PodIdentityAgent."""

    cluster_name: pulumi.Input[str]
    """The name of the EKS cluster, which must not be in Auto Mode: that one has the agent."""
    addon_version: NotRequired[pulumi.Input[str]]
    """A full version; by default EKS's default for the cluster."""
    configuration_values: NotRequired[pulumi.Input[str]]
    """The add-on's configuration as JSON or YAML text."""
    resolve_conflicts: NotRequired[str]
    """`NONE`, `OVERWRITE` or `PRESERVE` (updates only), for fields that others have changed."""
    tags: NotRequired[dict[str, pulumi.Input[str]]]
    """Tags of the add-on."""


class PodIdentityAgent(pulumi.ComponentResource):
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
        super().__init__("eks-pod-identity:index:PodIdentityAgent", name, None, opts)
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
                hooks=pulumi.ResourceHookBinding(before_create=occupancy.of_addon("")),
            ),
        )
        self.addon_arn = addon.arn
        self.addon_version = addon.addon_version
        self.register_outputs({"addonArn": self.addon_arn, "addonVersion": self.addon_version})
