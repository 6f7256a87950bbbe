"""Programs on the real engine, with both plugins as processes beside the emulator."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from harness.call_log import CallLog
from harness.emulator import ACCOUNT, REGION, RunningEmulator
from harness.policy_documents import trust
from harness.pulumi_cli import HAS_PULUMI, EnginePlugins, Stack

pytestmark = pytest.mark.skipif(
    not HAS_PULUMI, reason="the Pulumi CLI and its Python host are not on PATH"
)

PROGRAM = """
import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

account = kubernetes.core.v1.ServiceAccount("app", metadata={"namespace": "default"})
role = aws.iam.Role(
    "app",
    assume_role_policy=TRUST,
    managed_policy_arns=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
    description="DESCRIPTION",
)
association = aws.eks.PodIdentityAssociation(
    "app",
    cluster_name="demo",
    namespace="NAMESPACE",
    service_account=account.metadata["name"],
    role_arn=role.arn,
)
secret = aws.secretsmanager.Secret("app", recovery_window_in_days=0)
value = aws.secretsmanager.SecretVersion("app", secret_id=secret.id, secret_string="hush")
pulumi.export("role", role.name)
pulumi.export("association", association.association_id)
pulumi.export("externalId", association.external_id)
pulumi.export("value", value.secret_string)
""".replace("TRUST", repr(trust()))
FIRST = PROGRAM.replace("DESCRIPTION", "one").replace("NAMESPACE", "default")
SECOND = PROGRAM.replace("DESCRIPTION", "two").replace("NAMESPACE", "other")


@pytest.fixture(scope="module")
def plugins(
    emulator: RunningEmulator, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EnginePlugins]:
    """Both plugins, attached to the emulator."""
    server = f"{emulator.url}/_kubernetes/{ACCOUNT}/{REGION}/demo"
    config = {
        "clusters": [{"name": "demo", "cluster": {"server": server}}],
        "contexts": [{"name": "demo", "context": {"cluster": "demo", "user": "me"}}],
        "users": [{"name": "me", "user": {"token": "any"}}],
        "current-context": "demo",
    }
    file = tmp_path_factory.mktemp("kube") / "config"
    file.write_text(json.dumps(config))
    with EnginePlugins({**emulator.environment(), "KUBECONFIG": str(file)}) as attached:
        yield attached


@pytest.fixture
def stack(plugins: EnginePlugins, tmp_path: Path) -> Iterator[Callable[[str], Stack]]:
    """Makes a stack, and destroys it after the test."""
    made: list[Stack] = []

    def make(program: str) -> Stack:
        made.append(Stack(tmp_path, program, plugins))
        return made[-1]

    yield make
    for one in made:
        one.run("destroy", "--yes", "--skip-preview")


def test_program_goes_up_changes_and_down(
    stack: Callable[[str], Stack], emulator: RunningEmulator, calls: CallLog
) -> None:
    """A first run makes, a second does nothing, a third changes in place or replaces."""
    trial = stack(FIRST)
    assert trial.update() == {"create": 6}
    assert sorted(calls.writes()) == [
        "AttachRolePolicy",
        "CreatePodIdentityAssociation",
        "CreateRole",
        "CreateSecret",
        "PutSecretValue",
    ]
    assert trial.outputs()["value"] == "[secret]"
    assert re.fullmatch(r"app-[0-9a-f]{7}", trial.outputs()["role"])

    calls.forget()
    assert trial.update() == {"same": 6}
    assert calls.writes() == []

    trial.write(SECOND)
    assert trial.update() == {"replace": 1, "same": 4, "update": 1}
    assert calls.writes() == [
        "UpdateRoleDescription",
        "CreatePodIdentityAssociation",
        "DeletePodIdentityAssociation",
    ]

    trial.run("destroy", "--yes", "--skip-preview")
    listed = emulator.client("eks").list_pod_identity_associations(clusterName="demo")
    assert [one for one in listed["associations"] if one["serviceAccount"].startswith("app-")] == []


def test_preview_tells_the_truth(stack: Callable[[str], Stack], calls: CallLog) -> None:
    """What a preview says is what the update does, and it writes nothing itself."""
    trial = stack(FIRST)

    text = trial.run("preview")

    assert calls.writes() == []
    assert "6 to create" in text
    assert re.search(r"association: \[unknown\]|association *: output<string>", text)
    assert re.search(r'role *: "app-[0-9a-f]{7}"', text)


def test_refresh_finds_what_was_done_behind_its_back(
    stack: Callable[[str], Stack], emulator: RunningEmulator
) -> None:
    """A deleted association comes back, a changed role is put right."""
    trial = stack(FIRST)
    trial.update()
    outputs = trial.outputs()
    iam = emulator.client("iam")
    iam.update_role_description(RoleName=outputs["role"], Description="by hand")
    emulator.client("eks").delete_pod_identity_association(
        clusterName="demo", associationId=outputs["association"]
    )

    trial.run("refresh", "--yes")

    assert trial.update() == {"create": 1, "same": 4, "update": 1}
    assert iam.get_role(RoleName=outputs["role"])["Role"]["Description"] == "one"


def test_imported_resources_are_the_same_afterwards(
    stack: Callable[[str], Stack], emulator: RunningEmulator
) -> None:
    """`pulumi import` by the real provider's ids; the program then has nothing to do."""
    iam = emulator.client("iam")
    eks = emulator.client("eks")
    name = "made-by-hand"
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust()))
    arn = made["Role"]["Arn"]
    association = eks.create_pod_identity_association(
        clusterName="demo", namespace="default", serviceAccount=name, roleArn=arn
    )["association"]["associationId"]
    program = f"""
import pulumi_aws as aws

role = aws.iam.Role("app", assume_role_policy={trust()!r}, name="{name}")
aws.eks.PodIdentityAssociation(
    "app",
    cluster_name="demo",
    namespace="default",
    service_account="{name}",
    role_arn=role.arn,
)
"""
    trial = stack("")
    trial.update()

    for token, import_id in (
        ("aws:iam/role:Role", name),
        ("aws:eks/podIdentityAssociation:PodIdentityAssociation", f"demo,{association}"),
    ):
        options = ("--yes", "--protect=false", "--generate-code=false")
        trial.run("import", token, "app", import_id, *options)

    trial.write(program)
    assert trial.update() == {"same": 3}


def test_faulty_program_makes_nothing(stack: Callable[[str], Stack], calls: CallLog) -> None:
    """Every fault of a resource is told at once, and no call changes anything."""
    trial = stack(
        """
import pulumi_aws as aws

aws.iam.Role("one", assume_role_policy="{", permissions_boundary="nope")
"""
    )

    text = trial.run("up", "--yes", "--skip-preview", fails=True)

    assert '"assumeRolePolicy" contains an invalid JSON policy' in text
    assert '"permissionsBoundary" (nope) is an invalid ARN' in text
    assert calls.writes() == []


def test_two_regions_of_one_program_do_not_mix(stack: Callable[[str], Stack]) -> None:
    """Each provider of a program calls its own region and account."""
    trial = stack(
        """
import pulumi
import pulumi_aws as aws

far = aws.Provider(
    "far",
    region="us-east-1",
    assume_roles=[aws.ProviderAssumeRoleArgs(role_arn="arn:aws:iam::444455556666:role/deployer")],
)
there = pulumi.ResourceOptions(provider=far)
pulumi.export("near", aws.secretsmanager.Secret("near", recovery_window_in_days=0).arn)
pulumi.export("far", aws.secretsmanager.Secret("far", recovery_window_in_days=0, opts=there).arn)
"""
    )

    trial.update()

    outputs = trial.outputs()
    assert outputs["near"].startswith(f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:near-")
    assert outputs["far"].startswith("arn:aws:secretsmanager:us-east-1:444455556666:secret:far-")
