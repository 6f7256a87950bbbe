"""Trust policies: what IAM takes, and in which words it refuses the rest."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.trust import check_trust_policy

Document = dict[str, Any]

_ROLE = "arn:aws:iam::111122223333:role/known"


def _good() -> Document:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "One",
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": "111122223333"},
                    "ArnLike": {"aws:SourceArn": ["arn:aws:eks:*:111122223333:cluster/*"]},
                },
            }
        ],
    }


def _check(document: Document | str) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    check_trust_policy(text, lambda arn: arn == _ROLE)


def _changed(change: Callable[[Document], object]) -> Document:
    document = copy.deepcopy(_good())
    change(document["Statement"][0])
    return document


def _principal(principal: object) -> Document:
    return _changed(lambda statement: statement.update(Principal=principal))


@pytest.mark.parametrize(
    "document",
    [
        _good(),
        {**_good(), "Version": "2008-10-17"},
        {"Statement": _good()["Statement"][0]},
        _principal("*"),
        _principal({"AWS": "*"}),
        _principal({"AWS": ["111122223333", "arn:aws:iam::111122223333:root", _ROLE]}),
        _principal({"AWS": "arn:aws:sts::111122223333:assumed-role/a/b"}),
        _principal({"Service": ["eks.amazonaws.com", "ec2.amazonaws.com.cn"]}),
        _principal({"Service": "eks-fargate-pods.amazonaws.com"}),
        _principal({"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.x/id/A"}),
        _principal({"Federated": "accounts.google.com"}),
        _changed(lambda statement: statement.update(Action="sts:Assume*", Effect="Deny")),
        _changed(lambda statement: statement.update(Action="STS:AssumeRoleWithWebIdentity")),
        _changed(lambda statement: statement.update(Condition={"Null": {"aws:x": True}})),
        _changed(
            lambda statement: statement.update(
                Condition={"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a*"]}}
            )
        ),
    ],
)
def test_good_trust_policy_is_taken(document: Document) -> None:
    """What AWS's documentation shows as a trust policy is one."""
    _check(document)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "This policy contains invalid Json"),
        ("[]", "This policy contains invalid Json"),
        ('{"Version": "2012-10-17", "Version": "2012-10-17"}', "This policy contains invalid Json"),
        ("{}", "Missing required field Statement"),
        ({**_good(), "Statement": []}, "Missing required field Statement"),
        ({**_good(), "Statment": []}, "Unknown field Statment"),
        (
            {**_good(), "Version": "2020-01-01"},
            "Policy document must be version 2012-10-17 or greater.",
        ),
        (_changed(lambda s: s.update(Resource="*")), "Has prohibited field Resource"),
        (_changed(lambda s: s.update(NotResource="*")), "Has prohibited field NotResource"),
        (_changed(lambda s: s.update(Principals={})), "Unknown field Principals"),
        (_changed(lambda s: s.pop("Principal")), "Missing required field Principal"),
        (_changed(lambda s: s.pop("Effect")), "Missing required field Effect"),
        (_changed(lambda s: s.pop("Action")), "Missing required field Action"),
        (_changed(lambda s: s.update(Action=[])), "Missing required field Action"),
        (_changed(lambda s: s.update(Effect="allow")), "Invalid effect: allow"),
        (_principal({}), "Missing required field Principal cannot be empty!"),
        (_principal({"AWS": []}), "Missing required field Principal cannot be empty!"),
        (
            _changed(lambda s: s.update(NotPrincipal=s.pop("Principal"))),
            "Allow with NotPrincipal is not allowed.",
        ),
        (
            _changed(lambda s: s.update(NotPrincipal=s.pop("Principal"), Effect="Deny")),
            "AssumeRole policy must not contain NotPrincipal field.",
        ),
        (
            _changed(lambda s: s.update(Action="s3:GetObject")),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            _changed(lambda s: s.update(Action="*")),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            _principal({"Service": "pod.eks.amazonaws.com"}),
            'Invalid principal in policy: "SERVICE":"pod.eks.amazonaws.com"',
        ),
        (_principal({"Service": "eks"}), 'Invalid principal in policy: "SERVICE":"eks"'),
        (_principal({"Federated": "x.com"}), 'Invalid principal in policy: "FEDERATED":"x.com"'),
        (
            _principal({"AWS": "arn:aws:iam::111122223333:role/gone"}),
            'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/gone"',
        ),
        (_principal({"AWS": "1234"}), 'Invalid principal in policy: "AWS":"1234"'),
        (_principal({"Aws": "*"}), 'Invalid principal in policy: "Aws":"*"'),
        (
            _changed(lambda s: s.update(Condition={"StringEqual": {"aws:x": "y"}})),
            "Syntax errors in policy.",
        ),
        (
            {**_good(), "Statement": _good()["Statement"] * 2},
            "Statement IDs (SID) in a single policy must be unique.",
        ),
    ],
)
def test_faulty_trust_policy_is_refused_in_iams_words(
    document: Document | str, message: str
) -> None:
    """Every fault is MalformedPolicyDocument with the sentence that clients search for."""
    with pytest.raises(ApiError) as caught:
        _check(document)

    assert (caught.value.code, caught.value.message) == ("MalformedPolicyDocument", message)


def test_size_is_counted_without_white_space() -> None:
    """2,048 characters fit, one more does not, and indentation is free."""
    document = _good()
    accounts = document["Statement"][0]["Condition"]["StringEquals"]
    spare = 2_048 - len(json.dumps(document, separators=(",", ":")))
    accounts["aws:SourceAccount"] += "x" * spare
    _check(json.dumps(document, indent=20))
    accounts["aws:SourceAccount"] += "x"

    with pytest.raises(ApiError) as caught:
        _check(document)

    assert caught.value.code == "LimitExceeded"
    assert caught.value.message == "Cannot exceed quota for ACLSizePerRole: 2048"
    assert caught.value.status == 409
