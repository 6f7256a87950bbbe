"""Well-known policies: sound documents in every partition, narrowed by what the user names."""

from datetime import date, timedelta
from typing import Any

import pytest
from harness.well_known_samples import CONTEXT, both_ways, full_scope, required_scope

from eks_pod_identity.iam.document import (
    INLINE_POLICIES_MAX_SIZE,
    MANAGED_POLICIES_MAX,
    canonical_json,
    document_size,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    Permissions,
    PolicyContext,
    WellKnownPolicy,
    list_stale_policies,
    merge_permissions,
)
from eks_pod_identity.iam.well_known.vpc_cni import build_ipv6_document
from eks_pod_identity.names import is_policy_arn

each_policy = pytest.mark.parametrize(
    "policy", [pytest.param(policy, id=key) for key, policy in WELL_KNOWN_POLICIES.items()]
)


def resources(permissions: Permissions) -> set[str]:
    """Every resource that the inline documents name."""
    return {
        resource
        for _, document in permissions.inline
        for statement in document["Statement"]
        for resource in statement["Resource"]
    }


def test_registry_is_sorted_by_key() -> None:
    """The registry can be printed as it is, and each key finds its own policy."""
    assert list(WELL_KNOWN_POLICIES) == sorted(WELL_KNOWN_POLICIES)
    assert all(policy.key == key for key, policy in WELL_KNOWN_POLICIES.items())


@each_policy
def test_policy_can_be_printed_and_traced(policy: WellKnownPolicy) -> None:
    """Each policy says what it allows, from which public page, of which release."""
    assert policy.source.startswith("https://")
    assert policy.title
    assert policy.upstream_version
    assert policy.description.endswith(".")
    assert all(argument.description.endswith(".") for argument in policy.arguments)
    assert all(argument.name.endswith("_arns") for argument in policy.arguments)


@each_policy
def test_documents_load_strictly(policy: WellKnownPolicy) -> None:
    """Each document is well-formed, and each policy grants something."""
    for permissions in both_ways(policy):
        assert permissions.managed or permissions.inline
        assert all(is_policy_arn(arn) for arn in permissions.managed)
        for name, document in permissions.inline:
            assert not isinstance(load_document(document, DocumentKind.IDENTITY), tuple), name


@each_policy
@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_every_arn_is_of_the_partition(policy: WellKnownPolicy, partition: str) -> None:
    """No ARN of another partition is left in a document or an attachment."""
    context = PolicyContext(partition, "some-region-1", "111122223333", "prod")
    for scope in (required_scope(policy, partition), full_scope(policy, partition)):
        permissions = policy.build(context, scope)
        text = canonical_json(dict(permissions.inline)) + "".join(permissions.managed)
        assert text.count("arn:") == text.count(f"arn:{partition}:")


@each_policy
def test_each_policy_leaves_room_on_its_role(policy: WellKnownPolicy) -> None:
    """With the longest cluster name and every argument, a policy fits the quotas of one role."""
    context = PolicyContext("aws-us-gov", "us-gov-west-1", "111122223333", "c" * 100)
    permissions = policy.build(context, full_scope(policy, "aws-us-gov"))
    assert sum(document_size(document) for _, document in permissions.inline) <= (
        INLINE_POLICIES_MAX_SIZE
    )
    assert len(permissions.managed) <= MANAGED_POLICIES_MAX


def test_inline_names_tell_policies_apart() -> None:
    """All well-known policies could be on one role without one replacing another."""
    names = [
        name
        for policy in WELL_KNOWN_POLICIES.values()
        for name, _ in policy.build(CONTEXT, required_scope(policy)).inline
    ]
    assert len(set(names)) == len(names)


@each_policy
def test_inline_names_do_not_depend_on_the_context(policy: WellKnownPolicy) -> None:
    """Which resources there are is known before the cluster's name is."""
    scope = required_scope(policy)
    unnamed = PolicyContext(CONTEXT.partition, CONTEXT.region, CONTEXT.account, cluster="")
    known, unknown = (policy.build(context, scope) for context in (CONTEXT, unnamed))
    assert [name for name, _ in known.inline] == [name for name, _ in unknown.inline]
    assert known.managed == unknown.managed


@each_policy
def test_same_input_gives_the_same_text(policy: WellKnownPolicy) -> None:
    """The order in which ARNs are given never shows as a diff."""
    scope = {name: [*arns, f"{arns[0]}-2"] for name, arns in full_scope(policy).items()}
    backwards = {name: arns[::-1] for name, arns in reversed(scope.items())}
    texts = [
        [canonical_json(document) for _, document in policy.build(CONTEXT, each).inline]
        for each in (scope, backwards)
    ]
    assert texts[0] == texts[1]


arguments = pytest.mark.parametrize(
    ("policy", "name"),
    [
        pytest.param(policy, argument.name, id=f"{key}.{argument.name}")
        for key, policy in WELL_KNOWN_POLICIES.items()
        for argument in policy.arguments
    ],
)


@arguments
def test_argument_is_granted_instead_of_the_default(policy: WellKnownPolicy, name: str) -> None:
    """An ARN shows in the document if it is given, and the wider default is then gone."""
    (argument,) = (each for each in policy.arguments if each.name == name)
    arn = f"{full_scope(policy)[name][0]}-only"
    granted = resources(policy.build(CONTEXT, {**required_scope(policy), name: [arn]}))
    assert arn in granted
    if not argument.required:
        default = set(argument.resolve(CONTEXT, {}))
        ungiven = resources(policy.build(CONTEXT, required_scope(policy)))
        assert default <= ungiven
        assert arn not in ungiven
        # Reads that IAM cannot narrow are granted on "*" whatever the argument.
        assert not (default - {"*"}) & granted


@arguments
@pytest.mark.parametrize(
    ("value", "problem", "suffix"),
    [
        ([], "well-known-argument-empty", ""),
        (["*"], "well-known-argument-not-arn", "[0]"),
        (
            ["arn:aws:lambda:eu-west-1:111122223333:function:f"],
            "well-known-argument-not-arn",
            "[0]",
        ),
        (["sample"], "well-known-argument-not-arn", "[0]"),
    ],
)
def test_bad_argument_is_a_problem(
    policy: WellKnownPolicy, name: str, value: list[str], problem: str, suffix: str
) -> None:
    """What is no ARN of the right service is told with its place, and never written."""
    scope = {**full_scope(policy), name: value}
    found = policy.validate_scope(scope, address="entry")
    assert [(each.id, each.address) for each in found] == [(problem, f"entry.{name}{suffix}")]
    with pytest.raises(ValueError, match=problem):
        policy.build(CONTEXT, scope)


def test_all_argument_problems_are_told() -> None:
    """A scope with three faults is mended in one go."""
    scope = {"buckets": ["x"], "kms_key_arns": ["arn:aws:kms:eu-west-1:111122223333:key/1", "k"]}
    problems = WELL_KNOWN_POLICIES["mountpointS3CSI"].validate_scope(scope, address="entry")
    assert [(problem.id, problem.address) for problem in problems] == [
        ("well-known-argument-unknown", "entry.buckets"),
        ("well-known-argument-not-arn", "entry.kms_key_arns[1]"),
        ("well-known-argument-missing", "entry"),
    ]
    assert problems[0].help == ("it takes bucket_arns, kms_key_arns",)
    assert "set bucket_arns" in problems[2].help[0]


@pytest.mark.parametrize("arns", ["arn:aws:s3:::backups", None, {"arn:aws:s3:::backups": True}])
def test_argument_is_a_list(arns: Any) -> None:  # noqa: ANN401 - anything a user may write
    """Text is not taken apart into letters, and nothing else is taken for a list."""
    (problem,) = WELL_KNOWN_POLICIES["velero"].validate_scope({"bucket_arns": arns}, address="e")

    assert (problem.id, problem.address) == ("well-known-argument-not-list", "e.bucket_arns")


@arguments
def test_example_fits_its_argument(policy: WellKnownPolicy, name: str) -> None:
    """What is shown as an example would be taken."""
    (argument,) = (each for each in policy.arguments if each.name == name)

    assert argument.accepts(argument.example(CONTEXT))


@each_policy
def test_draft_is_the_policy_where_it_can_be_written(policy: WellKnownPolicy) -> None:
    """Examples stand for what is required, and for nothing else."""
    scope = required_scope(policy)
    examples = {
        each.name: [each.example(CONTEXT)] for each in policy.arguments if each.name in scope
    }

    assert policy.draft(CONTEXT) == policy.build(CONTEXT, examples)
    assert policy.draft(CONTEXT, scope) == policy.build(CONTEXT, scope)


def test_policy_without_arguments_says_so() -> None:
    """A scope for a policy that takes none is a problem, not silently dropped."""
    (problem,) = WELL_KNOWN_POLICIES["imageBuilder"].validate_scope({"x": []}, address="entry")
    assert problem.help == ("it takes no arguments",)


@pytest.mark.parametrize("key", ["velero", "mountpointS3CSI"])
def test_buckets_have_no_default(key: str) -> None:
    """No controller gets every bucket of an account because nobody named one."""
    with pytest.raises(ValueError, match="well-known-argument-missing"):
        WELL_KNOWN_POLICIES[key].build(CONTEXT)


@pytest.mark.parametrize("key", ["velero", "mountpointS3CSI", "fsxCSIController"])
def test_bucket_with_a_path_is_refused(key: str) -> None:
    """A path would make the statements on the bucket itself match nothing."""
    scope = {"bucket_arns": ["arn:aws:s3:::sample/backups"]}
    (problem,) = WELL_KNOWN_POLICIES[key].validate_scope(scope, address="entry")
    assert problem.id == "well-known-argument-not-arn"
    assert "without a path" in problem.help[0]


def test_directory_buckets_get_sessions() -> None:
    """Directory buckets are opened by CreateSession, not by actions on objects."""
    bucket = "arn:aws:s3express:eu-west-1:111122223333:bucket/sample--euw1-az1--x-s3"
    policy = WELL_KNOWN_POLICIES["mountpointS3CSI"]
    ((_, document),) = policy.build(CONTEXT, {"bucket_arns": [bucket]}).inline
    (statement,) = document["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["s3express:CreateSession"], [bucket])


def test_pushed_secrets_may_be_read_and_deleted_only_if_own() -> None:
    """A secret named for pushing only is read too, and deletion asks for the operator's tag."""
    secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:pushed-*"  # noqa: S105 - an ARN
    policy = WELL_KNOWN_POLICIES["externalSecrets"]
    ((_, document),) = policy.build(CONTEXT, {"pushed_secret_arns": [secret]}).inline
    granted = {
        action: statement.get("Condition")
        for statement in document["Statement"]
        if secret in statement["Resource"]
        for action in statement["Action"]
    }
    assert granted["secretsmanager:GetSecretValue"] is None
    assert granted["secretsmanager:PutSecretValue"] is None
    assert granted["secretsmanager:DeleteSecret"] == {
        "StringEquals": {"secretsmanager:ResourceTag/managed-by": "external-secrets"}
    }


def test_karpenter_is_bound_to_its_cluster() -> None:
    """What Karpenter may change carries its own cluster's name, and no other cluster's."""
    text = canonical_json(dict(WELL_KNOWN_POLICIES["karpenter"].build(CONTEXT).inline))
    other = PolicyContext("aws", "eu-west-1", "111122223333", "other")
    again = canonical_json(dict(WELL_KNOWN_POLICIES["karpenter"].build(other).inline))
    assert text.replace("prod", "other") == again
    assert text.count("kubernetes.io/cluster/prod") > 5


def test_ipv6_document_is_the_policy() -> None:
    """The add-on and the well-known policy give aws-node the same permissions."""
    ((_, document),) = WELL_KNOWN_POLICIES["vpcCNIIPv6"].build(CONTEXT).inline
    assert document == build_ipv6_document(CONTEXT)


# What eksctl 0.230 grants for its flags, and to vpc-cni on IPv6. Where ours is upstream's narrower
# text, the difference is in conditions and resources, and the controller's file says why.
_EKSCTL_MANAGED = {
    "imageBuilder": "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser",
    "ebsCSIController": "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
}
_EKSCTL_ACTIONS = {
    "autoScaler": """
        autoscaling DescribeAutoScalingGroups DescribeAutoScalingInstances
        DescribeLaunchConfigurations DescribeScalingActivities DescribeTags SetDesiredCapacity
        TerminateInstanceInAutoScalingGroup
        ec2 DescribeImages DescribeInstanceTypes DescribeLaunchTemplateVersions
        GetInstanceTypesFromInstanceRequirements
        eks DescribeNodegroup
    """,
    "externalDNS": """
        route53 ChangeResourceRecordSets ListHostedZones ListResourceRecordSets ListTagsForResource
    """,
    "certManager": """
        route53 ChangeResourceRecordSets GetChange ListHostedZonesByName ListResourceRecordSets
    """,
    "efsCSIController": """
        elasticfilesystem CreateAccessPoint DeleteAccessPoint DescribeAccessPoints
        DescribeFileSystems TagResource
    """,
    "vpcCNIIPv6": """
        ec2 AssignIpv6Addresses CreateTags DescribeInstances DescribeInstanceTypes
        DescribeNetworkInterfaces DescribeSecurityGroups DescribeSubnets DescribeTags
    """,
    "awsLoadBalancerController": """
        acm DescribeCertificate ListCertificates
        cognito-idp DescribeUserPoolClient
        ec2 AuthorizeSecurityGroupIngress CreateSecurityGroup CreateTags DeleteSecurityGroup
        DeleteTags DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones
        DescribeCoipPools DescribeInstances DescribeInternetGateways DescribeIpamPools
        DescribeNetworkInterfaces DescribeRouteTables DescribeSecurityGroups DescribeSubnets
        DescribeTags DescribeVpcPeeringConnections DescribeVpcs GetCoipPoolUsage
        GetSecurityGroupsForVpc RevokeSecurityGroupIngress
        elasticloadbalancing AddListenerCertificates AddTags CreateListener CreateLoadBalancer
        CreateRule CreateTargetGroup DeleteListener DeleteLoadBalancer DeleteRule
        DeleteTargetGroup DeregisterTargets DescribeCapacityReservation DescribeListenerAttributes
        DescribeListenerCertificates DescribeListeners DescribeLoadBalancerAttributes
        DescribeLoadBalancers DescribeRules DescribeSSLPolicies DescribeTags
        DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth
        DescribeTrustStores ModifyCapacityReservation ModifyIpPools ModifyListener
        ModifyListenerAttributes ModifyLoadBalancerAttributes ModifyRule ModifyTargetGroup
        ModifyTargetGroupAttributes RegisterTargets RemoveListenerCertificates RemoveTags
        SetIpAddressType SetRulePriorities SetSecurityGroups SetSubnets SetWebAcl
        iam CreateServiceLinkedRole GetServerCertificate ListServerCertificates
        shield CreateProtection DeleteProtection DescribeProtection GetSubscriptionState
        waf-regional AssociateWebACL DisassociateWebACL GetWebACL GetWebACLForResource
        wafv2 AssociateWebACL DisassociateWebACL GetWebACL GetWebACLForResource
    """,
}


def spelt_out(text: str) -> set[str]:
    """Actions from words: a lower-case word is the service of those after it."""
    service, found = "", set()
    for word in text.split():
        if word[0].islower():
            service = word
        else:
            found.add(f"{service}:{word}")
    return found


@pytest.mark.parametrize("key", _EKSCTL_ACTIONS)
def test_eksctl_policies_are_covered(key: str) -> None:
    """A controller that ran on eksctl's policy misses no action of it here."""
    ((_, document),) = WELL_KNOWN_POLICIES[key].build(CONTEXT).inline
    ours = {action for statement in document["Statement"] for action in statement["Action"]}
    assert spelt_out(_EKSCTL_ACTIONS[key]) <= ours


@pytest.mark.parametrize("key", _EKSCTL_MANAGED)
def test_eksctl_managed_policies_are_kept(key: str) -> None:
    """Where eksctl attaches a policy of AWS, so do we, and nothing else."""
    assert WELL_KNOWN_POLICIES[key].build(CONTEXT) == Permissions((_EKSCTL_MANAGED[key],))


def test_merged_permissions_hold_each_thing_once() -> None:
    """Two policies that share a managed policy attach it once, in the order given."""
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
    left = Permissions(("b", "a"), (("One", document),))
    right = Permissions(("c", "a"), (("Two", document), ("One", document)))
    assert merge_permissions([left, right]) == Permissions(
        ("b", "a", "c"), (("One", document), ("Two", document))
    )


def test_stale_policies_are_those_not_checked_of_late() -> None:
    """A policy is stale once its source was read longer ago than wished, not before."""
    oldest = min(policy.checked for policy in WELL_KNOWN_POLICIES.values())
    age = timedelta(days=90)
    assert list_stale_policies(oldest + age, age) == ()
    stale = list_stale_policies(oldest + age + timedelta(days=1), age)
    assert stale
    assert {policy.checked for policy in stale} == {oldest}
    assert len(list_stale_policies(date.max, age)) == len(WELL_KNOWN_POLICIES)
