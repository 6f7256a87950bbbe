"""What EKS asks of the role of an association."""

from typing import Any

import pytest
from harness.eks import ACCOUNT, CLUSTER, CLUSTER_TRUST, POD_IDENTITY_TRUST, Eks

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.settings import Settings

MISSING = "Role provided in the request does not exist"
UNTRUSTED = "Trust policy of the role provided is invalid"
FOREIGN = "Cross-account pass role is not allowed"


def statement(**changes: object) -> dict[str, Any]:
    """Return a trust policy with one statement, good but for the changes."""
    good: dict[str, Any] = dict(POD_IDENTITY_TRUST["Statement"][0])
    return {"Version": "2012-10-17", "Statement": [good | changes]}


def refused(eks: Eks, role_arn: str) -> ApiError:
    """Return the refusal of an association with a role."""
    return eks.refusal(
        "CreatePodIdentityAssociation",
        clusterName=CLUSTER,
        namespace="app1",
        serviceAccount="sa",
        roleArn=role_arn,
    )


@pytest.mark.parametrize(
    ("role_arn", "code", "message"),
    [
        (f"arn:aws:iam::{ACCOUNT}:role/nobody", "InvalidParameterException", MISSING),
        ("arn:aws:iam::444455556666:role/reader", "AccessDeniedException", FOREIGN),
        ("", "AccessDeniedException", FOREIGN),
        ("reader", "InvalidParameterException", "The role ARN provided is not valid: reader"),
        (f"arn:aws:iam::{ACCOUNT}:user/reader", "InvalidParameterException", "is not valid"),
        (f"arn:aws:iam::{ACCOUNT}:role/path/reader", "InvalidParameterException", MISSING),
    ],
)
def test_role_that_cannot_be_passed_is_refused(
    eks: Eks, role_arn: str, code: str, message: str
) -> None:
    """No such role, another account's, none at all, no ARN, no role, another path."""
    eks.iam.declare_role("reader")

    refusal = refused(eks, role_arn)

    assert refusal.code == code
    assert message in refusal.message


def test_role_with_a_path_is_found_by_its_whole_arn(eks: Eks) -> None:
    """A role's path is part of its ARN."""
    arn = eks.iam.declare_role("reader", path="/teams/one/")

    assert eks.associate("app1", "sa", roleArn=arn)["roleArn"] == arn


@pytest.mark.parametrize(
    "trust",
    [
        pytest.param(CLUSTER_TRUST, id="another-service"),
        pytest.param(statement(Action="sts:AssumeRole"), id="no-tag-session"),
        pytest.param(statement(Action=["sts:TagSession"]), id="no-assume-role"),
        pytest.param(statement(Effect="Deny"), id="deny"),
        pytest.param(statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), id="account"),
        pytest.param(statement(Principal="*"), id="everybody"),
        pytest.param({"Version": "2012-10-17", "Statement": []}, id="no-statement"),
        pytest.param({}, id="empty"),
        pytest.param({"Statement": "text"}, id="statement-is-text"),
        pytest.param(statement(Action=[1]), id="action-is-a-number"),
    ],
)
def test_trust_policy_without_eks_auth_is_refused(eks: Eks, trust: dict[str, Any]) -> None:
    """EKS Auth must be allowed both to assume the role and to tag the session."""
    refusal = refused(eks, eks.iam.declare_role("reader", trust))

    assert refusal.code == "InvalidParameterException"
    assert refusal.message.startswith(UNTRUSTED)


@pytest.mark.parametrize(
    "trust",
    [
        pytest.param(statement(Action="sts:*"), id="wildcard"),
        pytest.param(statement(Action=["STS:assumerole", "sts:tagsession"]), id="other-case"),
        pytest.param(
            statement(Principal={"Service": ["ec2.amazonaws.com", "pods.eks.amazonaws.com"]}),
            id="several-services",
        ),
        pytest.param(
            {"Statement": statement(Action=["sts:AssumeRole", "sts:TagSession"])["Statement"][0]},
            id="one-statement-without-list",
        ),
        pytest.param(
            {
                "Statement": [
                    statement(Action="sts:AssumeRole")["Statement"][0],
                    statement(Action="sts:TagSession")["Statement"][0],
                ]
            },
            id="two-statements",
        ),
        pytest.param(
            statement(Condition={"StringEquals": {"aws:SourceAccount": "999999999999"}}),
            id="condition-is-for-later",
        ),
    ],
)
def test_trust_policy_in_any_spelling_is_accepted(eks: Eks, trust: dict[str, Any]) -> None:
    """What IAM takes to allow both actions, EKS takes too; conditions play no part yet."""
    role = eks.iam.declare_role("reader", trust)

    assert eks.associate("app1", "sa", roleArn=role)["roleArn"] == role


def test_new_role_is_missing_until_it_has_spread() -> None:
    """A role made a moment ago does not exist for EKS; seconds later it does."""
    eks = Eks(Settings(iam_spread_seconds=5))
    role = eks.iam.declare_role("reader")

    assert MISSING in refused(eks, role).message

    eks.clock.advance(5)

    assert eks.associate("app1", "sa", roleArn=role)["roleArn"] == role


def test_changed_trust_is_the_former_one_until_it_has_spread() -> None:
    """EKS judges a role by the trust policy that it had some seconds ago."""
    eks = Eks(Settings(iam_spread_seconds=5))
    role = eks.iam.declare_role("reader", CLUSTER_TRUST)
    eks.clock.advance(5)
    eks.iam.declare_role("reader")

    assert UNTRUSTED in refused(eks, role).message

    eks.clock.advance(5)

    assert eks.associate("app1", "sa", roleArn=role)["roleArn"] == role


def test_role_deleted_later_stays_in_its_association(eks: Eks) -> None:
    """EKS looks at the role when it is given, not afterwards."""
    association = eks.associate("app1", "sa")

    eks.iam.declare_role_gone("app1-sa")

    assert eks.association(association["associationId"]) == association
