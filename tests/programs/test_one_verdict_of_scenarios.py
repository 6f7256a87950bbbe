"""A preview finds on the real engine what `plan` finds in every scenario that has a problem.

tests/scenarios holds `plan` to the same cases. One stack has a component for
each scenario, so that one preview reports all of them.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import pytest
from harness.declared import FIXTURES, REGION
from harness.emulated import Emulated, Program, Run, copy_program, emulator
from harness.fake_cluster import ACCOUNT
from harness.scenario import all_scenarios
from harness.scenario_world import Settled

_PROGRAM = """
import sys
from pathlib import Path

import pulumi
import pulumi_kubernetes

from eks_pod_identity import ClusterPodIdentities
from eks_pod_identity.components.refusal import RefusedError

for path in sorted(Path().glob("*.yaml")):
    if path.name.startswith("Pulumi"):
        continue
    kubernetes = pulumi_kubernetes.Provider(path.stem, context=path.stem)
    options = pulumi.ResourceOptions(providers=[kubernetes])
    try:
        ClusterPodIdentities(path.stem, {"config_file": path.name}, options)
    except RefusedError as error:
        # The preview reports it in the end, with what it finds of the others.
        pulumi.log.warn(f"REFUSED {path.stem}")
"""
_ELSEWHERE: Mapping[str, str] = {
    "addons-addon-that-is-being-changed-is-waited-for": "it is, for a tenth of a second only",
    "addons-version-without-pod-identity": "the version is one of the scenarios' catalogue",
    "associations-association-of-another-program-is-not-taken-over": "one program is run here",
    "associations-several-stacks-and-none-made-what-the-file-declares": "the engine has its stack",
    "associations-stack-that-cannot-be-told-is-asked-for": "the engine has its stack",
    "roles-role-of-a-generated-name-asked-for-by-another": "it spells the name of cluster demo out",
    "roles-role-that-another-entry-uses-stays": "the state lacks an association with its tags",
    "roles-shared-role-asked-for-under-a-generated-name": "it spells the name of cluster demo out",
    "service-accounts-account-made-again-by-others-is-told": "the account is made anew in between",
}
"""Scenarios that cannot be had here, and why."""
_OF_FILES = frozenset({"agent-missing"})
"""What a file is warned about whatever there is; scenarios leave it out."""
_SCENARIOS = [
    Settled.of(each, index)
    for index, each in enumerate(all_scenarios())
    if each.case.get("problems")
]
_EACH = [each for each in _SCENARIOS if each.name not in _ELSEWHERE]
_PROBLEM = re.compile(r"\[([a-z]+(?:-[a-z]+)+)\]$")


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    seed = {
        "settings": {"addonTransitionSeconds": 0.1},
        "accounts": {
            ACCOUNT: {
                "roles": [role for each in _EACH for role in each.roles()],
                "regions": {REGION: {"clusters": [each.cluster() for each in _EACH]}},
            }
        },
    }
    file = tmp_path_factory.mktemp("aws") / "aws.yaml"
    file.write_text(json.dumps(seed))
    with emulator(file) as emulated:
        yield emulated


@pytest.fixture(name="program", scope="module")
def _program(aws: Emulated, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A stack that has done what the scenarios' stacks did before, on clusters changed since."""
    folder = tmp_path_factory.mktemp("program")
    program = copy_program(FIXTURES / "declared", folder, aws, stack="prod")
    program.write("__main__.py", _PROGRAM)
    for each in _EACH:
        if "before" in each.case:
            program.write(f"{each.name}.yaml", each.file("before"))
    run = program.up()
    assert run.code == 0, run.output
    for each in _EACH:
        each.happen(aws)
        program.write(f"{each.name}.yaml", each.file("desired"))
    aws.writes()
    return program


@pytest.fixture(name="preview", scope="module")
def _preview(program: Program) -> Run:
    return program.preview()


@pytest.mark.parametrize("scenario", _EACH, ids=lambda each: each.name)
def test_preview_finds_what_plan_finds(preview: Run, scenario: Settled) -> None:
    """Each problem of the case, which are those of `plan`, is one of the preview, as often."""
    assert sorted(_found(preview)[scenario.name]) == scenario.ids, preview.output


def test_nothing_is_written_by_a_preview(aws: Emulated, preview: Run) -> None:
    """Whatever it finds, it finds by reading."""
    assert preview.code != 0
    assert aws.write_log() == ()


def _found(preview: Run) -> Mapping[str, Sequence[str]]:
    """Return the problems by scenario, which its file or component names."""
    found: dict[str, list[str]] = defaultdict(list)
    _, _, text = preview.output.rpartition("\nDiagnostics:\n")
    lines = text.splitlines()
    for number, line in enumerate(lines):
        problem = _PROBLEM.search(line)
        if problem and problem[1] not in _OF_FILES:
            found[_scenario(lines[number : number + 3])].append(problem[1])
    return found


def _scenario(lines: Sequence[str]) -> str:
    names = sorted((each.name for each in _EACH), key=len, reverse=True)
    for line in reversed(lines[:2]):
        for name in names:
            if name in line:
                return name
    return ""
