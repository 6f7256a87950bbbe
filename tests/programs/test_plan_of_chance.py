"""`plan` and `up` on files of chance: whatever a file says, the two are of one mind."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from harness.chance import files
from harness.declared import Component, Declared, declared
from harness.emulated import ROOT, emulator, run_command
from harness.fake_cluster import NAME, REGION, STACK, FakeCluster
from harness.foretold import foretold_writes, made_writes
from harness.scenario import plan_data
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

_SEED = ROOT / "tests" / "programs" / "fixtures" / "chance.yaml"
_HEAD = {
    "metadata": {"name": NAME, "region": REGION},
    "autoModeConfig": {"enabled": True},  # the agent is built in
}
_FEWEST_STEPS = 4
_EMPTY: dict[str, Any] = {
    "iam": {"podIdentityAssociations": []},
    "x-eks-pod-identity": {"associations": []},
    "addons": [],
}


@pytest.fixture(name="stack", scope="module")
def _stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Declared]:
    """A stack of a cluster in Auto Mode."""
    with emulator(_SEED) as aws:
        yield declared(tmp_path_factory.mktemp("chance") / "program", aws, NAME)


@st.composite
def _runs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two files, one after the other, of which neither meets a problem in the cluster."""
    cluster = FakeCluster()
    cluster.declare_cluster(auto_mode=True)
    pair = {**_EMPTY, **draw(files())}, {**_EMPTY, **draw(files())}
    for file in pair:
        plan = plan_data(file, cluster, STACK)
        assume(not plan.errors and len(plan.differences) >= _FEWEST_STEPS)
        cluster.carry_out(plan)
    assume(not plan_data(_EMPTY, cluster, STACK).errors)
    return pair


@settings(
    max_examples=3,  # each is three runs of the engine
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(pair=_runs())
def test_up_makes_the_writes_of_the_plan_and_leaves_none(
    pair: tuple[dict[str, Any], dict[str, Any]], stack: Declared
) -> None:
    """The plan names exactly what `up` writes, and after `up` every row of it is `same`."""
    stack.program.destroy()  # what an example that failed has left
    for file in (*pair, _EMPTY):
        _check(stack, json.dumps({**_HEAD, **file}, indent=1))
    assert stack.aws.associations(NAME) == {}


def _check(stack: Declared, text: str) -> None:
    stack.declare(Component("ClusterPodIdentities", "cluster", {"config": text}))
    plan = _plan(stack, text)
    assert plan["problems"] == [] or _are_warnings(plan), text
    stack.aws.writes()

    run = stack.program.up()
    made = made_writes(stack.aws.write_calls())

    assert run.code == 0, f"{text}\n{run.output}"
    assert made == foretold_writes(plan), text
    after = _plan(stack, text)
    assert [each for each in after["changes"] if each["step"] != "same"] == [], text


def _are_warnings(plan: dict[str, Any]) -> bool:
    return {problem["severity"] for problem in plan["problems"]} == {"warning"}


def _plan(stack: Declared, text: str) -> dict[str, Any]:
    stack.program.write("cluster.yaml", text)
    command = ["eks-pod-identity", "plan", "cluster.yaml", "--output", "json"]
    run = run_command(command, stack.aws.environment, stack.program.folder)
    found: dict[str, Any] = json.loads(run.output)
    return found
