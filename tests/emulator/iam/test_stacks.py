"""Roles and policies in CloudFormation stacks, eksctl's way."""

import json
from typing import Any

import pytest
from harness.aws_account import POD_IDENTITY_TRUST, READ_POLICY, AwsAccount, Refusal, refusal

_S3 = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
_PATIENCE = {"Delay": 1, "MaxAttempts": 10}


def _template(**changes: object) -> str:
    """Return a template as eksctl writes one for a service account."""
    role = {"AssumeRolePolicyDocument": json.loads(POD_IDENTITY_TRUST), "ManagedPolicyArns": [_S3]}
    policy = {
        "PolicyName": "inline",
        "PolicyDocument": json.loads(READ_POLICY),
        "Roles": [{"Ref": "Role1"}],
    }
    return json.dumps(
        {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Resources": {
                "Role1": {"Type": "AWS::IAM::Role", "Properties": {**role, **changes}},
                "Policy1": {"Type": "AWS::IAM::Policy", "Properties": policy},
            },
            "Outputs": {"Role1": {"Value": {"Fn::GetAtt": "Role1.Arn"}}},
        }
    )


class Stack:
    """A stack of one role, driven as eksctl drives it."""

    def __init__(self, aws: AwsAccount, name: str = "shop") -> None:
        """Prepare to make a stack."""
        self._cloudformation = aws.client("cloudformation")
        self.name = name

    def create(self, template: str) -> dict[str, Any]:
        """Make the stack, wait for its end, and describe it."""
        self._cloudformation.create_stack(
            StackName=self.name, TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        return self.settled("_IN_PROGRESS")

    def update(self, template: str) -> dict[str, Any]:
        """Change the stack through a change set; it is found by the stack's id, too."""
        stack_id = self.settled("_IN_PROGRESS")["StackId"]
        name = {"StackName": self.name, "ChangeSetName": "change"}
        self._cloudformation.create_change_set(
            **name, TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        waiter = self._cloudformation.get_waiter("change_set_create_complete")
        waiter.wait(**name, WaiterConfig=_PATIENCE)
        by_id = {"StackName": stack_id, "ChangeSetName": "change"}
        self._cloudformation.describe_change_set(**by_id)
        self._cloudformation.execute_change_set(**by_id)
        return self.settled("_IN_PROGRESS")

    def delete(self) -> None:
        """Delete the stack and wait for its end."""
        self._cloudformation.delete_stack(StackName=self.name)

    def settled(self, unsettled: str) -> dict[str, Any]:
        """Return the stack once its status is no longer of a kind."""
        for _ in range(200):
            found = self._cloudformation.describe_stacks(StackName=self.name)["Stacks"][0]
            if not found["StackStatus"].endswith(unsettled):
                return dict(found)
        pytest.fail(f"stack {self.name} stays {found['StackStatus']}")

    def reasons(self) -> list[str]:
        """Return why resources failed."""
        events = self._cloudformation.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            event["ResourceStatusReason"]
            for event in events
            if event["ResourceStatus"].endswith("_FAILED")
            and event["LogicalResourceId"] != self.name
        ]


def test_stack_makes_changes_and_deletes_a_role(aws: AwsAccount) -> None:
    """A role in a stack has policies and boundary, changes in place, and goes with the stack."""
    stack = Stack(aws)
    made = stack.create(_template())
    name = made["Outputs"][0]["OutputValue"].rpartition("/")[2]
    attached = aws.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    changed = stack.update(_template(PermissionsBoundary=_S3, Tags=[{"Key": "a", "Value": "b"}]))
    role = aws.iam.get_role(RoleName=name)["Role"]
    stack.delete()

    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert changed["StackStatus"] == "UPDATE_COMPLETE"
    assert [policy["PolicyArn"] for policy in attached] == [_S3]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == _S3
    assert {"Key": "a", "Value": "b"} in role["Tags"]
    assert aws.iam.list_roles()["Roles"] == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{}]}},
            "Missing required field Effect",
        ),
        ({"ManagedPolicyArns": ["arn:aws:iam::aws:policy/None"]}, "not attachable"),
        ({"PermissionsBoundary": "arn:aws:iam::aws:policy/None"}, "not attachable"),
        ({"RoleName": "taken"}, "Role with name taken already exists."),
        (
            {"Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": []}}]},
            "Syntax errors in policy.",
        ),
    ],
)
def test_stack_rolls_back_what_iam_refuses(
    aws: AwsAccount, changes: dict[str, object], reason: str
) -> None:
    """MiniStack would make these roles; here the stack fails as on AWS and leaves nothing."""
    aws.declare_role("taken")
    stack = Stack(aws)
    made = stack.create(_template(**changes))

    assert made["StackStatus"] == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons()[0]
    assert [role["RoleName"] for role in aws.iam.list_roles()["Roles"]] == ["taken"]


def test_stack_cannot_delete_a_role_with_foreign_policies(aws: AwsAccount) -> None:
    """A policy that somebody else attached holds the role back, and the stack tells."""
    stack = Stack(aws)
    made = stack.create(_template(RoleName="app"))
    aws.iam.attach_role_policy(RoleName="app", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    stack.delete()

    assert made["StackStatus"] == "CREATE_COMPLETE"
    assert stack.settled("_IN_PROGRESS")["StackStatus"] == "DELETE_FAILED"
    assert "must detach all policies first" in stack.reasons()[0]


def test_named_role_asks_for_its_capability(aws: AwsAccount) -> None:
    """A template with IAM resources needs the caller's word for it."""
    create = aws.client("cloudformation").create_stack

    plain = refusal(create, StackName="a", TemplateBody=_template())
    named = refusal(
        create,
        StackName="a",
        TemplateBody=_template(RoleName="x"),
        Capabilities=["CAPABILITY_IAM"],
    )

    code = "InsufficientCapabilitiesException"
    assert plain == Refusal(code, "Requires capabilities : [CAPABILITY_IAM]", 400)
    assert named == Refusal(code, "Requires capabilities : [CAPABILITY_NAMED_IAM]", 400)


def test_eks_in_a_stack_is_refused(aws: AwsAccount) -> None:
    """MiniStack's own EKS is behind the emulator's back, so no stack may write to it."""
    template = json.dumps({"Resources": {"C": {"Type": "AWS::EKS::Cluster", "Properties": {}}}})

    found = refusal(aws.client("cloudformation").create_stack, StackName="a", TemplateBody=template)

    assert "Unrecognized resource types: [AWS::EKS::Cluster]" in found.message


def test_role_of_a_stack_can_be_associated(aws: AwsAccount) -> None:
    """EKS sees a stack's role at once, and its changed trust policy, too."""
    aws.declare_cluster()
    stack = Stack(aws)
    role = stack.create(_template(RoleName="app"))["Outputs"][0]["OutputValue"]
    closed = json.loads(POD_IDENTITY_TRUST)
    closed["Statement"][0]["Principal"] = {"Service": "ec2.amazonaws.com"}
    names = {"clusterName": "demo", "namespace": "web", "roleArn": role}
    aws.eks.create_pod_identity_association(**names, serviceAccount="one")
    stack.update(_template(RoleName="app", AssumeRolePolicyDocument=closed))

    found = refusal(aws.eks.create_pod_identity_association, **names, serviceAccount="two")

    assert "Trust policy of the role provided is invalid" in found.message
