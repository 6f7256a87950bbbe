"""What a seed puts into an account for IRSA, and what AWS remembers of its use."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from harness.emulator import RunningEmulator
from harness.irsa_world import IrsaWorld, ServiceAccount

_SEED = Path(__file__).parent / "world.yaml"
_ROLE = "arn:aws:iam::111122223333:role/"
_API = ServiceAccount("111122223333", "eu-west-1", "prod", "shop", "api")
_OTHER = ServiceAccount("111122223333", "eu-west-1", "prod", "shop", "default")
_CHINA = ("444455556666", "cn-north-1")


def _events(world: IrsaWorld, **attribute: str) -> list[Any]:
    wanted = [{"AttributeKey": key, "AttributeValue": value} for key, value in attribute.items()]
    found = world.client("cloudtrail").lookup_events(LookupAttributes=wanted)["Events"]
    return [json.loads(one["CloudTrailEvent"]) for one in found]


def test_stack_is_found_by_the_role_that_it_made(world: IrsaWorld) -> None:
    """DescribeStackResources takes a physical id; a role of no stack is refused."""
    cloudformation = world.client("cloudformation")
    found = cloudformation.describe_stack_resources(PhysicalResourceId="of-stack")["StackResources"]

    assert [(one["StackName"], one["LogicalResourceId"]) for one in found] == [("shop", "Role1")]
    with pytest.raises(ClientError, match="Stack for app does not exist"):
        cloudformation.describe_stack_resources(PhysicalResourceId="app")


def test_compute_is_listed_and_described(world: IrsaWorld) -> None:
    """Node groups and Fargate profiles are those of the seed."""
    eks = world.client("eks")
    group = eks.describe_nodegroup(clusterName="prod", nodegroupName="main")["nodegroup"]
    profile = eks.describe_fargate_profile(clusterName="prod", fargateProfileName="batch")

    assert eks.list_nodegroups(clusterName="prod")["nodegroups"] == ["main"]
    assert group["nodeRole"] == f"{_ROLE}nodes"
    assert profile["fargateProfile"]["selectors"] == [
        {"namespace": "batch", "labels": {"run": "small"}}
    ]


def test_trust_policies_are_as_long_as_the_account_may_have_them(world: IrsaWorld) -> None:
    """The quota is a setting, and another one for some accounts."""
    long = {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"AWS": "444455556666"}}
    document = {"Version": "2012-10-17", "Statement": [long | {"Sid": f"S{i}"} for i in range(30)]}
    asked = {"RoleName": "long", "AssumeRolePolicyDocument": json.dumps(document)}

    world.client("iam", "444455556666").create_role(**asked)
    with pytest.raises(ClientError, match="Cannot exceed quota for ACLSizePerRole: 2048"):
        world.client("iam").create_role(**asked)


def test_another_partition_has_arns_of_its_own(world: IrsaWorld) -> None:
    """In China, IAM's ARNs are of aws-cn, and its policies are attached by such ARNs."""
    iam = world.client("iam", *_CHINA)
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}
    statement = trust | {"Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = iam.create_role(RoleName="cn", AssumeRolePolicyDocument=document)["Role"]
    policy = "arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess"
    iam.attach_role_policy(RoleName="cn", PolicyArn=policy)

    assert made["Arn"] == "arn:aws-cn:iam::444455556666:role/cn"
    attached = iam.list_attached_role_policies(RoleName="cn")["AttachedPolicies"]
    assert [one["PolicyArn"] for one in attached] == [policy]


def test_region_may_lack_pod_identity(world: IrsaWorld) -> None:
    """China has neither associations nor the agent's add-on, unless the seed says so."""
    eks = world.client("eks", *_CHINA)

    with pytest.raises(ClientError, match="Missing Authentication Token"):
        eks.list_pod_identity_associations(clusterName="beijing")
    assert not eks.describe_addon_versions(addonName="eks-pod-identity-agent")["addons"]


def test_history_has_web_identity_good_and_refused(world: IrsaWorld) -> None:
    """LookupEvents tells who asked for which role, with which client, and what was refused."""
    assert world.assumes(_API, f"{_ROLE}app", "sts.amazonaws.com")
    assert not world.assumes(_OTHER, f"{_ROLE}app", "sts.amazonaws.com")

    found = _events(world, EventName="AssumeRoleWithWebIdentity")

    subjects = [
        (one["userIdentity"]["userName"], one.get("errorCode"), one["requestParameters"]["roleArn"])
        for one in found
    ]
    assert subjects == [
        ("system:serviceaccount:shop:default", "AccessDenied", f"{_ROLE}app"),
        ("system:serviceaccount:shop:api", None, f"{_ROLE}app"),
        ("system:serviceaccount:shop:api", None, f"{_ROLE}app"),
    ]
    assert "Boto" in found[0]["userAgent"]
    assert found[1]["userIdentity"]["identityProvider"].startswith("arn:aws:iam::111122223333:oidc")
    assert "Token" not in json.dumps(found[1]["requestParameters"].get("webIdentityToken", ""))
    assert found[2]["userAgent"] == "Boto3/1.20.0"


def test_history_is_selected_by_time_and_in_pages(world: IrsaWorld) -> None:
    """Start, end and page size are kept; a role is found by its ARN."""
    world.assumes(_API, f"{_ROLE}app", "sts.amazonaws.com")
    trail = world.client("cloudtrail")
    attribute = {"AttributeKey": "ResourceName", "AttributeValue": f"{_ROLE}app"}
    asked = {"LookupAttributes": [attribute]}

    pages = list(trail.get_paginator("lookup_events").paginate(**asked, MaxResults=1))
    old = trail.lookup_events(**asked, EndTime=datetime(2026, 11, 2, tzinfo=UTC))["Events"]

    assert [len(page["Events"]) for page in pages] == [1, 1]
    assert [one["EventTime"] for one in old] == [datetime(2026, 11, 1, 10, tzinfo=UTC)]


def test_history_shows_calls_after_a_delay(emulator: RunningEmulator) -> None:
    """With a delay, what was called just now is not there yet; the past is."""
    text = _SEED.read_text().replace("eventDelaySeconds: 0", "eventDelaySeconds: 900")
    world = IrsaWorld(emulator, text)
    world.assumes(_API, f"{_ROLE}app", "sts.amazonaws.com")

    assert len(_events(world, EventName="AssumeRoleWithWebIdentity")) == 1


def test_role_says_when_it_was_used_last(world: IrsaWorld) -> None:
    """GetRole has the last use of the seed; ListRoles has none, as AWS documents."""
    iam = world.client("iam")

    used = iam.get_role(RoleName="app")["Role"]["RoleLastUsed"]

    assert used == {"LastUsedDate": datetime(2026, 11, 1, 10, tzinfo=UTC), "Region": "eu-west-1"}
    assert iam.get_role(RoleName="ebs")["Role"]["RoleLastUsed"] == {}


def test_use_of_a_session_counts(world: IrsaWorld) -> None:
    """A call that a role's session signs is its last use."""
    credentials = world.session(_API, f"{_ROLE}app", "sts.amazonaws.com")
    world.signed("sts", credentials).get_caller_identity()

    used = world.client("iam").get_role(RoleName="app")["Role"]["RoleLastUsed"]

    assert used["LastUsedDate"].date() == datetime.now(UTC).date()
    assert _events(world, EventName="GetCallerIdentity")[0]["userIdentity"]["type"] == "AssumedRole"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("objects: [{kind: Widget, metadata: {name: a}}]", "objects[0].kind: 'Widget' is no kind"),
        ("objects: [{kind: Pod}]", "objects[0].metadata.name: missing"),
        ("objects: [{kind: Pod, apiVersion: v2, metadata: {name: a}}]", "Pod is of v1"),
        ("patches: [{kind: Pod, metadata: {name: a, namespace: b}}]", '"a" not found'),
        ("nodes: [{name: a, os: beos}]", "nodes[0].os: 'beos' is none of linux, windows"),
    ],
)
def test_seed_that_cannot_be_is_refused_by_its_path(
    emulator: RunningEmulator, fault: str, told: str
) -> None:
    """What a cluster refuses is a fault of the seed, told with its place."""
    regions = f"{{eu-west-1: {{clusters: [{{name: a, {fault}}}]}}}}"
    seed = f'accounts: {{"111122223333": {{regions: {regions}}}}}'

    with pytest.raises(AssertionError) as caught:
        IrsaWorld(emulator, seed)

    assert told in str(caught.value).replace("\\", "")
