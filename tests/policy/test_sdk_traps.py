"""What is easy to get wrong with the policy SDK, asked over the wire."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from harness.policy_wire import LEVELS, Pack
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import proxy
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from eks_pod_identity.audit.live_rules import LIVE_RULES
from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.configuration import misspelt
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import Config, Findings, ResourceRule, StackRule
from eks_pod_identity_policies.rules import reserved_tag, uniqueness
from eks_pod_identity_policies.sdk import policies
from eks_pod_identity_policies.stack.view import Stack

_PACK = Path(__file__).parents[2] / "policy"
_SENTINELS = [value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_")]
_UNBOUND = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}


def _nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = {"Statement": value}
    return value


def _role(**props: object) -> dict[str, Any]:
    return {"type": "aws:iam/role:Role", "props": props}


def _ids(diagnostics: list[Any]) -> set[str]:
    return {each.policyName for each in diagnostics}


@pytest.mark.parametrize("sentinel", _SENTINELS)
def test_unknown_value_does_not_stop_a_rule(sentinel: str) -> None:
    """What is known is judged, and no rule gives up with "can't run policy"."""
    tags = {"kubernetes-namespace": "a", "other": sentinel}

    found = Pack().analyze(_role(assumeRolePolicy=sentinel, name=sentinel, tags=tags))

    assert _ids(found) == {"pid-reserved-tags"}
    assert "can't run" not in found[0].message


def test_unknown_inside_of_a_document_leaves_it_to_the_update() -> None:
    """A document of which a part is unknown is neither passed nor blamed; it is listed."""
    statement = _UNBOUND["Statement"][0] | {"Action": [_SENTINELS[0], "sts:TagSession"]}
    props = {"assumeRolePolicyDocument": _UNBOUND | {"Statement": [statement]}}
    role = {"type": "aws-native:iam:Role", "props": props}

    assert Pack().analyze(role) == []
    assert _ids(Pack().analyze_stack([role])) == {"pid-unverified"}


def test_one_unknown_does_not_end_a_stack_rule() -> None:
    """Other resources of the stack are still judged."""
    association = {
        "type": "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "props": {"clusterName": "prod", "namespace": "a", "serviceAccount": "b"},
    }
    unknown = association["props"] | {"namespace": _SENTINELS[0], "roleArn": _SENTINELS[0]}
    stack = [association | {"name": name} for name in ("one", "two")]

    found = Pack().analyze_stack([association | {"name": "unknown", "props": unknown}, *stack])

    assert "pid-assoc-unique" in _ids(found)


def test_sentinel_inside_of_a_text_is_unknown_too() -> None:
    """A document made by formatting an unknown into text is not judged as it stands."""
    text = json.dumps(_UNBOUND).replace("pods.eks", _SENTINELS[0])

    assert Pack().analyze(_role(assumeRolePolicy=text)) == []


@pytest.mark.parametrize("sentinel", _SENTINELS)
def test_update_knows_all_so_a_sentinel_in_a_document_is_text(sentinel: str) -> None:
    """Written where it does no harm, it would keep every rule away from the document."""
    condition = {"StringNotEquals": {"aws:UserAgent": sentinel}}
    document = _UNBOUND | {"Statement": [_UNBOUND["Statement"][0] | {"Condition": condition}]}
    native = {"type": "aws-native:iam:Role", "props": {"assumeRolePolicyDocument": document}}

    for role in (_role(assumeRolePolicy=json.dumps(document)), native):
        assert Pack().analyze(role) == []
        update = Pack(dry_run=False)
        assert "pid-trust-source-bound" in _ids(update.analyze(role))
        assert update.analyze_stack([role]) == []


def test_whole_property_that_an_update_does_not_know_is_listed() -> None:
    """Should it ever be, it is not passed over."""
    role = _role(assumeRolePolicy=_SENTINELS[0])

    assert _ids(Pack(dry_run=False).analyze_stack([role])) == {"pid-unverified"}


def test_secret_document_is_judged() -> None:
    """A secret arrives wrapped; it is unwrapped for judging, like any other value."""
    secret = {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": json.dumps(_UNBOUND)}

    assert "pid-trust-source-bound" in _ids(Pack().analyze(_role(assumeRolePolicy=secret)))


def test_numbers_that_became_floats_are_whole_again() -> None:
    """Protobuf has doubles only; 5 in a condition stays "5"."""
    condition = {"NumericEquals": {"aws:x": 5}}
    statement = _UNBOUND["Statement"][0] | {"Condition": condition}
    props = {"assumeRolePolicyDocument": _UNBOUND | {"Statement": [statement]}}

    found = Pack().analyze({"type": "aws-native:iam:Role", "props": props})

    assert "pid-doc-wellformed" not in _ids(found)


def test_config_counts_and_keeps_defaults() -> None:
    """Values of the configuration arrive as floats; what is not configured keeps its default."""
    association = {
        "type": "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "props": {"clusterName": "prod", "namespace": "payments", "serviceAccount": "api"},
    }

    assert Pack().analyze(association) == []
    assert _ids(Pack({"pid-assoc-names": {"maxLength": 9}}).analyze(association)) == {
        "pid-assoc-names"
    }


def test_level_can_be_configured() -> None:
    """A level from the configuration replaces the default; disabled is silent."""
    role = _role(assumeRolePolicy=json.dumps(_UNBOUND))
    strict = Pack({"pid-trust-source-bound": {"enforcementLevel": "mandatory"}}).analyze(role)
    silent = Pack({"pid-trust-source-bound": {"enforcementLevel": "disabled"}}).analyze(role)

    levels = {each.policyName: each.enforcementLevel for each in strict}
    assert levels["pid-trust-source-bound"] == LEVELS["mandatory"]
    assert "pid-trust-source-bound" not in _ids(silent)


def test_levels_are_told_with_the_policies() -> None:
    """No `initial_config`, which would turn mandatory policies with properties advisory."""
    info = Pack().info()

    assert not info.initialConfig
    assert {each.name: each.enforcementLevel for each in info.policies} == {
        rule.id: LEVELS[rule.level.value] for rule in RULES
    }


def test_frameworks_are_told_with_the_policies() -> None:
    """A rule that enforces a published control says which, and no other says so."""
    told = {each.name: each.framework for each in Pack().info().policies}

    for rule in RULES:
        expected = rule.framework
        assert (expected is None) is (told[rule.id].name == "")
        if expected:
            assert told[rule.id].reference == expected.control
            assert expected.page.startswith("https://")


@pytest.mark.processes
def test_misspelt_configuration_is_refused() -> None:
    """The engine hands on names that no rule or property has; the pack takes none of them."""
    request = analyzer_pb2.ConfigureAnalyzerRequest()
    for name in ("pid-trust-workz", "pid-assoc-unique", "unlike any", "pid-trust-works"):
        request.policyConfig[name].enforcementLevel = LEVELS["disabled"]
    request.policyConfig["pid-assoc-unique"].properties.update({"exact": True})

    with (
        _started() as port,
        grpc.insecure_channel(f"127.0.0.1:{port}") as channel,
        pytest.raises(grpc.RpcError) as refused,
    ):
        analyzer_pb2_grpc.AnalyzerStub(channel).Configure(request)

    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert refused.value.details().splitlines() == [
        "not understood",
        "pid-assoc-unique.exact: the rule has no such property",
        "  help: it has none",
        "pid-trust-workz: no rule has this id",
        '  help: did you mean "pid-trust-works"?',
        "unlike any: no rule has this id",
    ]


def test_file_may_be_for_gate_and_audit() -> None:
    """`all` and the rules of an audit are nobody's here, and no misspellings."""
    given: dict[str, list[str]] = {"all": [], "pid-trust-source-bound": ["accounts"]}

    assert not list(misspelt(given | {rule.id: [] for rule in LIVE_RULES}, RULES))


@pytest.mark.parametrize(
    "odd",
    [
        float("nan"),
        float("-inf"),
        _nested(400),
        {SPECIAL_SIG_KEY: "no signature"},
        {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG},
        {SPECIAL_SIG_KEY: 3, "value": {}},
    ],
)
def test_what_the_sdk_cannot_read_is_judged_without(odd: object) -> None:
    """Neither numbers that are not finite, nor depth, nor damaged marks end the deployment."""
    props = {"assumeRolePolicy": json.dumps(_UNBOUND), "odd": {"list": [odd]}}
    pack = Pack({rule.id: {"enforcementLevel": "remediate"} for rule in RULES})
    role = _role(**props) | {"provider": {"odd": odd}}

    assert "pid-trust-source-bound" in _ids(pack.analyze(role))
    assert pack.remediations(role) == []
    assert "can't run" not in str(pack.analyze_stack([role]))


def test_exception_becomes_a_violation() -> None:
    """A defect in a rule fails closed, instead of ending the deployment with a traceback."""

    def broken(_: Resource | Stack, __: Config) -> Findings:
        raise RecursionError("secret detail")

    resource_rule = replace(reserved_tag.RESERVED_TAGS, judge=broken)
    stack_rule = replace(uniqueness.UNIQUE, judge=broken)

    for found in (
        Pack(rules=[resource_rule]).analyze(_role()),
        Pack(rules=[stack_rule]).analyze_stack([_role()]),
    ):
        assert "could not judge: RecursionError" in found[0].message
        assert "secret detail" not in found[0].message


def test_two_rules_of_one_name_are_refused() -> None:
    """The SDK would run both and say nothing."""
    with pytest.raises(ValueError, match="one name"):
        policies([reserved_tag.RESERVED_TAGS, reserved_tag.RESERVED_TAGS])


def test_every_rule_tells_what_to_do() -> None:
    """Name, title, reason, remedy and source are there, and every property has a default."""
    for rule in RULES:
        assert isinstance(rule, ResourceRule | StackRule)
        assert rule.id.startswith("pid-")
        assert rule.title.endswith(".")
        assert rule.why.endswith(".")
        assert rule.fix.endswith(".")
        assert rule.source.startswith("https://")
        assert all("default" in schema for schema in rule.config.values())


@pytest.mark.processes
def test_pack_starts_with_its_port_alone() -> None:
    """The first line of output is the port, on which a real engine would find the rules."""
    with _started() as port, grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        info = analyzer_pb2_grpc.AnalyzerStub(channel).GetAnalyzerInfo(empty_pb2.Empty())

    assert [each.name for each in info.policies] == [rule.id for rule in RULES]


@contextmanager
def _started() -> Iterator[int]:
    pack = subprocess.Popen([sys.executable, "-u", str(_PACK)], stdout=subprocess.PIPE, text=True)
    assert pack.stdout is not None
    try:
        yield int(pack.stdout.readline())
    finally:
        pack.kill()
        pack.wait()
        pack.stdout.close()


@pytest.mark.processes
def test_pack_starts_without_heavy_imports() -> None:
    """Neither Pulumi's AWS SDK nor boto3 is loaded: either takes seconds."""
    script = (
        "import sys, eks_pod_identity_policies.sdk;"
        "print([name for name in ('pulumi_aws', 'boto3', 'ruamel.yaml') if name in sys.modules])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=_PACK, capture_output=True, text=True, check=True
    )

    assert loaded.stdout.strip() == "[]"


def test_strict_configuration_names_advisory_rules() -> None:
    """Pulumi ignores names that no rule has, so `strict.json` is held against the rules."""
    strict = json.loads((_PACK / "strict.json").read_text())
    advisory = {rule.id for rule in RULES if rule.level.value == "advisory"}

    assert strict.keys() <= advisory
    assert set(strict.values()) == {"mandatory"}
