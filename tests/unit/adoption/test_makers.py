"""Who made a thing, as its tags say."""

from typing import Any

import pytest
from harness.emulated import ROOT
from ruamel.yaml import YAML

from eks_pod_identity.adoption.holdings import Holding
from eks_pod_identity.adoption.verdict import advice, maker_problems
from eks_pod_identity.observed.cloudformation import StackTemplate
from eks_pod_identity.observed.maker import Maker, makers_of
from eks_pod_identity.planning.change import Kind

_CASES = YAML(typ="safe").load(ROOT / "tests" / "cases" / "adopt" / "makers" / "cases.yaml")
_ROLE = {"Type": "AWS::IAM::Role", "Properties": {}}
_POLICY = {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}]}}
_KEPT = {"DeletionPolicy": "Retain"}


@pytest.mark.parametrize("case", _CASES, ids=lambda case: str(case["tags"]))
def test_tags_name_makers(case: dict[str, Any]) -> None:
    """CloudFormation and Pulumi say it, Terraform is a guess, other tags say nothing."""
    assert [str(each) for each in makers_of(case["tags"])] == case["makers"]


def _role(tags: dict[str, str]) -> Holding:
    return Holding(Kind.ROLE, "api", "arn:aws:iam::111122223333:role/api", makers_of(tags))


_OF_STACK = {"aws:cloudformation:stack-name": "Net", "aws:cloudformation:logical-id": "Role"}


@pytest.mark.parametrize(
    ("resources", "lost"),
    [
        ({"Role": _ROLE}, "Role"),
        ({"Role": {**_ROLE, **_KEPT}}, ""),
        ({"Role": {**_ROLE, **_KEPT}, "Inline": _POLICY}, "Inline"),
        ({"Role": {**_ROLE, **_KEPT}, "Inline": {**_POLICY, **_KEPT}}, ""),
        ({"Bucket": {"Type": "AWS::S3::Bucket"}}, ""),
    ],
)
def test_stack_that_would_delete_a_role_or_its_policies_is_refused(
    resources: dict[str, Any], lost: str
) -> None:
    """A retained role without its policies would still lose them with the stack."""
    templates = {"Net": StackTemplate("Net", resources)}

    found = list(maker_problems([_role(_OF_STACK)], templates, "shop/prod"))

    assert [each.id for each in found] == (["adoption-stack-deletes"] if lost else [])
    assert [each.observed for each in found] == (
        [(f"without DeletionPolicy: {lost}",)] if lost else []
    )


def test_stack_that_was_deleted_holds_nothing() -> None:
    """Its tags stay on what it retained."""
    assert list(maker_problems([_role(_OF_STACK)], {}, "shop/prod")) == []
    assert list(advice([_role(_OF_STACK)], {})) == []


def test_two_owners_are_refused_at_once() -> None:
    """Tags of a stack of CloudFormation and of another of Pulumi are one problem."""
    templates = {"Net": StackTemplate("Net", {"Role": _ROLE})}
    role = _role({**_OF_STACK, "eks-pod-identity/stack": "shop/dev"})

    (found,) = maker_problems([role], templates, "shop/prod")

    assert found.id == "adoption-makers-several"
    assert found.observed == ("CloudFormation Net", "Pulumi shop/dev")


def test_another_stack_of_pulumi_is_to_move_it() -> None:
    """An import would leave both stacks with it, and either deletes it."""
    (found,) = maker_problems([_role({"eks-pod-identity/stack": "shop/dev"})], {}, "shop/prod")

    assert found.id == "adoption-of-another-stack"
    assert "pulumi state move --source shop/dev --dest shop/prod" in found.help[0]


def test_template_of_the_cdk_has_words_of_the_cdk() -> None:
    """A template that the CDK writes must not be changed beside it."""
    role = {**_ROLE, "Metadata": {"aws:cdk:path": "Net/Role"}}
    templates = {"Net": StackTemplate("Net", {"Role": role})}

    (found,) = maker_problems([_role(_OF_STACK)], templates, "shop/prod")

    assert "applyRemovalPolicy(cdk.RemovalPolicy.RETAIN)" in found.help[0]


def test_terraform_is_advice_and_no_problem() -> None:
    """Nobody can see its state; what lets go of the role is printed."""
    role = _role({"Terraform": "true"})

    (found,) = advice([role], {})

    assert list(maker_problems([role], {}, "shop/prod")) == []
    assert found.maker == Maker(found.maker.tool, is_guess=True)
    assert "grep -E 'aws_(iam_role)'" in found.text
