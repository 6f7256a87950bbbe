"""Permission policies: what IAM takes, and in which words it refuses the rest."""

import json
from typing import Any

import pytest

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.permissions import check_inline_policy, check_managed_policy

_SYNTAX = "Syntax errors in policy."
_VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
_VERSION = "Policy document must be version 2012-10-17 or greater."


def _policy(**changes: object) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
    changed = {name: value for name, value in {**statement, **changes}.items() if value is not None}
    return {"Version": "2012-10-17", "Statement": [changed]}


@pytest.mark.parametrize(
    "document",
    [
        _policy(),
        _policy(Action=["s3:*", "*"], Resource=["*", "arn:aws-cn:s3:::x", "arn:*:s3:::x"]),
        _policy(Action=None, NotAction="iam:*"),
        _policy(Resource=None, NotResource="arn:aws:s3:::b"),
        _policy(Condition={"StringLike": {"aws:PrincipalTag/kubernetes-namespace": "dev-*"}}),
        _policy(Sid="", Effect="Deny"),
        {**_policy(), "Id": "x", "Statement": _policy()["Statement"][0]},
    ],
)
def test_good_policy_is_taken(document: dict[str, Any]) -> None:
    """What AWS's documentation shows as a policy is one."""
    check_managed_policy(json.dumps(document))


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", _SYNTAX),
        ("null", _SYNTAX),
        ("{}", _SYNTAX),
        ({**_policy(), "Statements": []}, _SYNTAX),
        ({**_policy(), "Version": "2013-01-01"}, _VERSION),
        ({**_policy(), "Version": "2008-10-17"}, _VERSION),
        ({"Statement": _policy()["Statement"]}, _VERSION),
        (_policy(Principal="*"), "Policy document should not specify a principal."),
        (_policy(Effect="allow"), _SYNTAX),
        (_policy(Actions="s3:*"), _SYNTAX),
        (_policy(NotAction="s3:*"), _SYNTAX),
        (_policy(Condition={"StringIs": {"a": "b"}}), _SYNTAX),
        (_policy(Condition={"StringEquals": {"a": {"b": "c"}}}), _SYNTAX),
        (_policy(Action=None), "Policy statement must contain actions."),
        (_policy(Action=[]), "Policy statement must contain actions."),
        (_policy(Resource=None), "Policy statement must contain resources."),
        (_policy(Action="GetObject"), _VENDOR),
        (_policy(Action="s3:"), _VENDOR),
        (_policy(Action="s3:a:b"), "Actions/Condition can contain only one colon."),
        (_policy(Action="s 3:Get"), "Vendor s 3 is not valid"),
        (_policy(Action=[7]), _SYNTAX),
        (_policy(Resource="bucket"), 'Resource bucket must be in ARN format or "*".'),
        (
            _policy(Resource="arn:amazon:s3:::b"),
            'Partition "amazon" is not valid for resource "arn:amazon:s3:::b".',
        ),
        (
            {**_policy(), "Statement": _policy(Sid="A")["Statement"] * 2},
            "Statement IDs (SID) in a single policy must be unique.",
        ),
        (
            _policy(Sid="one two"),
            (
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
                "regular expression [0-9A-Za-z]*"
            ),
        ),
    ],
)
def test_faulty_policy_is_refused_in_iams_words(document: object, message: str) -> None:
    """Every fault is MalformedPolicyDocument with the sentence that clients search for."""
    text = document if isinstance(document, str) else json.dumps(document)

    with pytest.raises(ApiError) as caught:
        check_managed_policy(text)

    assert (caught.value.code, caught.value.message) == ("MalformedPolicyDocument", message)


def test_inline_policy_may_be_of_the_old_version() -> None:
    """Inline policies without a version, or of 2008, are still taken."""
    check_inline_policy(json.dumps({"Statement": _policy()["Statement"]}))
    check_inline_policy(json.dumps({**_policy(), "Version": "2008-10-17"}))
