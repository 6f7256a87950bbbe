"""The pack's server reads less, and less often, than the SDK's own."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
from harness.policy_corpus import Case, read_corpus
from harness.policy_wire import Pack, sdk_server, urn
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.rule import ResourceRule

CASES = {rule: list(cases) for rule, cases in groupby(read_corpus(), lambda each: each.rule)}
REMEDIATE = {
    rule.id: {"enforcementLevel": "remediate"}
    for rule in RULES
    if isinstance(rule, ResourceRule) and rule.remedy
}
BUCKET = {"type": "aws:s3/bucketObject:BucketObject", "name": "x", "props": {"key": "x"}}


@pytest.mark.parametrize("cases", CASES.values(), ids=CASES)
def test_answers_are_those_of_the_whole_sdk(cases: list[Case]) -> None:
    """Reading once for all rules, and of a stack what is joined, changes no answer."""
    ours, sdk = Pack(REMEDIATE), Pack(REMEDIATE, server=sdk_server)
    for case in cases:
        assert list(_answers(ours, case)) == list(_answers(sdk, case)), case.name


def _answers(pack: Pack, case: Case) -> Iterator[Any]:
    for resource in case.forms():
        yield pack.analyze(resource)
        yield pack.remediations(resource)
    yield pack.analyze_stack([BUCKET, *case.stack, BUCKET | {"name": "y"}])


def test_resource_that_no_rule_judges_is_not_read() -> None:
    """What no rule looks at costs no time and ends no deployment, whatever is in it."""
    odd = BUCKET | {"props": {"size": float("nan")}}
    pack = Pack(REMEDIATE)
    assert pack.analyze(odd) == pack.remediations(odd) == pack.analyze_stack([odd]) == []


def test_what_a_property_was_made_from_is_known_whatever_its_type() -> None:
    """That a value comes from another resource counts, though no rule looks at that one."""
    role = {
        "type": "aws:iam/role:Role",
        "props": {"inlinePolicies": UNKNOWN_STRING_VALUE},
        "madeFrom": {"inlinePolicies": [urn(BUCKET)]},
    }
    for stack in ([role, BUCKET], [BUCKET, role]):
        assert [each.policyName for each in Pack().analyze_stack(stack)] == ["pid-unverified"]
