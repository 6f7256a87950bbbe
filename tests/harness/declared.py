"""Programs for the engine's tests that say in data which components they make."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.emulated import ROOT, Emulated, Program, Run, copy_program, emulator

FIXTURES = ROOT / "tests" / "programs" / "fixtures"
REGION = "eu-west-1"
_STEP = re.compile(r"^ +([+~-]{1,2}) *(\d+) (?:to )?[a-z]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Component:
    """A component that a program makes.

    Attributes:
        kind: The class.
        name: Its name in Pulumi.
        args: Its arguments.
        depends_on: Names of components that come first.
        aliases: Names that it had before.
    """

    kind: str
    name: str
    args: Mapping[str, Any]
    depends_on: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """A stack whose program makes what was last declared."""

    program: Program
    cluster: str

    @property
    def aws(self) -> Emulated:
        """The AWS that it runs on."""
        return self.program.emulated

    def declare(self, *components: Component) -> None:
        """Let the program make these and nothing else."""
        entries = [self._entry(component) for component in components]
        self.program.write("components.json", json.dumps(entries))

    def _entry(self, component: Component) -> dict[str, Any]:
        # A whole cluster's component has the name in its file.
        cluster = {} if "config" in component.args else {"cluster_name": self.cluster}
        return {
            "component": component.kind,
            "name": component.name,
            "args": {**cluster, **component.args},
            "dependsOn": component.depends_on,
            "aliases": component.aliases,
        }

    def up(self, *components: Component) -> Sequence[str]:
        """Apply a declaration, which must succeed, and return the writes to AWS in their order."""
        if components:
            self.declare(*components)
        self.aws.writes()
        run = self.program.up()
        assert run.code == 0, run.output
        return self.aws.write_log()

    def up_as_previewed(self, *components: Component) -> Sequence[str]:
        """Do as `up`, after a preview that must foretell the same steps and write nothing."""
        self.declare(*components)
        self.aws.writes()
        preview = self.program.preview()
        assert self.aws.write_log() == ()
        run = self.program.up()
        assert run.code == 0, run.output
        assert step_counts(preview) == step_counts(run), f"{preview.output}\n{run.output}"
        return self.aws.write_log()

    def refused(self, *components: Component) -> str:
        """Return the words with which preview and update refuse; neither may write to AWS."""
        self.declare(*components)
        self.aws.writes()
        preview, run = self.program.preview(), self.program.up()
        assert preview.code != 0, preview.output
        assert run.code != 0, run.output
        assert self.aws.write_log() == ()
        return run.output

    def association(self, ref: str) -> dict[str, Any]:
        """Return what EKS says of an association of the cluster."""
        return self.aws.associations(self.cluster)[ref]

    def outputs(self) -> dict[str, Any]:
        """Return what the stack puts out."""
        run = self.program.pulumi("stack", "output", "--json")
        assert run.code == 0, run.output
        return dict(json.loads(run.output))


def step_counts(run: Run) -> dict[str, int]:
    """Return how many steps of each sign a preview or an update counts at its end."""
    _, _, summary = run.output.rpartition("\nResources:\n")
    return {sign: int(count) for sign, count in _STEP.findall(summary)}


@contextmanager
def empty_clusters(folder: Path, *clusters: str, **more: object) -> Iterator[Emulated]:
    """Run an emulator with clusters of these names, and the roles of fixtures/clusters.yaml.

    Args:
        folder: For the seed file.
        clusters: The clusters' names.
        more: More keys of each cluster in the seed file.
    """
    rows = [{"name": name, "version": "1.33", **more} for name in clusters]
    regions = json.dumps({REGION: {"clusters": rows}})
    file = folder / "aws.yaml"
    file.write_text(f"{(FIXTURES / 'clusters.yaml').read_text()}    regions: {regions}\n")
    with emulator(file) as emulated:
        yield emulated


def declared(folder: Path, emulated: Emulated, cluster: str) -> Declared:
    """Make a stack, named as its cluster, whose program waits for a declaration."""
    program = copy_program(FIXTURES / "declared", folder, emulated, stack=cluster)
    settings = f"Pulumi.{cluster}.yaml"
    program.write(settings, f"{program.read(settings)}config: {{kubernetes:context: {cluster}}}\n")
    return Declared(program, cluster)
