"""The Pulumi command line on a throw-away project.

with EnginePlugins(environment) as attached:
stack = Stack(tmp_path, PROGRAM, attached)
stack.run("up")
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

HAS_PULUMI = bool(shutil.which("pulumi") and shutil.which("pulumi-language-python"))
_PLUGINS = ("aws", "kubernetes")


class EnginePlugins:
    """Both plugins as processes of their own, as `exec` starts them."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Prepare to start.

        Args:
            environment: What sends AWS clients to an emulator.
        """
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.environment = {**kept, **environment}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        ports = {name: self._start(name) for name in _PLUGINS}
        attached = ",".join(f"{name}:{port}" for name, port in ports.items())
        self.environment["PULUMI_DEBUG_PROVIDERS"] = attached
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self, name: str) -> int:
        process = subprocess.Popen(
            [sys.executable, "-m", "eks_pod_identity_emulator.plugins", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
        )
        self._stack.callback(process.communicate, timeout=20)
        assert process.stdout
        return int(process.stdout.readline())


class Stack:
    """One stack of one program."""

    def __init__(self, folder: Path, program: str, plugins: EnginePlugins) -> None:
        """Write the project and make its stack.

        Args:
            folder: An empty folder.
            program: Text of the Python program.
            plugins: The plugins to attach to.
        """
        self._folder = folder
        for name in ("home", "state"):
            (folder / name).mkdir()
        manifest = {"name": "trial", "runtime": {"name": "python"}}
        (folder / "Pulumi.yaml").write_text(json.dumps(manifest))
        self._environment = {
            **plugins.environment,
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "trial",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self.write(program)
        self.run("stack", "init", "dev")

    def write(self, program: str) -> None:
        """Replace the program."""
        (self._folder / "__main__.py").write_text(program)

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Run pulumi and return all that it prints."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        text = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, text
        return text

    def update(self) -> dict[str, int]:
        """Run `pulumi up` and return how many resources went which way."""
        self.run("up", "--yes", "--skip-preview")
        return self._changes()

    def _changes(self) -> dict[str, int]:
        history = json.loads(self.run("stack", "history", "--json", "--page-size", "1"))
        changes: dict[str, int] = history[0]["resourceChanges"]
        return changes

    def steps(self) -> dict[str, str]:
        """Preview, and return what happens to each resource by its name."""
        plan = json.loads(self.run("preview", "--json"))
        return {step["urn"].rsplit("::", 1)[-1]: step["op"] for step in plan["steps"]}

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs."""
        outputs: dict[str, Any] = json.loads(self.run("stack", "output", "--json"))
        return outputs
