"""The emulator holds accounts that use IRSA: every case is loaded by its seed alone."""

import fnmatch
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from harness.emulator import RunningEmulator
from harness.irsa_world import CASES, IrsaWorld

_NAMES = sorted(path.parent.name for path in CASES.glob("*/aws.yaml"))


@pytest.fixture(scope="module")
def emulator() -> Iterator[RunningEmulator]:
    """An emulator that holds one case after the other."""
    with RunningEmulator() as running:
        yield running


def _expected(name: str) -> Any:  # noqa: ANN401 - YAML
    return yaml.safe_load((CASES / name / "expected.yaml").read_text())


def _arn(world: IrsaWorld, pattern: str) -> str:
    """Return the ARN of a role whose name may end in letters of CloudFormation's."""
    iam = world.client("iam", pattern.split(":")[4])
    pages = iam.get_paginator("list_roles").paginate()
    arns = [role["Arn"] for page in pages for role in page["Roles"]]
    return next(arn for arn in arns if fnmatch.fnmatchcase(arn, pattern))


@pytest.mark.parametrize("name", _NAMES)
def test_case_lets_in_by_irsa_whom_it_says(emulator: RunningEmulator, name: str) -> None:
    """STS gives each role to the service accounts of `reachBefore.irsa`, and to nobody else."""
    world = IrsaWorld(emulator, (CASES / name / "aws.yaml").read_text())
    for expected in _expected(name)["roles"]:
        role = _arn(world, expected["role"])
        providers = world.client_ids(role.split(":")[4], "eu-west-1")
        audiences = sorted({one for ids in providers.values() for one in ids})

        found = {
            who.id
            for who in world.service_accounts()
            if any(world.assumes(who, role, audience) for audience in audiences)
        }

        assert found == set(expected["reachBefore"]["irsa"]), role


@pytest.mark.parametrize("name", _NAMES)
def test_case_has_all_that_its_seed_says(emulator: RunningEmulator, name: str) -> None:
    """Manifests, stacks, node groups and Fargate profiles are there when the first call comes."""
    text = (CASES / name / "aws.yaml").read_text()
    world, seed = IrsaWorld(emulator, text), yaml.safe_load(text)
    for account, body in seed["accounts"].items():
        for region, held in (body.get("regions") or {}).items():
            cloudformation = world.client("cloudformation", account, region)
            for stack in held.get("stacks") or ():
                shown = cloudformation.describe_stacks(StackName=stack["name"])["Stacks"][0]
                assert shown["StackStatus"] == "CREATE_COMPLETE"
            for cluster in held["clusters"]:
                _check_cluster(world, (account, region, cluster["name"]), cluster)


def _check_cluster(world: IrsaWorld, place: tuple[str, str, str], cluster: Any) -> None:  # noqa: ANN401 - YAML
    pods = world.kubernetes(place, "api/v1/pods")["items"]
    for manifest in cluster.get("objects") or ():
        metadata, kind = manifest["metadata"], manifest["kind"]
        mine = [p for p in pods if p["metadata"]["namespace"] == metadata["namespace"]]
        if kind in ("Deployment", "Pod"):
            assert any(p["metadata"]["name"].startswith(metadata["name"]) for p in mine), manifest
    eks = world.client("eks", place[0], place[1])
    profiles = [one["name"] for one in cluster.get("fargateProfiles") or ()]
    listed = eks.list_fargate_profiles(clusterName=place[2])["fargateProfileNames"]
    assert listed == profiles


def test_cases_are_there() -> None:
    """No case is lost by a wrong path."""
    assert len(_NAMES) == 31
    assert Path(CASES / "44-china" / "expected.yaml").exists()
