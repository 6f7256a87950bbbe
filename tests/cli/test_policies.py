"""`eks-pod-identity policies`: the well-known policies, as tables, in full, and to be pasted."""

import ast
import json
from datetime import date, timedelta
from typing import Any

import pytest
from click.testing import Result
from harness.golden import assert_golden
from harness.well_known_samples import CONTEXT, full_scope
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.config import load_cluster_config
from eks_pod_identity.config.nearest import respelt
from eks_pod_identity.iam.document import same_meaning
from eks_pod_identity.iam.well_known import WELL_KNOWN_POLICIES, WellKnownPolicy

_HERE = (
    f"--cluster={CONTEXT.cluster}",
    f"--region={CONTEXT.region}",
    f"--account={CONTEXT.account}",
)
_ENTRY = """\
metadata: {name: prod, region: eu-west-1}
iam:
  podIdentityAssociations:
    - namespace: backend
      serviceAccountName: api
"""

each_policy = pytest.mark.parametrize(
    "policy", [pytest.param(policy, id=key) for key, policy in WELL_KNOWN_POLICIES.items()]
)


def _run(*arguments: str, columns: int | None = None) -> Result:
    environment = {"COLUMNS": str(columns) if columns else None}
    return CliRunner(env=environment).invoke(app, ["policies", *arguments])


def _scoped(policy: WellKnownPolicy) -> tuple[str, ...]:
    """The options that give a policy every argument it takes."""
    scope = full_scope(policy)
    return tuple(f"--scope={name}={arn}" for name, arns in scope.items() for arn in arns)


def _section(text: str, title: str) -> list[str]:
    """The lines below a title, up to the next one."""
    lines = text.split(f"\n{title}\n")[1].splitlines()
    return lines[: lines.index("")] if "" in lines else lines


@pytest.mark.parametrize(
    ("golden", "arguments", "columns"),
    [
        ("all-80.txt", (), 80),
        ("all-wide.txt", (), 240),
        ("all.md", ("--output=markdown",), 80),
        ("external-dns-80.txt", ("externalDNS",), 80),
        ("external-dns.md", ("externalDNS", "--output=markdown"), 80),
        ("external-dns.json", ("externalDNS", "--output=json"), 80),
        ("velero-80.txt", ("velero",), 80),
        (
            "ebs-80.txt",
            ("ebsCSIController", *_HERE, *_scoped(WELL_KNOWN_POLICIES["ebsCSIController"])),
            80,
        ),
        ("node-termination-handler-80.txt", ("nodeTerminationHandler",), 80),
    ],
)
def test_output_is_as_reviewed(golden: str, arguments: tuple[str, ...], columns: int) -> None:
    """Each form of output is the golden file that people have read."""
    result = _run(*arguments, columns=columns)

    assert result.exit_code == 0
    assert_golden(f"policies/{golden}", result.output)


@each_policy
def test_lines_are_no_wider_than_the_terminal(policy: WellKnownPolicy) -> None:
    """In 80 columns only what cannot be broken stands out: an address, an ARN, a line of code."""
    shown = _run(policy.key, columns=80).output
    code = {line for title in ("IN A FILE", "IN PYTHON") for line in _section(shown, title)}

    wide = [line for line in shown.splitlines() if len(line) > 80 and line not in code]
    assert all("arn:" in line or line.startswith("  source") for line in wide)


@each_policy
def test_file_takes_what_is_shown_for_it(policy: WellKnownPolicy) -> None:
    """Pasted into an entry, the lines load without a problem and mean the policy as narrowed."""
    shown = _run(policy.key, *_HERE, *_scoped(policy)).output
    pasted = "\n".join(f"      {line}" for line in _section(shown, "IN A FILE"))

    loaded = load_cluster_config(f"{_ENTRY}{pasted}\n", file="pasted.yaml")

    assert not loaded.errors
    assert loaded.config
    assert loaded.config.iam
    (entry,) = loaded.config.iam.pod_identity_associations or ()
    expected = policy.build(CONTEXT, full_scope(policy))
    if policy.arguments:
        assert entry.permission_policy_arns == expected.managed
        assert same_meaning(entry.permission_policy or {}, dict(expected.inline).popitem()[1])
    else:
        assert entry.well_known_policy_names == (policy.key,)


@each_policy
def test_python_takes_what_is_shown_for_it(policy: WellKnownPolicy) -> None:
    """The lines are arguments, and build the policy as narrowed."""
    shown = _run(policy.key, *_HERE, *_scoped(policy)).output

    args = ast.literal_eval("{" + "\n".join(_section(shown, "IN PYTHON")) + "}")

    assert args["well_known_policies"] == [policy.key]
    scope = args.get("well_known_policy_scopes", {policy.key: {}})[policy.key]
    assert policy.build(CONTEXT, scope) == policy.build(CONTEXT, full_scope(policy))


@each_policy
def test_documents_are_those_of_the_surroundings_given(policy: WellKnownPolicy) -> None:
    """With cluster, region, account and all arguments given, nothing is left to be replaced."""
    shown = _json(policy.key, *_HERE, *_scoped(policy))

    expected = policy.build(CONTEXT, full_scope(policy))
    assert shown["managedPolicyArns"] == list(expected.managed)
    assert [tuple(each.values()) for each in shown["inlinePolicies"]] == list(expected.inline)
    assert shown["placeholders"] == []


def test_what_was_not_given_is_named() -> None:
    """A program sees which words of the documents are not to be used as they are."""
    assert _json("karpenter")["placeholders"] == ["CLUSTER", "REGION", "ACCOUNT"]
    assert _json("karpenter", "--cluster=prod")["placeholders"] == ["REGION", "ACCOUNT"]
    assert _json("velero")["placeholders"] == ["arn:aws:s3:::BUCKET"]


def test_partition_is_that_of_the_region_unless_given() -> None:
    """A region of China needs no second option, and a new partition can be named."""
    china = _json("cloudWatchObservability", "--region=cn-north-1")["managedPolicyArns"]
    other = _json("cloudWatchObservability", "--partition=aws-new")["managedPolicyArns"]

    assert all(arn.startswith("arn:aws-cn:") for arn in china)
    assert all(arn.startswith("arn:aws-new:") for arn in other)


def test_list_for_programs_has_every_policy() -> None:
    """All facts, with arguments and their defaults."""
    listed = _json()

    assert [each["name"] for each in listed] == list(WELL_KNOWN_POLICIES)
    (mountpoint,) = (each for each in listed if each["name"] == "mountpointS3CSI")
    assert mountpoint["arguments"][0] == {
        "name": "bucket_arns",
        "description": "Buckets to mount, without a path; directory buckets too.",
        "services": ["s3", "s3express"],
        "required": True,
        "default": None,
        "example": "arn:aws:s3:::BUCKET",
    }


def test_stale_policies_are_listed_oldest_first_and_end_with_1() -> None:
    """A scheduled check fails when a policy was not looked at for long."""
    oldest = min(WELL_KNOWN_POLICIES.values(), key=lambda policy: policy.checked)
    age = (date.today() - oldest.checked - timedelta(days=1)).days  # noqa: DTZ011 - as the user's

    result = _run("--stale", f"--max-age={age}", "--output=json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)[0]["name"] == oldest.key
    assert f" policies not compared with their source for over {age} days" in (
        _run("--stale", f"--max-age={age}").stdout
    )


def test_fresh_policies_are_said_to_be_and_end_with_0() -> None:
    """Nothing stale is an answer, too."""
    result = _run("--stale", "--max-age=100000")

    assert result.exit_code == 0
    assert "policies have been compared with their source within 100000 days" in result.stdout
    assert _json("--stale", "--max-age=100000") == []


def test_unknown_policy_is_told_with_its_neighbour() -> None:
    """One sentence, and the commands that would have worked."""
    result = _run("certManger")

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        'error: NAME: there is no well-known policy "certManger" [well-known-policy-unknown]\n'
        "  help: eks-pod-identity policies certManager\n"
    )


def test_part_of_a_name_leads_to_those_that_have_it() -> None:
    """Whoever knows the controller's short name need not know the policy's whole one."""
    assert _run("ebs").stderr.splitlines()[1:] == [
        "  help: eks-pod-identity policies ebsCSIController",
        "  help: eks-pod-identity policies ebsCSIControllerClusterScoped",
        "  help: eks-pod-identity policies ebsCSIControllerV2",
    ]


@pytest.mark.parametrize("name", ["external-dns", "external_dns", "ExternalDNS", "externaldns"])
@pytest.mark.parametrize(
    "argument", ["hosted_zone_arns", "hosted-zone-arns", "hostedZoneARNs", "hostedZoneArns"]
)
def test_names_are_taken_in_the_style_of_files_python_and_charts(name: str, argument: str) -> None:
    """A file has hostedZoneARNs, Python hosted_zone_arns, a Helm chart external-dns."""
    zones = [f"arn:aws:route53:::hostedzone/Z{number}" for number in (1, 2)]

    shown = _json(name, f"--scope={argument}={zones[0]}", f"--scope=hosted_zone_arns={zones[1]}")

    records = shown["inlinePolicies"][0]["document"]["Statement"][1]
    assert (shown["name"], records["Resource"]) == ("externalDNS", zones)


def test_names_are_told_apart_without_their_style() -> None:
    """No two policies, and no two arguments of one, are the same word in different styles."""
    each_list = [
        list(WELL_KNOWN_POLICIES),
        *([each.name for each in policy.arguments] for policy in WELL_KNOWN_POLICIES.values()),
    ]

    for names in each_list:
        assert [respelt(name, names) for name in names] == names


def test_name_like_no_other_leads_to_the_list() -> None:
    """Without a neighbour, the way out is the table."""
    assert _run("xyz").stderr.endswith("  help: eks-pod-identity policies\n")


def test_faulty_scope_is_told_in_full() -> None:
    """Each argument that does not fit is a problem of its own, spelt as it was given."""
    result = _run("velero", "--scope=bucket_arns=backups", "--scope=zones=x")

    assert (result.exit_code, result.stdout) == (1, "")
    assert 'error: --scope bucket_arns[0]: "backups" is not an ARN of s3' in result.stderr
    assert "error: --scope zones: well-known policy velero takes no argument" in result.stderr
    assert "  help: it takes bucket_arns\n" in result.stderr


def test_misspelt_argument_is_told_with_its_neighbour() -> None:
    """In the words that were typed, with those that would have worked."""
    result = _run("velero", "--scope=bucketArn=arn:aws:s3:::backups")

    assert result.stderr == (
        'error: --scope bucketArn: well-known policy velero takes no argument "bucketArn"'
        " [well-known-argument-unknown]\n"
        "  help: --scope bucket_arns=ARN\n"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--region=eu-west-1",), "--region goes with the NAME of a policy"),
        (("--scope=a=b",), "--scope goes with the NAME of a policy"),
        (("velero", "--stale"), "--stale lists policies"),
        (("--max-age=3",), "--max-age goes with --stale"),
        (("velero", "--scope=bucket_arns"), "is not ARGUMENT=ARN"),
        (("velero", "--cluster=a b"), "cannot be the name of an EKS cluster"),
        (("velero", "--region=here"), "is not the code of a region"),
        (("velero", "--account=1"), "is not a number of 12 digits"),
        (("velero", "--partition=azure"), "is not a partition"),
    ],
)
def test_option_without_sense_is_refused(arguments: tuple[str, ...], words: str) -> None:
    """Nothing that was typed is passed over."""
    result = _run(*arguments, columns=200)

    assert result.exit_code == 64
    assert words in result.stderr


def _json(*arguments: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(_run(*arguments, "--output=json").stdout)
