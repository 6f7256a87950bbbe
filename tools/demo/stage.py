"""Where the demo plays: a copy of cluster.yaml, a throw-away stack, and what AWS tells of it."""

import difflib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import boto3
from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "programs" / "cluster"
CLUSTER = "demo"
OWNER_TAG = "eks-pod-identity/cluster"

# Pulumi's own switches for what it shows. On a terminal it draws a tree that fits; elsewhere it
# prints a line per event, for reading afterwards.
SHOWN = ("--suppress-outputs", "--suppress-permalink=true")
SHOWN_IN_A_LOG = (*SHOWN, "--non-interactive", "--suppress-progress")

_STYLES = {"+": "green", "-": "red"}

Edit = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act came to.

    Attributes:
        succeeded: Whether the command ended with 0.
        calls: The AWS calls of the command, as the emulator's log has them.
        restarts: Pod restarts of add-ons that the command caused.
        associations: The associations that the cluster has now, as `namespace/account`.
        our_roles: The roles that carry our tag.
    """

    succeeded: bool
    calls: tuple[Mapping[str, Any], ...]
    restarts: int
    associations: frozenset[str]
    our_roles: tuple[str, ...]

    @property
    def writes(self) -> int:
        """How many calls changed something."""
        return sum(call["write"] for call in self.calls)

    @property
    def operations(self) -> set[str]:
        """Which operations changed something."""
        return {call["operation"] for call in self.calls if call["write"]}


class Stage:
    """Plays acts one after the other, shows each, and keeps its own files apart."""

    def __init__(self, acts: int) -> None:
        self._acts = acts
        self._told: list[str] = []  # what `get` printed last
        self._console = Console(highlight=False)
        self._summary = Table("", "Act", "AWS writes", "Restarts", box=None, pad_edge=False)
        for column in self._summary.columns[2:]:
            column.justify = "right"
        self._endpoint = os.environ["AWS_ENDPOINT_URL"]
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="eks-pod-identity-demo-"))
        shutil.copytree(PROGRAM, self._folder, dirs_exist_ok=True)
        project = self._folder / "Pulumi.yaml"
        project.write_text(project.read_text().replace("../../.venv", str(ROOT / ".venv")))
        self._file = self._folder / "cluster.yaml"
        self._quietly("pulumi", "stack", "init", "demo")
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def play(
        self,
        number: int,
        title: str,
        command: str,
        edit: Edit,
        expect: tuple[str, Callable[[Outcome], bool]],
    ) -> bool:
        """Play one act, show what was typed and what came of it, and tell whether it held."""
        self._console.print()
        self._console.print(Rule(f"{number}/{self._acts}  {title}", align="left", style="cyan"))
        self._show_edit(edit)
        outcome = self._run(command)
        self._show_table()
        promise, holds = expect
        held = holds(outcome)
        self._console.print(_counts(outcome))
        verdict = Text("✔" if held else "✘", style="green" if held else "bold red")
        self._console.print(verdict, promise)
        self._summary.add_row(verdict, title, str(outcome.writes), str(outcome.restarts))
        return held

    def close(self, held: list[bool]) -> int:
        """Say how the demo went and return its exit code."""
        seconds = time.monotonic() - self._started
        self._console.print()
        self._console.print(self._summary)
        self._console.print()
        self._console.print(
            f"{sum(held)} of {len(held)} acts ended as promised, in {seconds:.0f} s"
        )
        return 0 if all(held) else 1

    def _show_edit(self, edit: Edit) -> None:
        before = self._file.read_text()
        after = edit(before)
        self._file.write_text(after)
        for line in _changed_lines(before.splitlines(), after.splitlines()):
            self._console.print(Text(line, style=_STYLES[line[0]]))

    def _run(self, command: str) -> Outcome:
        before = self._restarts()
        self._ask("POST", "reset")
        self._console.print(Text(f"$ {command}", style="bold"))
        sys.stdout.flush()
        code = subprocess.run(
            [*shlex.split(command), *(SHOWN if sys.stdout.isatty() else SHOWN_IN_A_LOG)],
            cwd=self._folder,
            check=False,
        ).returncode
        return Outcome(
            succeeded=code == 0,
            calls=tuple(self._ask("GET", "calls")),
            # Counter's difference: an add-on that is gone restarted nothing.
            restarts=(self._restarts() - before).total(),
            associations=frozenset(_associations()),
            our_roles=tuple(_our_roles()),
        )

    def _show_table(self) -> None:
        """Print what the cluster has: whole at first, afterwards what is new and what is gone."""
        command = ["eks-pod-identity", "get", "--cluster", CLUSTER]
        self._console.print(Text("$ " + " ".join(command), style="bold"))
        program = Path(sys.executable).with_name(command[0])
        width = {"COLUMNS": str(self._console.width)}
        told = subprocess.check_output(
            [program, *command[1:]], text=True, env=os.environ | width
        ).splitlines()
        changes = list(_changed_rows(self._told, told))
        for line in changes if self._told else told:
            self._console.print(Text(line, style=_STYLES[line[0]] if self._told else ""))
        if not changes:
            self._console.print(Text("(as before)", style="dim"))
        self._told = told

    def _restarts(self) -> Counter[str]:
        (cluster,) = self._ask("GET", "pods")
        return Counter(cluster["addonRestarts"])

    def _ask(self, method: str, page: str) -> Any:  # noqa: ANN401 - JSON
        request = urllib.request.Request(f"{self._endpoint}/_emulator/{page}", method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def _quietly(self, *command: str) -> None:
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True)


def _changed_lines(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    lines = difflib.unified_diff(before, after, n=0, lineterm="")
    return (line for line in lines if not line.startswith(("---", "+++", "@@")))


def _changed_rows(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Yield the rows that are gone and new; how wide the columns are does not count."""
    old, new = [line.split() for line in before], [line.split() for line in after]
    yield from (f"-{line}" for line in before if line.split() not in new)
    yield from (f"+{line}" for line in after if line.split() not in old)


def _counts(outcome: Outcome) -> Text:
    writes = Counter(call["operation"] for call in outcome.calls if call["write"])
    told = ", ".join(f"{number} {name}" for name, number in sorted(writes.items())) or "none"
    reads = len(outcome.calls) - outcome.writes
    return Text(
        f"AWS writes: {told}\nAWS reads: {reads}   add-on pod restarts: {outcome.restarts}",
        style="dim",
    )


def _associations() -> Iterator[str]:
    pages = boto3.client("eks").get_paginator("list_pod_identity_associations")
    for page in pages.paginate(clusterName=CLUSTER):
        for entry in page["associations"]:
            yield f"{entry['namespace']}/{entry['serviceAccount']}"


def _our_roles() -> Iterator[str]:
    iam = boto3.client("iam")
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            tags = iam.list_role_tags(RoleName=role["RoleName"])["Tags"]
            if any(tag["Key"] == OWNER_TAG for tag in tags):
                yield role["RoleName"]
