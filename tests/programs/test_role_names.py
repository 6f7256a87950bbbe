"""One file in two regions, and a stack with names of an earlier version, on the real engine.

After https://github.com/awslabs/eksdemo/issues/255.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.declared import FIXTURES, Component, Declared
from harness.emulated import Emulated, copy_program, emulator

from eks_pod_identity.iam.trust import build_trust_policy
from eks_pod_identity.names import ServiceAccountRef, cluster_arn, former_role_name

_ACCOUNT = "111122223333"
_API = ServiceAccountRef("shop", "api")


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    cluster = {"clusters": [{"name": "prod", "version": "1.33"}]}
    regions = {"eu-west-1": cluster, "us-east-1": cluster, "eu-central-1": cluster}
    file = tmp_path_factory.mktemp("aws") / "aws.yaml"
    file.write_text(json.dumps({"accounts": {_ACCOUNT: {"regions": regions}}}))
    with emulator(file) as emulated:
        yield emulated


def _stack(aws: Emulated, folder: Path, region: str) -> Declared:
    program = copy_program(FIXTURES / "declared", folder, aws, stack=region)
    stack = Declared(program, "prod")
    assert stack.program.pulumi("config", "set", "aws:region", region).code == 0
    entry = "{namespace: shop, serviceAccountName: api, wellKnownPolicies: {externalDNS: true}}"
    stack.declare(
        Component(
            "ClusterPodIdentities",
            "all",
            {
                "config": f"metadata: {{name: prod, region: {region}}}\n"
                "addons: [{name: eks-pod-identity-agent}]\n"
                f"iam: {{podIdentityAssociations: [{entry}]}}\n"
            },
        )
    )
    return stack


def test_one_file_in_two_regions_makes_two_roles(aws: Emulated, tmp_path: Path) -> None:
    """Neither run touches the role of the other."""
    first, second = (
        _stack(aws, tmp_path / region, region).program for region in ("eu-west-1", "us-east-1")
    )
    before = aws.role_names()

    runs = first.up(), second.up()
    again = first.preview("--expect-no-changes")

    assert [run.code for run in runs] == [0, 0], runs[1].output
    assert len(aws.role_names() - before) == 2
    assert again.code == 0, again.output


def test_a_role_of_an_earlier_version_keeps_its_name(aws: Emulated, tmp_path: Path) -> None:
    """It is adopted by the report's import, as any role of that name ever was, and not doubled."""
    stack, name = _stack(aws, tmp_path, "eu-central-1"), former_role_name("prod", _API)
    arn = cluster_arn("aws", "eu-central-1", _ACCOUNT, "prod")
    trust = build_trust_policy(cluster_arn=arn, service_accounts=[_API])
    aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))

    preview = stack.program.preview()

    assert preview.code != 0, preview.output
    assert f"there is a role {name}" in preview.output
