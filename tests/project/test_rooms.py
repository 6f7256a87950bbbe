"""The contracts on imports catch a forbidden import in any file, also in one that is new."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from harness.emulated import BIN, ROOT

_SOURCES = {"components": "eks_pod_identity", "policy": "eks_pod_identity_policies"}
_ALLOWED = {
    "boto3": re.compile(r"eks_pod_identity\.aws\."),
    "pulumi": re.compile(
        r"eks_pod_identity\.components\."
        r"|eks_pod_identity_policies\.(plain|reading|remediation|sdk|serving|wire)$"
    ),
    "eks_pod_identity_policies.rule": re.compile(
        r"eks_pod_identity\.audit\.|eks_pod_identity_policies"
    ),
    "subprocess": re.compile(r"eks_pod_identity\.(cli|kubernetes)\.|eks_pod_identity_policies"),
}


def _modules(root: Path) -> dict[str, Path]:
    return {
        ".".join(path.relative_to(root / folder).with_suffix("").parts): path
        for folder, package in _SOURCES.items()
        for path in (root / folder / package).rglob("*.py")
        if path.name != "__init__.py"
    }


@pytest.mark.parametrize("forbidden", _ALLOWED)
def test_a_forbidden_import_fails_in_every_file(forbidden: str, tmp_path: Path) -> None:
    """`make lint` names each file that imports what its room must not know."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for folder, package in (*_SOURCES.items(), ("emulator", "eks_pod_identity_emulator")):
        shutil.copytree(ROOT / folder / package, tmp_path / folder / package)
    modules = _modules(tmp_path)
    for path in modules.values():
        path.write_text(f"{path.read_text()}\nimport {forbidden}\n")

    run = subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}/components:{tmp_path}/policy:{tmp_path}/emulator"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode != 0, run.stdout
    report = " ".join(run.stdout.split())  # its lines are wrapped
    caught = set(re.findall(rf"([\w.]+) -> {re.escape(forbidden)} ", report))
    expected = {name for name in modules if not _ALLOWED[forbidden].match(name)}
    assert len(expected) > 100
    assert expected - caught == set()
