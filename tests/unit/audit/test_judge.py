"""Accounts as they may be found, judged: what is told, at what address, and what is not."""

import json
from dataclasses import replace
from typing import Any

import pytest
from harness.observed_account import AuditCase, account_state, audit_cases, role_arn, told
from harness.policy_corpus import Case, read_corpus

from eks_pod_identity.audit.coverage import why_not
from eks_pod_identity.audit.judge import judge
from eks_pod_identity.audit.report import AuditReport
from eks_pod_identity.audit.settings_file import read_settings
from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import Config, Findings, Level
from eks_pod_identity_policies.rules.trust_action import WORKS

_CORPUS = [case for case in read_corpus() if {"trust", "permissions"} & case.content.keys()]
_SHOP = {
    "clusters": {"demo": {"associations": [{"serviceAccount": "shop/api", "role": "shop"}]}},
    "roles": {"shop": {"trust": "demo/shop/api"}},
}


@pytest.mark.parametrize("case", audit_cases(), ids=lambda case: case.name)
def test_account_is_judged(case: AuditCase) -> None:
    """Every breach is told once, with its level and the address that people know, and no other."""
    settings = read_settings(case.config, "rules.json")

    report = judge(case.state, settings, case.selection)

    assert told(report) == sorted(case.content["expect"])
    assert [gap.address for gap in report.gaps] == case.content.get("gaps", [])


def test_missing_account_is_told_to_whoever_makes_it() -> None:
    """That of an add-on is its configuration's concern, any other is the reader's own."""
    owned = {"serviceAccount": "kube-system/aws-node", "role": "shop", "owner": "vpc-cni"}
    standalone = {"serviceAccount": "shop/api", "role": "shop"}
    demo = {
        "addons": {"vpc-cni": None},
        "associations": [owned, standalone],
        "serviceAccounts": {},
    }
    state = account_state({**_SHOP, "clusters": {"demo": demo}})

    breaches = judge(state, read_settings("{}", "rules.json")).breaches

    assert [
        each.help for each in breaches if each.rule.id == "pid-live-service-account-exists"
    ] == [
        (
            "have the configuration of add-on vpc-cni make the service account",
            "or take it out of the add-on's podIdentityAssociations",
        ),
        ("make the service account", "or delete the association"),
    ]


def test_every_case_has_a_reason() -> None:
    """A case says in a sentence what it is for."""
    assert all(case.content["reason"].endswith(".") for case in audit_cases())


@pytest.mark.parametrize("case", _CORPUS, ids=lambda case: f"{case.rule}/{case.name}")
def test_documents_are_judged_as_the_pack_judges_them(case: Case) -> None:
    """What the pack's corpus says of a document holds for a role or policy that has it in AWS."""
    settings = read_settings(json.dumps(case.config), "rules.json")

    for content in _accounts_with(case):
        report = judge(account_state(content), settings)

        ids = {each.rule.id for each in report.breaches}
        if not case.is_bad:
            assert (case.rule in ids, report.mandatory) == (False, 0)
        elif not any(why_not(rule) for rule in RULES if rule.id == case.rule):
            assert case.rule in ids


def _accounts_with(case: Case) -> list[dict[str, Any]]:
    """Return accounts with nothing but the document."""
    if "trust" in case.content:
        document = case.content["trust"]
        statements = document.get("Statement")
        if case.content.get("repeat", 1) > 1:
            document = {**document, "Statement": statements * case.content["repeat"]}
        return [{"roles": {"it": {"trust": document}}}]
    document = case.content["permissions"]
    arn = "arn:aws:iam::111122223333:policy/it"
    nobody = {"trust": {"Version": "2012-10-17", "Statement": []}}
    return [
        {"roles": {"it": {**nobody, "inline": {"it": document}}}},
        {"policies": {arn: document}},
    ]


def test_rule_that_fails_is_a_breach() -> None:
    """A rule that raises has not said that all is well."""

    def fail(resource: Resource, config: Config) -> Findings:
        raise ZeroDivisionError(f"{resource} {config}")

    report = judge(account_state(_SHOP), rules=[replace(WORKS, judge=fail)])

    assert [each.message for each in report.breaches] == [
        "the rule could not judge: ZeroDivisionError"
    ]
    assert report.mandatory == 1


def test_part_of_a_role_is_named() -> None:
    """A breach of an inline policy says which one."""
    report = _report_of("policies-of-a-role-are-judged")

    (message,) = (each.message for each in report.breaches if each.subject.kind.value == "role")
    assert message.startswith('inline policy "tag-anybody": ')


def test_entry_of_an_addon_is_not_counted() -> None:
    """No message speaks of an index that stands nowhere."""
    messages = [each.message for case in audit_cases() for each in judge(case.state).breaches]

    assert "every pod that names no service account gets this role" in messages
    assert [message for message in messages if "podIdentityAssociations[" in message] == []


def test_fingerprint_outlives_the_association() -> None:
    """An association that is made anew, with another id, is the same breach."""
    case = next(each for each in audit_cases() if each.name.startswith("missing-role-is-told"))
    (cluster,) = case.state.clusters
    anew = tuple(replace(each, id="a-new", arn=f"{each.arn}new") for each in cluster.associations)
    later = replace(case.state, clusters=(replace(cluster, associations=anew),))

    before, after = ({each.fingerprint for each in judge(s).breaches} for s in (case.state, later))

    assert len(before) == 2
    assert before == after


def test_what_was_asked_and_seen_is_counted() -> None:
    """A report says what it looked at, so that nothing found is not nothing done."""
    report = judge(account_state(_SHOP))

    (cluster,) = report.clusters
    assert (cluster.name, cluster.associations, report.roles) == ("demo", 1, 1)
    assert (WORKS, Level.MANDATORY) in report.rules
    assert not report.breaches


def test_role_is_told_with_its_users() -> None:
    """Whoever reads of a role learns which associations use it."""
    report = _report_of("role-shared-by-clusters")

    (breach,) = report.breaches
    assert breach.subject.arn == role_arn("shop")
    assert breach.subject.related == {"usedBy": ("demo/shop/api", "staging/shop/api")}


def _report_of(name: str) -> AuditReport:
    return judge(next(case.state for case in audit_cases() if case.name == name))
