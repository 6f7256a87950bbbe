"""The last act: two pods with one role, each of which reads its own secret and no other.

Runs programs/session-tags and then, with each pod's identity, reads both secrets; what pods are
allowed is what AWS's policy evaluation says of their session tags.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.rule import Rule
from rich.text import Text
from stage import ROOT, SHOWN, SHOWN_IN_A_LOG

_PROGRAM = ROOT / "programs" / "session-tags"
_READ = Path(__file__).with_name("read_secret.py")
_ENVIRONMENTS = ("dev", "qa")


def main() -> int:
    """Play the act; return 0 if it ended as it should."""
    console = Console(highlight=False)
    console.print()
    console.print(Rule("Pods read their own secret, and no other", align="left", style="cyan"))
    folder = Path(tempfile.mkdtemp(prefix="eks-pod-identity-demo-"))
    try:
        _deploy(folder)
        held = [
            _read(console, namespace, secret)
            for namespace in _ENVIRONMENTS
            for secret in _ENVIRONMENTS
        ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    verdict = Text("✔" if all(held) else "✘", style="green" if all(held) else "bold red")
    console.print(verdict, "one role, two namespaces: session tags decide")
    return 0 if all(held) else 1


def _deploy(folder: Path) -> None:
    shutil.copytree(_PROGRAM, folder, dirs_exist_ok=True)
    project = folder / "Pulumi.yaml"
    project.write_text(project.read_text().replace("../../.venv", str(ROOT / ".venv")))
    shown = SHOWN if sys.stdout.isatty() else SHOWN_IN_A_LOG
    init = ["pulumi", "stack", "init", "demo"]
    subprocess.run(init, cwd=folder, check=True, capture_output=True)
    sys.stdout.flush()
    command = ["pulumi", "up", "--yes", "--skip-preview", *shown]
    subprocess.run(command, cwd=folder, check=True)


def _read(console: Console, environment: str, secret: str) -> bool:
    """Read a secret as a pod, show what came of it, and say whether that is right."""
    pod = f"{environment}-ns/secretmgr-app-pod"
    command = ["eks-pod-identity-emulator", "pod", "exec", pod, "--", "python"]
    shown = [*command, _READ.name, f"{secret}-secret"]
    console.print(Text(f"$ {shlex.join(shown)}", style="bold"))
    done = subprocess.run(
        [*command[:-1], sys.executable, str(_READ), f"{secret}-secret"],
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    console.print(Text(done.stdout.strip() or done.stderr.strip()))
    if environment == secret:
        return done.stdout == f"This is super secret in {secret} ns\n"
    return done.returncode == 1 and "is not authorized to perform" in done.stdout


if __name__ == "__main__":
    sys.exit(main())
