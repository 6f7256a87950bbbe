"""Remediations put right what their rule reports, and leave the rest of a resource as it was."""

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from harness.iam_documents import documents
from harness.iam_set_evaluator import Case as Probe
from harness.iam_set_evaluator import allowed
from harness.lanes import examples
from harness.policy_corpus import read_corpus
from harness.policy_wire import Pack
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from eks_pod_identity.iam.document import TRUST_POLICY_MAX_SIZE, document_size
from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.resource import ASSOCIATIONS
from eks_pod_identity_policies.rule import ResourceRule

_REMEDIES = [rule.id for rule in RULES if isinstance(rule, ResourceRule) and rule.remedy]
_CORPUS = read_corpus()
_ON: Mapping[str, Any] = {"enforcementLevel": "remediate"}
_CONFIG: Mapping[str, Mapping[str, Any]] = {
    "pid-trust-source-bound": {"accounts": ["111122223333"]},
}
# What a remedy cannot know, or would have to guess: left as it is, and reported.
_LEFT: Mapping[str, set[str]] = {
    "pid-doc-version": set(),
    "pid-reserved-tags": {"bad-provider-of-role"},
    "pid-assoc-session-policy": {
        "bad-duplicate-key",
        "bad-not-json",
        "bad-principal",
        "bad-tags-in-policy",
    },
    "pid-assoc-tags-on": set(),
    "pid-required-tags": {"bad-no-value", "bad-other-case"},
    "pid-trust-minimal-actions": {"bad-second-statement"},
    "pid-trust-works": {
        "bad-account-and-arn-disagree",
        "bad-account-as-arn",
        "bad-account-as-number",
        "bad-account-with-dashes",
        "bad-arn-of-service-account",
        "bad-association-arn",
        "bad-blank-behind-account",
        "bad-claims-in-one-statement",
        "bad-claims-of-irsa",
        "bad-dead-variable",
        "bad-deny-by-principal-organization",
        "bad-deny-kills-tagging",
        "bad-deny-without-mfa",
        "bad-escaped-star",
        "bad-external-id",
        "bad-literal-wildcard",
        "bad-no-assume-role",
        "bad-principal-org",
        "bad-principal-tag",
        "bad-propagated-identity",
        "bad-saml-audience",
        "bad-three-tag-keys",
        "bad-web-identity-action",
    },
    "pid-trust-service-name": {
        "bad-cluster-service",
        "bad-endpoint-of-api",
        "bad-feature-without-eks",
        "bad-letter-with-accent",
        "bad-other-container-service",
        "bad-wildcard",
    },
    "pid-trust-source-bound": {
        "bad-account-equals-itself",
        "bad-accounts-from-to",
        "bad-arn-of-unconfigured-account",
        "bad-no-value",
        "bad-other-account-than-configured",
    },
}


def _pack(*rules: str, config: Mapping[str, Mapping[str, Any]] | None = None) -> Pack:
    given_config = config or {}
    return Pack(
        {rule: {**_ON, **_CONFIG.get(rule, {}), **given_config.get(rule, {})} for rule in rules}
    )


@pytest.mark.parametrize("rule", _REMEDIES)
def test_what_a_remedy_changes_its_rule_reports_no_more(rule: str) -> None:
    """Every bad case of the corpus is put right, or left as it is for a reason; once is enough."""
    changed: dict[str, bool] = defaultdict(bool)
    for case in _CORPUS:
        if case.rule != rule or not case.is_bad:
            continue
        pack = _pack(rule, config=case.config)
        for form in case.forms():
            after = {**form, "props": pack.remediate(form)}
            changed[case.name] |= after != form
            reports = {each.policyName for each in pack.analyze(after)}
            assert (rule in reports) is (after == form), case.name
            assert pack.remediate(after) == after["props"], case.name

    assert {name for name, is_changed in changed.items() if not is_changed} == _LEFT[rule]
    assert any(changed.values())


@pytest.mark.parametrize("rule", _REMEDIES)
def test_good_documents_stay_as_they_are(rule: str) -> None:
    """What a rule does not report its remedy does not touch, in any good case of any rule."""
    pack = _pack(rule)
    for case in _CORPUS:
        for form in () if case.is_bad else case.forms():
            if rule not in {each.policyName for each in pack.analyze(form)}:
                assert not pack.remediations(form), f"{case.rule}/{case.name}"


_TAGS_ALL: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
    ({}, {"tags": {"team": "payments"}}),
    ({"tagsAll": {}}, {"tags": {"team": "payments"}, "tagsAll": {"team": "payments"}}),
    (
        {"tagsAll": {"stage": "dev"}},
        {"tags": {"team": "payments"}, "tagsAll": {"stage": "dev", "team": "payments"}},
    ),
    ({"tagsAll": {"Team": "shop"}}, {"tagsAll": {"Team": "shop"}}),
)


@pytest.mark.parametrize(("given", "expected"), _TAGS_ALL)
def test_missing_tag_is_the_resources_own(given: dict[str, Any], expected: dict[str, Any]) -> None:
    """pulumi-aws sets `tagsAll` always, of `tags` and the provider's; both get what is missing."""
    config = {"pid-required-tags": {"required": ["team"], "values": {"team": "payments"}}}
    association = {"type": "aws:eks/podIdentityAssociation:PodIdentityAssociation", "props": given}

    assert _pack("pid-required-tags", config=config).remediate(association) == expected


def test_nothing_is_put_right_unasked() -> None:
    """Without the level `remediate` no resource of the corpus is changed."""
    pack = Pack()
    for case in _CORPUS:
        for form in case.forms():
            assert not pack.remediations(form), f"{case.rule}/{case.name}"


def test_all_remedies_together_come_to_rest() -> None:
    """With every remedy on, a second look at any resource of the corpus changes nothing."""
    pack = _pack(*_REMEDIES)
    for case in _CORPUS:
        for form in case.forms():
            after = pack.remediate(form)
            assert pack.remediate({**form, "props": after}) == after, f"{case.rule}/{case.name}"


_TRUST_RULES = [each for each in _REMEDIES if each.startswith(("pid-trust-", "pid-doc-"))]
_PODS = ("Service", "pods.eks.amazonaws.com")


@st.composite
def _trusts(draw: st.DrawFn) -> dict[str, Any]:
    """A trust policy in which the service may be misspelt."""
    text = json.dumps(draw(documents()))
    document = json.loads(text.replace("ec2.amazonaws.com", "pod.eks.amazonaws.com"))
    for statement in _listed(document["Statement"]):
        statement.pop("Resource", None)
        statement.pop("NotResource", None)
    return dict(document)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else [value]


@settings(max_examples=examples(150))
@given(_trusts(), st.sampled_from(_TRUST_RULES))
def test_the_rest_of_a_document_means_the_same(trust: dict[str, Any], rule: str) -> None:
    """By another evaluator: only what the rule is about is let in, or refused, from then on."""
    role = {"type": "aws:iam/role:Role", "props": {"assumeRolePolicy": json.dumps(trust)}}
    pack = _pack(rule, config={"pid-trust-source-bound": {"accounts": ["a"]}})

    after = json.loads(pack.remediate(role)["assumeRolePolicy"])

    before_set, after_set = allowed(trust), allowed(after)
    assert all(_may_gain(rule, probe) for probe in after_set - before_set)
    assert all(_may_lose(rule, probe) for probe in before_set - after_set)


def _may_gain(rule: str, probe: Probe) -> bool:
    if rule == "pid-trust-works":
        return probe.principal == _PODS and probe.action == "sts:TagSession"
    return rule == "pid-trust-service-name" and probe.principal == _PODS


def _may_lose(rule: str, probe: Probe) -> bool:
    if rule == "pid-trust-source-bound":
        return probe.principal == _PODS and probe.values("aws:SourceAccount") != ("a",)
    return rule == "pid-trust-service-name" and probe.principal == _PODS


@settings(max_examples=examples(100))
@given(_trusts())
def test_remedies_of_any_document_come_to_rest(trust: dict[str, Any]) -> None:
    """All together, once is enough, and the document stays in the form that it had."""
    pack = _pack(*_REMEDIES)
    for props, form in (
        ({"assumeRolePolicy": json.dumps(trust)}, "aws:iam/role:Role"),
        ({"assumeRolePolicyDocument": trust}, "aws-native:iam:Role"),
    ):
        once = pack.remediate({"type": form, "props": props})
        assert {name: type(value) for name, value in once.items()} == {
            name: type(value) for name, value in props.items()
        }
        assert pack.remediate({"type": form, "props": once}) == once


def _secret(value: object) -> dict[str, Any]:
    return {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": value}


_ONLY_ASSUMES = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


@pytest.mark.parametrize(
    "document",
    [
        UNKNOWN_STRING_VALUE,
        _ONLY_ASSUMES.replace("pods.eks", UNKNOWN_STRING_VALUE),
        _secret(_ONLY_ASSUMES),
        _secret(UNKNOWN_STRING_VALUE),
    ],
    ids=["unknown", "unknown inside", "secret", "unknown secret"],
)
def test_secret_and_unknown_documents_are_left_alone(document: object) -> None:
    """Neither is looked at: a remediation gets sentinels and plain secrets without a warning."""
    role = {"type": "aws:iam/role:Role", "props": {"assumeRolePolicy": document}}

    assert not _pack(*_REMEDIES).remediations(role)


_NAMES = (
    "assumeRolePolicy",
    "disableSessionTags",
    "inlinePolicies",
    "name",
    "namespace",
    "policy",
    "serviceAccount",
    "tags",
    "tagsAll",
    "targetRoleArn",
    "team",
)
_LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-9, 9),
    st.sampled_from((_ONLY_ASSUMES, UNKNOWN_STRING_VALUE, f"a {UNKNOWN_STRING_VALUE}", "true")),
)
_ANYTHING = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4)
        | inner.map(_secret)
    ),
    max_leaves=10,
)


@settings(max_examples=examples(200))
@given(
    st.sampled_from(("aws:iam/role:Role", *sorted(ASSOCIATIONS))),
    st.dictionaries(st.sampled_from(_NAMES), _ANYTHING, max_size=6),
)
def test_no_secret_mark_and_no_sentinel_is_lost_or_made(kind: str, props: dict[str, Any]) -> None:
    """Whatever a resource looks like, remedies change neither secrets nor what is unknown."""
    config = {"pid-required-tags": {"required": ["team"], "values": {"team": "payments"}}}

    after = _pack(*_REMEDIES, config=config).remediate({"type": kind, "props": props})

    before_text, after_text = json.dumps(props), json.dumps(after)
    for mark in (SPECIAL_SECRET_SIG, UNKNOWN_STRING_VALUE):
        assert before_text.count(mark) == after_text.count(mark)


def test_secrets_and_unknowns_beside_a_change_come_through() -> None:
    """What is handed back is the whole resource: secrets marked, sentinels, the engine's keys."""
    props = {
        "assumeRolePolicy": _ONLY_ASSUMES,
        "description": _secret("s3cr3t"),
        "name": UNKNOWN_STRING_VALUE,
        "inlinePolicies": [{"name": "a", "policy": _secret("{}")}, UNKNOWN_STRING_VALUE],
        "tags": {"kubernetes-namespace": "a", "owner": _secret("me"), "id": UNKNOWN_STRING_VALUE},
        "maxSessionDuration": 3600.0,
        "__defaults": ["maxSessionDuration"],
    }

    after = _pack(*_REMEDIES).remediate({"type": "aws:iam/role:Role", "props": props})

    assert json.loads(after["assumeRolePolicy"])["Statement"][0]["Action"] == [
        "sts:AssumeRole",
        "sts:TagSession",
    ]
    assert after["tags"] == {"owner": _secret("me"), "id": UNKNOWN_STRING_VALUE}
    untouched = ("description", "name", "inlinePolicies", "maxSessionDuration", "__defaults")
    assert {name: after[name] for name in untouched} == {name: props[name] for name in untouched}


def test_document_in_a_list_is_put_right_in_its_place() -> None:
    """Of inline policies only the one that is meant is changed, whatever stands before it."""
    abac = {
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:PrincipalTag/kubernetes-namespace": "a"}},
            }
        ]
    }
    entries = [UNKNOWN_STRING_VALUE, {"policyDocument": _secret({})}, {"policyDocument": abac}]

    after = _pack("pid-doc-version").remediate(
        {"type": "aws-native:iam:Role", "props": {"policies": entries}}
    )

    assert after["policies"][:2] == entries[:2]
    assert after["policies"][2] == {"policyDocument": abac | {"Version": "2012-10-17"}}


def test_quota_is_not_passed_by_a_remedy() -> None:
    """A trust policy that would become too large stays as it is and is reported."""
    trust = json.loads(_ONLY_ASSUMES)
    trust["Statement"][0]["Sid"] = "a" * (TRUST_POLICY_MAX_SIZE - 25 - document_size(trust))
    role = {"type": "aws:iam/role:Role", "props": {"assumeRolePolicy": json.dumps(trust)}}
    pack = _pack("pid-trust-works")

    assert not pack.remediations(role)
    assert "pid-trust-works" in {each.policyName for each in pack.analyze(role)}


def test_what_a_remedy_leaves_is_mandatory() -> None:
    """At the level `remediate` a breach that stays stops the update."""
    role = {"type": "aws:iam/role:Role", "props": {"assumeRolePolicy": _secret(_ONLY_ASSUMES)}}

    found = _pack("pid-trust-works").analyze(role)

    assert [each.policyName for each in found if each.enforcementLevel == 1] == ["pid-trust-works"]
