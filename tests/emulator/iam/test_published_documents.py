"""Policy documents that AWS and eksctl publish: AWS takes them, so emulator, loader and gate do."""

import json
from pathlib import Path
from typing import Any

import pytest
from harness.aws_account import AwsAccount
from harness.policy_wire import Pack
from ruamel.yaml import YAML

from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document

_FOLDER = Path(__file__).parents[2] / "cases" / "published"
each_case = pytest.mark.parametrize(
    "case",
    [
        pytest.param(YAML(typ="safe").load(path), id=path.stem)
        for path in sorted(_FOLDER.glob("*.yaml"))
    ],
)


def _is_trust(case: dict[str, Any]) -> bool:
    return bool(case["kind"] == "trust")


@each_case
def test_emulator_takes_it_and_gives_it_back(aws: AwsAccount, case: dict[str, Any]) -> None:
    """IAM of the emulator keeps the document as it was published."""
    text = json.dumps(case["document"])
    if _is_trust(case):
        if "provider" in case:
            aws.iam.create_open_id_connect_provider(Url=case["provider"])
            text = text.replace("111122223333", aws.id)
        aws.iam.create_role(RoleName="published", AssumeRolePolicyDocument=text)
        kept = aws.iam.get_role(RoleName="published")["Role"]["AssumeRolePolicyDocument"]
    else:
        arn = aws.iam.create_policy(PolicyName="published", PolicyDocument=text)["Policy"]["Arn"]
        version = aws.iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
        kept = version["Document"]

    assert kept == json.loads(text)


@each_case
def test_loader_takes_it(case: dict[str, Any]) -> None:
    """The strict reader finds no fault."""
    kind = DocumentKind.TRUST if _is_trust(case) else DocumentKind.IDENTITY

    found = load_document(case["document"], kind)

    assert not isinstance(found, tuple), found


@each_case
def test_gate_reports_what_the_case_says(case: dict[str, Any]) -> None:
    """The policy pack reads it, and reports no more than what is too open about it."""
    found = {each.policyName for each in Pack().analyze(_role(case))}

    assert found == set(case.get("gate", ()))


def _role(case: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(case["document"])
    if _is_trust(case):
        props: dict[str, Any] = {"name": "published", "assumeRolePolicy": text}
        return {"type": "aws:iam/role:Role", "name": "published", "props": props}
    props = {"name": "published", "policy": text}
    return {"type": "aws:iam/policy:Policy", "name": "published", "props": props}
