"""Nothing is deleted by omission, whatever the state was refreshed to, on the real engine.

After a public report of a refresh that lost an association:
https://github.com/cloudposse/terraform-aws-eks-cluster/issues/252.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, Declared, declared, empty_clusters
from harness.emulated import Emulated, Run

_ACCOUNT = "ebs-csi-controller-sa"
_MINE = "arn:aws:iam::111122223333:role/mine"
_MINE_TOO = "arn:aws:iam::111122223333:role/mine-too"
_TARGET = "arn:aws:iam::444455556666:role/archive"
_METRICS, _TRACES, _LOGS = (
    "adot-col-prom-metrics",
    "adot-col-otlp-ingest",
    "adot-col-container-logs",
)
_CLUSTERS = ("refreshed", "again", "listed", "given", "target", "policy", "tags", "file")
_UP_REFRESH = (("up", "--refresh", "--yes", "--skip-preview"),)
_REFRESH_UP = (("refresh", "--yes", "--skip-preview"), ("up", "--yes", "--skip-preview"))


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), *_CLUSTERS) as emulated:
        yield emulated


def _addon(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    return Component("Addon", "ebs", {"addon_name": "aws-ebs-csi-driver", **args})


def _app(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    account = {"namespace": "dev", "service_account": "app", "role_arn": _MINE}
    return Component("PodIdentityAssociation", "app", {**account, **args})


def _file(cluster: str, addon: str) -> Component:
    text = (
        f"metadata: {{name: {cluster}, region: eu-west-1}}\n"
        f"addons: [{{name: eks-pod-identity-agent}}, {addon}]\n"
    )
    return Component("ClusterPodIdentities", "whole", {"config": text})


def _give_to_addon(stack: Declared, addon: str, **roles: str) -> None:
    """Let somebody else replace the list of an add-on."""
    stack.aws.client("eks").update_addon(
        clusterName=stack.cluster,
        addonName=addon,
        podIdentityAssociations=[
            {"serviceAccount": account, "roleArn": role} for account, role in roles.items()
        ],
    )
    stack.aws.writes()


def _change(stack: Declared, **settings: object) -> None:
    """Let somebody else change the association of dev/app."""
    id_ = stack.association("dev/app")["associationId"]
    stack.aws.client("eks").update_pod_identity_association(
        clusterName=stack.cluster, associationId=id_, **settings
    )
    stack.aws.writes()


def _tag(stack: Declared, **tags: str) -> None:
    arn = stack.association("dev/app")["associationArn"]
    stack.aws.client("eks").tag_resource(resourceArn=arn, tags=tags)
    stack.aws.writes()


def _run(stack: Declared, *commands: tuple[str, ...]) -> Run:
    """Run commands one after the other and return what the last one gave."""
    *_, last = [stack.program.pulumi(*command) for command in commands]
    return last


@pytest.mark.parametrize("commands", [_UP_REFRESH, _REFRESH_UP], ids=["up", "refresh"])
def test_an_omitted_list_loses_nothing_that_a_refresh_has_found(
    aws: Emulated, tmp_path: Path, commands: tuple[tuple[str, ...], ...]
) -> None:
    """An association that others gave to the add-on stays, and the run says how to keep it."""
    stack = declared(tmp_path, aws, "refreshed" if commands is _UP_REFRESH else "again")
    stack.up(_addon())
    _give_to_addon(stack, "aws-ebs-csi-driver", **{_ACCOUNT: _MINE})

    run = _run(stack, *commands)
    preview = stack.program.preview()

    assert run.code != 0, run.output
    assert aws.write_log() == ()
    for output in (run.output, preview.output):
        assert "[addon-associations-omitted]" in output
        assert f"{_ACCOUNT} -> {_MINE}" in output


def test_an_omitted_list_of_a_file_loses_nothing_either(aws: Emulated, tmp_path: Path) -> None:
    """The report is in the words of the file, and once."""
    stack = declared(tmp_path, aws, "file")
    stack.up(_file("file", "{name: aws-ebs-csi-driver}"))
    _give_to_addon(stack, "aws-ebs-csi-driver", **{_ACCOUNT: _MINE})

    run = _run(stack, *_UP_REFRESH)
    preview = stack.program.preview()

    assert run.code != 0, run.output
    assert aws.write_log() == ()
    assert "2 problems" not in preview.output
    assert "addons[1].podIdentityAssociations: omitted" in preview.output
    assert "write podIdentityAssociations: []" in preview.output


def _adot(*accounts: str) -> Component:
    entries = [{"service_account": each, "role_arn": _MINE} for each in accounts]
    return Component("Addon", "adot", {"addon_name": "adot", "pod_identity_associations": entries})


def test_an_entry_that_only_eks_has_is_not_replaced(aws: Emulated, tmp_path: Path) -> None:
    """A change of the list would delete it, so the run stops; what was declared goes as ever."""
    stack = declared(tmp_path, aws, "listed")
    stack.up(_adot(_METRICS))
    _give_to_addon(stack, "adot", **{_METRICS: _MINE, _TRACES: _MINE_TOO})

    unchanged = stack.up()
    refused = stack.refused(_adot(_METRICS, _LOGS))
    stack.up(_adot(_METRICS, _TRACES))
    taken_out = stack.up(_adot(_TRACES))

    assert unchanged == ()
    assert "[addon-association-undeclared]" in refused
    assert f"/{_TRACES} is owned by add-on" in refused
    assert taken_out == ("UpdateAddon",)
    assert [ref.partition("/")[2] for ref in aws.associations("listed")] == [_TRACES]


def _file_of(cluster: str, *accounts: str) -> Component:
    entries = ", ".join(f'{{serviceAccountName: {each}, roleARN: "{_MINE}"}}' for each in accounts)
    return _file(cluster, f"{{name: adot, podIdentityAssociations: [{entries}]}}")


def test_a_refresh_does_not_make_an_entry_known(aws: Emulated, tmp_path: Path) -> None:
    """For a file, what the run before declared is in the ledger, whatever the state has seen."""
    stack = declared(tmp_path, aws, "given")
    stack.up(_file_of("given", _METRICS, _LOGS))
    _give_to_addon(stack, "adot", **{_METRICS: _MINE, _LOGS: _MINE, _TRACES: _MINE_TOO})
    stack.declare(_file_of("given", _METRICS))

    run = _run(stack, *_UP_REFRESH)
    refused = aws.write_log()
    stack.up(_file_of("given", _METRICS, _LOGS, _TRACES))
    taken_out = stack.up(_file_of("given", _METRICS))

    assert run.code != 0, run.output
    assert refused == ()
    assert "[addon-association-undeclared]" in run.output
    assert taken_out == ("UpdateAddon",)


_POLICY = '{"Version":"2012-10-17","Statement":[]}'
_SET_BY_OTHERS = {
    "target": ({"targetRoleArn": _TARGET}, "[target-role-omitted]", {"target_role_arn": ""}),
    "policy": (
        {"policy": _POLICY, "disableSessionTags": True},
        "[session-policy-omitted]",
        {"policy": ""},
    ),
}


@pytest.mark.parametrize("cluster", _SET_BY_OTHERS)
def test_what_others_set_on_an_association_stays(
    aws: Emulated, tmp_path: Path, cluster: str
) -> None:
    """It stops the run that would clear it; `""` clears it."""
    settings, lost, removal = _SET_BY_OTHERS[cluster]
    stack = declared(tmp_path, aws, cluster)
    stack.up(_app())
    _change(stack, **settings)

    run = _run(stack, *_UP_REFRESH)
    refused = aws.write_log()
    removed = stack.up(_app(**removal))

    assert run.code != 0, run.output
    assert refused == ()
    assert lost in run.output
    assert set(removed) == {"UpdatePodIdentityAssociation"}
    assert not stack.association("dev/app").keys() & settings.keys() - {"disableSessionTags"}


def test_tags_of_others_stay_until_they_are_emptied_in_words(aws: Emulated, tmp_path: Path) -> None:
    """Without `tags` a refreshed state stops the run; `{}` removes them."""
    stack = declared(tmp_path, aws, "tags")
    stack.up(_app())
    _tag(stack, team="a")

    run = _run(stack, *_UP_REFRESH)
    refused = aws.write_log()
    removed = stack.up(_app(tags={}))

    assert run.code != 0, run.output
    assert refused == ()
    assert "[tags-omitted]" in run.output
    assert "team=a" in run.output
    assert removed == ("UntagResource",)
