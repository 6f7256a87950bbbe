"""What other tools made of a cluster, from data: stacks of CloudFormation, roles, add-ons."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from harness.emulated import ROOT, Emulated

WORLDS = ROOT / "tests" / "cases" / "adopt" / "worlds"
_TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
}


@dataclass(frozen=True, slots=True)
class World:
    """What there is, and the file that declares it.

    Attributes:
        data: The case.
        aws: Where it is.
    """

    data: Mapping[str, Any]
    aws: Emulated

    @property
    def cluster(self) -> str:
        """The name of the cluster."""
        return str(self.data["cluster"])

    @property
    def file(self) -> str:
        """The ClusterConfig file."""
        return str(self.data["file"])

    @property
    def stacks(self) -> tuple[str, ...]:
        """The names of the stacks of CloudFormation."""
        return tuple(each["name"] for each in self.data.get("stacks", ()))

    def make(self) -> "World":
        """Make all of it."""
        roles = {each["name"]: self._stack(each) for each in self.data.get("stacks", ())}
        roles |= {each["name"]: self._role(each) for each in self.data.get("roles", ())}
        for each in self.data.get("associations", ()):
            namespace, _, account = each["serviceAccount"].partition("/")
            self.aws.client("eks").create_pod_identity_association(
                clusterName=self.cluster,
                namespace=namespace,
                serviceAccount=account,
                roleArn=roles[each.get("stack") or each["role"]],
                tags=each.get("tags", {}),
            )
        for each in self.data.get("addons", ()):
            self._addon(each, roles)
        return self

    def retain(self, stack: str) -> None:
        """Let a stack keep what it made: what `adopt` says to type."""
        client = self.aws.client("cloudformation")
        template = client.get_template(StackName=stack)["TemplateBody"]
        for each in template["Resources"].values():
            each["DeletionPolicy"] = "Retain"
            each.setdefault("Metadata", {})["RetainedFor"] = "pulumi"
        client.update_stack(
            StackName=stack,
            TemplateBody=json.dumps(template),
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        client.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})

    def delete(self, stack: str) -> None:
        """Delete a stack as `adopt` says to."""
        client = self.aws.client("cloudformation")
        client.update_termination_protection(StackName=stack, EnableTerminationProtection=False)
        client.delete_stack(StackName=stack)
        client.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})

    def _stack(self, data: Mapping[str, Any]) -> str:
        client = self.aws.client("cloudformation")
        tags = {"alpha.eksctl.io/cluster-name": self.cluster, **data["tags"]}
        client.create_stack(
            StackName=data["name"],
            TemplateBody=json.dumps(_template(data)),
            Capabilities=["CAPABILITY_IAM"],
            EnableTerminationProtection=True,
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )
        client.get_waiter("stack_create_complete").wait(
            StackName=data["name"], WaiterConfig={"Delay": 1}
        )
        stack = client.describe_stacks(StackName=data["name"])["Stacks"][0]
        return str(stack["Outputs"][0]["OutputValue"])

    def _role(self, data: Mapping[str, Any]) -> str:
        client = self.aws.client("iam")
        trust = {"Version": "2012-10-17", "Statement": [{"Sid": data["sid"], **_TRUST}]}
        made = client.create_role(
            RoleName=data["name"],
            AssumeRolePolicyDocument=json.dumps(trust),
            Tags=[{"Key": key, "Value": value} for key, value in data["tags"].items()],
        )
        for arn in data["managed"]:
            client.attach_role_policy(RoleName=data["name"], PolicyArn=arn)
        return str(made["Role"]["Arn"])

    def _addon(self, data: Mapping[str, Any], roles: Mapping[str, str]) -> None:
        client = self.aws.client("eks")
        owned = []
        if "serviceAccount" in data:
            arn = roles[data["stack"]]
            owned = [{"serviceAccount": data["serviceAccount"], "roleArn": arn}]
        names = {"clusterName": self.cluster, "addonName": data["name"]}
        client.create_addon(**names, podIdentityAssociations=owned, tags=data.get("tags", {}))
        client.get_waiter("addon_active").wait(**names, WaiterConfig={"Delay": 1})


def world(name: str, aws: Emulated) -> World:
    """Return a world by the name of its case, made."""
    return World(YAML(typ="safe").load(WORLDS / f"{name}.yaml"), aws).make()


def _template(data: Mapping[str, Any]) -> dict[str, Any]:
    role = {
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [_TRUST]},
        "ManagedPolicyArns": data["managed"],
    }
    policies = {
        name: {
            "Type": "AWS::IAM::Policy",
            "Properties": {
                "PolicyName": f"{data['name']}-{name}",
                "PolicyDocument": document,
                "Roles": [{"Ref": "Role1"}],
            },
        }
        for name, document in data.get("inline", {}).items()
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {"Role1": {"Type": "AWS::IAM::Role", "Properties": role}, **policies},
        "Outputs": {"Role1": {"Value": {"Fn::GetAtt": ["Role1", "Arn"]}}},
    }
