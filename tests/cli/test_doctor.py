"""`eks-pod-identity doctor`, run as a user runs it, on set-ups that are broken in one way each."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from harness.doctor_case import DoctorCase, doctor_cases, seed_of_all
from harness.emulator import RunningEmulator
from harness.golden import assert_golden
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.diagnosis.fault import DoctorFault

_CASES = list(doctor_cases())
# Found by tests of the checks alone: what the emulator cannot bring about.
_ELSEWHERE = {
    "doctor-agent-not-ready",
    "doctor-association-not-settled",
    "doctor-cluster-unnamed",
    "doctor-node-role-missing",
    "doctor-pod-without-credentials",
    "doctor-region-unsupported",
}
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """One AWS with an account for each set-up."""
    seed = tmp_path_factory.mktemp("doctor") / "aws.yaml"
    seed.write_text(seed_of_all(_CASES))
    with RunningEmulator(seed) as running:
        for each in _CASES:
            each.finish(running)
        yield running


@pytest.fixture
def run(running: RunningEmulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `doctor` on a set-up."""
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.chdir(tmp_path)

    def _run(
        case: DoctorCase, *more: str, columns: int | None = None, cluster: str = "demo"
    ) -> Result:
        environment: dict[str, str | None] = dict(running.environment())
        environment["AWS_ACCESS_KEY_ID"] = case.account
        environment["COLUMNS"] = str(columns) if columns else None
        arguments = ["doctor", *case.arguments(tmp_path, cluster), *more]
        return CliRunner(env=environment).invoke(app, arguments)

    return _run


@pytest.mark.parametrize("case", _CASES, ids=lambda each: each.name)
def test_doctor_finds_the_cause_and_no_other(run: Run, case: DoctorCase) -> None:
    """Each broken set-up is found by its id; what holds is not flagged, what is not known is."""
    result = run(case)
    text = case.as_written(result.output)
    causes = re.findall(r"^cause .*\[(doctor-[a-z-]+)\]$", text, re.MULTILINE)
    unknown = set(re.findall(r"^cannot tell +([^:]+):", text, re.MULTILINE))

    assert set(causes) == set(case.case["finds"]), text
    assert unknown == set(case.case.get("unknown", [])), text
    assert result.exit_code == (3 if causes else 4 if unknown else 0)
    for each in case.case.get("shows", []):
        assert each in text


def test_text_is_as_reviewed(run: Run) -> None:
    """What the page shows, in a terminal of 80 columns."""
    case = next(each for each in _CASES if each.name == "trust-of-another-cluster")
    text = case.as_written(run(case, columns=80).output)

    assert_golden(
        f"doctor/{case.name}.txt", re.sub(r"\ba-[0-9a-z]{17}\b", "a-0123456789abcdefg", text)
    )


def test_cases_have_every_cause_that_a_seed_can_have() -> None:
    """No id is without a set-up, but for those that need another AWS."""
    found = {id_ for each in _CASES for id_ in each.case["finds"]}
    without = {each.id for each in DoctorFault} - found

    assert without == _ELSEWHERE


def test_every_cause_comes_with_a_line_to_type(run: Run) -> None:
    """JSON has all findings in the order of the checks, each with its evidence and help."""
    case = next(each for each in _CASES if each.name == "pod-with-own-keys")
    result = run(case, "--output", "json")
    found = json.loads(result.output)

    assert result.exit_code == 3
    assert (found["verdict"], found["namespace"]) == ("cause", "shop")
    assert found["findings"][0]["check"] == "cluster"
    (cause,) = (each for each in found["findings"] if each["verdict"] == "cause")
    assert cause["id"] == "doctor-own-keys"
    assert cause["help"]


def test_lines_fit_the_terminal_but_for_what_is_typed(run: Run) -> None:
    """In 80 columns sentences are broken between words; commands are not."""
    case = next(each for each in _CASES if each.name == "trust-of-another-cluster")
    lines = run(case, columns=80).output.splitlines()

    assert [each for each in lines if len(each) > 80 and "help:" not in each] == []


def test_cluster_is_the_one_with_the_association(run: Run) -> None:
    """Without --cluster, the only cluster that fits is taken; of several, one has to be named."""
    two = next(each for each in _CASES if each.name == "association-in-another-cluster")

    found = run(two, cluster="")
    none = run(two, "--region", "us-east-1", cluster="")
    unnamed = run(replace(two, case={**two.case, "target": "shop/web"}), cluster="")

    assert "in cluster blue" in found.output
    assert (none.exit_code, "[doctor-cluster-missing]" in none.output) == (1, True)
    assert (unnamed.exit_code, "[doctor-cluster-unnamed]" in unnamed.output) == (1, True)


@pytest.mark.parametrize("words", [("api",), ("shop/api/x",), ("/api",), ("shop/",)])
def test_a_misspelt_target_is_a_usage_error(words: tuple[str, ...]) -> None:
    """The exit code is that of a misspelt command line."""
    assert CliRunner().invoke(app, ["doctor", *words]).exit_code == 64
