"""AssumeRole: who may, for how long, and with which tags."""

from collections.abc import Iterator
from typing import Any

import pytest
from harness.aws_account import AwsAccount, Refusal, refusal
from harness.emulator import RunningEmulator
from harness.role_session import RoleSession, allow, assume, declare_role, document, session, trust

_TAGS = [{"Key": "team", "Value": "shop"}]


def _assume(caller: Any, role: str, **parameters: object) -> Refusal:  # noqa: ANN401 - a client
    return refusal(caller.assume_role, RoleArn=role, RoleSessionName="one", **parameters)


def _not_authorized(who: str, action: str, role: str, why: str = "") -> Refusal:
    message = f"User: {who} is not authorized to perform: {action} on resource: {role}{why}"
    return Refusal("AccessDenied", message, 403)


def test_role_that_trusts_nobody_else_is_closed_to_the_administrator(aws: AwsAccount) -> None:
    """A trust policy for EKS's pods lets nobody else in, whatever they may do otherwise."""
    role = aws.declare_role("app")

    found = _assume(aws.client("sts"), role)

    assert found == _not_authorized(f"arn:aws:iam::{aws.id}:root", "sts:AssumeRole", role)


def test_role_that_is_not_there_looks_like_one_that_does_not_trust(aws: AwsAccount) -> None:
    """STS does not say which roles exist."""
    role = f"arn:aws:iam::{aws.id}:role/none"

    found = _assume(aws.client("sts"), role)

    assert found == _not_authorized(f"arn:aws:iam::{aws.id}:root", "sts:AssumeRole", role)


@pytest.mark.parametrize(
    "arn", ["arn:aws:iam::{}:user/ci-runner", "arn:aws:iam::{}:role/", "x" * 20]
)
def test_only_roles_are_assumed(aws: AwsAccount, arn: str) -> None:
    """What is no role's ARN is invalid."""
    found = _assume(aws.client("sts"), arn.format(aws.id))

    assert (found.code, found.message) == ("ValidationError", f"{arn.format(aws.id)} is invalid")


def test_role_named_by_the_trust_policy_needs_no_permission(aws: AwsAccount) -> None:
    """In one account, it is enough that the trust policy names the role, not that it names both."""
    source = declare_role(aws, "source")
    direct = declare_role(aws, "direct", trusted=trust(source))
    by_account = declare_role(aws, "by-account")
    caller = assume(aws, source)

    assert caller.assume(direct)
    assert _assume(caller.client("sts"), by_account) == _not_authorized(
        f"arn:aws:sts::{aws.id}:assumed-role/source/one",
        "sts:AssumeRole",
        by_account,
        " because no identity-based policy allows the sts:AssumeRole action",
    )


def test_both_accounts_have_to_agree(aws: AwsAccount) -> None:
    """A role of another account needs the trust there and the permission here."""
    other = AwsAccount(aws.emulator)
    source = declare_role(aws, "source", allow("sts:AssumeRole"))
    idle = declare_role(aws, "idle")
    open_role = declare_role(other, "open", trusted=trust(source, idle))
    shut_role = declare_role(other, "shut")

    far = assume(aws, source).assume(open_role)

    assert far.client("sts").get_caller_identity()["Account"] == other.id
    assert _assume(assume(aws, source).client("sts"), shut_role).code == "AccessDenied"
    assert "no identity-based policy" in _assume(assume(aws, idle).client("sts"), open_role).message


def test_condition_of_the_trust_policy_counts(aws: AwsAccount) -> None:
    """An external id has to be the one that the trust policy asks for."""
    asks = trust(f"arn:aws:iam::{aws.id}:root", StringEquals={"sts:ExternalId": "right"})
    role = declare_role(aws, "app", trusted=asks)

    assert assume(aws, role, ExternalId="right")
    assert _assume(aws.client("sts"), role, ExternalId="wrong").code == "AccessDenied"
    assert _assume(aws.client("sts"), role).code == "AccessDenied"


def test_tags_need_an_action_of_their_own(aws: AwsAccount) -> None:
    """A role that may be assumed, but not with tags, refuses sts:TagSession."""
    only = {"Principal": {"AWS": f"arn:aws:iam::{aws.id}:root"}, "Action": "sts:AssumeRole"}
    role = declare_role(aws, "app", trusted=document({"Effect": "Allow", **only}))

    assert assume(aws, role)
    assert _assume(aws.client("sts"), role, Tags=_TAGS) == _not_authorized(
        f"arn:aws:iam::{aws.id}:root", "sts:TagSession", role
    )


def test_tags_are_the_sessions(aws: AwsAccount) -> None:
    """A tag of the session is aws:PrincipalTag, and hides the role's tag of the same key."""
    shop = {"StringEquals": {"aws:PrincipalTag/Team": "shop"}}
    role = declare_role(
        aws, "app", allow("s3:ListAllMyBuckets", **shop), Tags=[{"Key": "team", "Value": "ops"}]
    )

    assert assume(aws, role, Tags=_TAGS).client("s3").list_buckets()
    assert refusal(assume(aws, role).client("s3").list_buckets).code == "AccessDenied"


def test_transitive_tags_are_inherited(aws: AwsAccount) -> None:
    """A transitive tag is the next session's too, seen by its trust policy; another is not."""
    asks = {"StringEquals": {"aws:RequestTag/team": "shop", "aws:PrincipalTag/team": "shop"}}
    source = declare_role(aws, "source", allow("sts:AssumeRole", "sts:TagSession"))
    target = declare_role(
        aws,
        "target",
        allow("s3:ListAllMyBuckets", StringEquals={"aws:PrincipalTag/team": "shop"}),
        trusted=trust(source, **asks),
    )
    inherited = assume(aws, source, Tags=_TAGS, TransitiveTagKeys=["team"])

    assert inherited.assume(target).client("s3").list_buckets()
    assert _assume(assume(aws, source, Tags=_TAGS).client("sts"), target).code == "AccessDenied"


def test_inherited_tags_need_the_permission_to_tag(aws: AwsAccount) -> None:
    """Whoever passes inherited tags on has to be allowed to tag, though no tag is named."""
    source = declare_role(aws, "source", allow("sts:AssumeRole"))
    target = declare_role(aws, "target")
    caller = assume(aws, source, Tags=_TAGS, TransitiveTagKeys=["team"])

    found = _assume(caller.client("sts"), target)

    assert "is not authorized to perform: sts:TagSession on resource" in found.message


def test_inherited_tag_cannot_be_passed(aws: AwsAccount) -> None:
    """A key that the session inherited cannot be given another value, in whatever case."""
    source = declare_role(aws, "source", allow("sts:*"))
    caller = assume(aws, source, Tags=_TAGS, TransitiveTagKeys=["team"]).client("sts")

    found = _assume(caller, declare_role(aws, "target"), Tags=[{"Key": "Team", "Value": "ops"}])

    assert found == Refusal(
        "InvalidParameterValue",
        "One of the specified transitive tag keys can't be set because it conflicts with a "
        "transitive tag key from the calling session.",
        400,
    )


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]},
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ),
        (
            {"TransitiveTagKeys": ["team"]},
            "The specified transitive tag key must be included in the requested tags.",
        ),
    ],
    ids=["duplicate", "unknown-transitive"],
)
def test_tags_have_to_fit(aws: AwsAccount, parameters: dict[str, Any], message: str) -> None:
    """STS refuses tags that contradict each other."""
    role = declare_role(aws, "app")

    found = _assume(aws.client("sts"), role, **parameters)

    assert found == Refusal("InvalidParameterValue", message, 400)


def test_session_is_as_long_as_the_role_lets_it_be(aws: AwsAccount) -> None:
    """MaxSessionDuration bounds a session."""
    short = declare_role(aws, "short")
    long = declare_role(aws, "long", MaxSessionDuration=7_200)

    assert assume(aws, long, DurationSeconds=7_200)
    assert _assume(aws.client("sts"), short, DurationSeconds=3_601) == Refusal(
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        400,
    )


def test_chained_session_is_an_hour_at_most(aws: AwsAccount) -> None:
    """A role that a session assumes is bound to an hour, whatever its own maximum is."""
    long = declare_role(aws, "long", MaxSessionDuration=43_200)
    caller = session(aws, allow("sts:AssumeRole"))

    assert caller.assume(long, DurationSeconds=3_600)
    assert _assume(caller.client("sts"), long, DurationSeconds=3_601) == Refusal(
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
        "chaining.",
        400,
    )


def test_session_policy_limits_a_session(aws: AwsAccount) -> None:
    """A session may do what role and session policy both allow; an inline one and managed ones."""
    role = declare_role(aws, "app", allow("s3:*", "iam:ListRoles"))
    inline = assume(aws, role, Policy=document(allow("s3:ListAllMyBuckets")))
    managed = assume(
        aws, role, PolicyArns=[{"arn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}]
    )

    for limited in (inline, managed):
        assert limited.client("s3").list_buckets()
        found = refusal(limited.client("iam").list_roles)
        assert found.message.endswith("because no session policy allows the iam:ListRoles action")


@pytest.mark.parametrize("policy", ["{}", "no json", document({"Effect": "Allow"})])
def test_session_policy_has_to_be_one(aws: AwsAccount, policy: str) -> None:
    """STS refuses what is no policy."""
    found = _assume(aws.client("sts"), declare_role(aws, "app"), Policy=policy)

    assert found.code == "MalformedPolicyDocument"


def test_boundary_limits_a_role(aws: AwsAccount) -> None:
    """A permissions boundary allows nothing, and bounds what the role's policies allow."""
    boundary = aws.iam.create_policy(PolicyName="boundary", PolicyDocument=document(allow("s3:*")))[
        "Policy"
    ]["Arn"]
    caller = assume(
        aws, declare_role(aws, "app", allow("s3:*", "iam:*"), PermissionsBoundary=boundary)
    )

    assert caller.client("s3").list_buckets()
    found = refusal(caller.client("iam").list_roles)
    assert found.message.endswith("because no permissions boundary allows the iam:ListRoles action")


def test_source_identity_stays(aws: AwsAccount) -> None:
    """A source identity goes along with role chaining, and cannot be changed."""
    source = declare_role(aws, "source", allow("sts:*"))
    asks = trust(source, StringEquals={"aws:SourceIdentity": "ana"})
    target = declare_role(aws, "target", trusted=asks)
    caller = assume(aws, source, SourceIdentity="ana")

    assert caller.assume(target)
    assert _assume(caller.client("sts"), target, SourceIdentity="bob").message == (
        "The source identity is already set for this assume role session"
    )
    assert _assume(assume(aws, source).client("sts"), target).code == "AccessDenied"


def test_account_of_a_session_is_its_roles(aws: AwsAccount) -> None:
    """A session works in the account of its role, for every service."""
    other = AwsAccount(aws.emulator)
    other.declare_cluster("theirs")
    role = declare_role(other, "deployer", allow("*"), trusted=trust(f"arn:aws:iam::{aws.id}:root"))
    answer = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="ci")
    caller = RoleSession(aws.emulator, answer["Credentials"])

    assert caller.client("eks").list_clusters()["clusters"] == ["theirs"]
    assert len(caller.client("iam").list_roles()["Roles"]) == 2


@pytest.fixture(scope="module")
def organized(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator with an account that is in an organization."""
    seed = tmp_path_factory.mktemp("organized") / "aws.yaml"
    seed.write_text('accounts: { "111122223333": { organization: o-a1b2c3d4e5 } }')
    with RunningEmulator(seed) as running:
        yield running


def test_organization_of_a_session_is_a_key(organized: RunningEmulator) -> None:
    """aws:PrincipalOrgID is the organization that the seed puts the account in."""
    own = allow("s3:ListAllMyBuckets", StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"})
    inside = session(AwsAccount(organized, "111122223333"), own)
    outside = session(AwsAccount(organized, "444455556666"), own)

    assert inside.client("s3").list_buckets()["Buckets"] == []
    assert refusal(outside.client("s3").list_buckets).code == "AccessDenied"
