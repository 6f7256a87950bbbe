"""Names that are taken, on the real engine: told at preview, and taken over as it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import Component, Declared, declared, empty_clusters
from harness.emulated import Emulated, Run, run_command

_MINE = "arn:aws:iam::111122223333:role/mine"
_API = "[{namespace: dev, serviceAccountName: api, roleARN: 'arn:aws:iam::111122223333:role/mine'}]"
_NODE = "[{serviceAccountName: aws-node, roleARN: 'arn:aws:iam::111122223333:role/mine'}]"
_END = "--generate-code=false"


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    folder = tmp_path_factory.mktemp("aws")
    with empty_clusters(
        folder, "foreign", "installed", "renamed", "claimed", "several", "hasty"
    ) as emulated:
        yield emulated


def _cluster(cluster: str, standalone: str, owned: str = "[]", name: str = "cluster") -> Component:
    text = (
        f"metadata: {{name: {cluster}, region: eu-west-1}}\n"
        f"addons: [{{name: eks-pod-identity-agent}},"
        f" {{name: vpc-cni, podIdentityAssociations: {owned}}}]\n"
        f"iam: {{podIdentityAssociations: {standalone}}}\n"
    )
    return Component("ClusterPodIdentities", name, {"config": text})


def _refused(stack: Declared, component: Component) -> str:
    stack.declare(component)
    stack.aws.writes()
    preview = stack.program.preview()
    assert preview.code != 0, preview.output
    assert stack.aws.write_log() == ()
    return preview.output


def _take_over(stack: Declared, refusal: str) -> Run:
    """Type what stands below "to take it over"; --yes, for nobody is there to be asked."""
    _, _, rest = refusal.partition("to take it over\n")
    script = rest[: rest.index(_END) + len(_END)] + " --yes --non-interactive"
    program = stack.program
    return run_command(["sh", "-c", script], program.emulated.environment, program.folder)


def test_association_of_others_is_refused_and_taken_over(aws: Emulated, tmp_path: Path) -> None:
    """What the refusal prints imports it; the next run makes it as declared, in place."""
    stack = declared(tmp_path, aws, "foreign")
    eks = aws.client("eks")
    account = {"clusterName": "foreign", "namespace": "dev", "serviceAccount": "api"}
    eks.create_pod_identity_association(**account, roleArn=f"{_MINE}-too")
    before = _id(stack)

    refusal = _refused(stack, _cluster("foreign", _API))
    imported = _take_over(stack, refusal)
    writes = stack.up()

    assert "[association-exists]" in refusal
    assert imported.code == 0, imported.output
    assert "CreatePodIdentityAssociation" not in writes
    assert stack.association("dev/api")["roleArn"] == _MINE
    assert _id(stack) == before


def _id(stack: Declared) -> str:
    return str(stack.association("dev/api")["associationId"])


def test_addon_of_others_is_refused_and_taken_over(aws: Emulated, tmp_path: Path) -> None:
    """So is an add-on, beneath its own component."""
    stack = declared(tmp_path, aws, "installed")
    eks = aws.client("eks")
    name = {"clusterName": "installed", "addonName": "eks-pod-identity-agent"}
    eks.create_addon(**name)
    eks.get_waiter("addon_active").wait(**name, WaiterConfig={"Delay": 1})

    refusal = _refused(stack, _cluster("installed", "[]"))
    imported = _take_over(stack, refusal)
    writes = stack.up()

    assert "[addon-exists]" in refusal
    assert imported.code == 0, imported.output
    assert writes.count("CreateAddon") == 1  # vpc-cni


def test_component_renamed_without_an_alias_is_told(aws: Emulated, tmp_path: Path) -> None:
    """Pulumi makes anew before it deletes: a preview tells what is missing, and nothing is lost."""
    stack = declared(tmp_path, aws, "renamed")
    stack.up(_cluster("renamed", _API))
    before = aws.associations("renamed")

    stack.declare(_cluster("renamed", _API, name="other"))
    preview, run = stack.program.preview(), stack.program.up()

    assert "by this stack under another name" in preview.output
    assert 'aliases=[pulumi.Alias(name="OLD NAME")]' in preview.output
    assert run.code != 0
    assert aws.associations("renamed") == before


def test_addon_takes_over_no_service_account(aws: Emulated, tmp_path: Path) -> None:
    """Neither as it is made nor as it is changed; what to delete first is told."""
    aws.client("eks").create_pod_identity_association(
        clusterName="claimed", namespace="kube-system", serviceAccount="aws-node", roleArn=_MINE
    )
    stack = declared(tmp_path, aws, "claimed")

    create = _refused(stack, _cluster("claimed", "[]", _NODE))
    stack.up(_cluster("claimed", "[]"))
    update = _refused(stack, _cluster("claimed", "[]", _NODE))

    for refusal in (create, update):
        assert "[service-account-already-associated]" in refusal
        assert "aws eks delete-pod-identity-association --cluster-name claimed" in refusal


_ROLE = (
    "{namespace: dev, serviceAccountName: web, roleName: mine-too,"
    " permissionPolicyARNs: ['arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']}"
)


def test_preview_tells_all_that_is_taken_and_omitted(aws: Emulated, tmp_path: Path) -> None:
    """An association, an add-on, a role's name and a lost list stand in one report."""
    stack = declared(tmp_path, aws, "several")
    text = "metadata: {name: several, region: eu-west-1}\naddons: [{name: coredns}]\n"
    stack.up(Component("ClusterPodIdentities", "cluster", {"config": text}))
    eks = aws.client("eks")
    eks.create_pod_identity_association(
        clusterName="several", namespace="dev", serviceAccount="api", roleArn=_MINE
    )
    eks.create_addon(clusterName="several", addonName="eks-pod-identity-agent")
    without_addons = Component(
        "ClusterPodIdentities",
        "cluster",
        {
            "config": "metadata: {name: several, region: eu-west-1}\n"
            f"iam: {{podIdentityAssociations: [{_API[1:-1]}, {_ROLE}]}}\n"
        },
    )
    stack.declare(without_addons, Component("PodIdentityAgent", "agent", {}))
    stack.aws.writes()

    preview = stack.program.preview()

    assert preview.code != 0
    assert stack.aws.write_log() == ()
    report = preview.output.partition("Diagnostics:")[2]
    for problem in ("addons-omitted", "association-exists", "addon-exists", "role-exists"):
        assert f"[{problem}]" in report
    assert "4 problems" in report


def test_update_without_preview_stops_in_our_words(aws: Emulated, tmp_path: Path) -> None:
    """The role of others is found before IAM is asked to make it; what to type is told."""
    stack = declared(tmp_path, aws, "hasty")
    aws.client("eks").create_addon(clusterName="hasty", addonName="eks-pod-identity-agent")
    entries = f"iam: {{podIdentityAssociations: [{_ROLE}]}}\n"
    text = f"metadata: {{name: hasty, region: eu-west-1}}\n{entries}"
    stack.declare(Component("ClusterPodIdentities", "cluster", {"config": text}))
    stack.aws.writes()

    run = stack.program.up()

    assert run.code != 0
    assert stack.aws.write_log() == ()
    assert "there is a role mine-too that this stack has not made [role-exists]" in run.output
    assert "pulumi import --file import.json" in run.output
