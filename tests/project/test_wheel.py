"""The wheel: all that the command line needs is in it."""

import os
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

import pytest
from harness.emulated import ROOT

# Neither SDK is asked for, so that whoever only audits need not have them in working order.
_AUDIT = """
import sys

sys.modules.update(dict.fromkeys(["pulumi", "pulumi_aws", "pulumi_policy"]))
from eks_pod_identity.audit.coverage import audit_rules
from eks_pod_identity.cli import audit

print(audit.__file__, len(audit_rules()))
"""


def _build(project: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return _build(ROOT, tmp_path_factory.mktemp("wheel"))


def test_wheel_has_package_and_rules(wheel: Path) -> None:
    """Components, commands and the rules that `audit` asks are shipped; tests and emulator not."""
    packages = {name.split("/")[0] for name in ZipFile(wheel).namelist()}

    assert {name for name in packages if not name.endswith(".dist-info")} == {
        "eks_pod_identity",
        "eks_pod_identity_policies",
        "pulumi_eks_pod_identity",
    }


def test_audit_runs_from_the_wheel_alone(wheel: Path) -> None:
    """Its modules are all there, and none of them needs Pulumi."""
    environment = {**os.environ, "PYTHONPATH": str(wheel)}
    done = subprocess.run(
        [sys.executable, "-c", _AUDIT], env=environment, capture_output=True, check=True, text=True
    )

    where, count = done.stdout.split()
    assert where.startswith(str(wheel))
    assert int(count) > 25


def test_wheel_of_the_emulator_asks_for_nothing(tmp_path: Path) -> None:
    """Installed for its pytest plugin, it moves no package; all it runs on is the extra."""
    with ZipFile(_build(ROOT / "emulator", tmp_path)) as files:
        (name,) = (name for name in files.namelist() if name.endswith("/METADATA"))
        metadata = message_from_bytes(files.read(name))

    required = metadata.get_all("Requires-Dist") or []
    assert any(each.startswith("ministack==") for each in required)
    assert [each for each in required if "extra == 'server'" not in each] == []
