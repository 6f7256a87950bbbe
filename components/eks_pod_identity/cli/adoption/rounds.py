"""The parts of an adoption put together: file, AWS, the program's preview, and the import.

Nothing is written before all of it is known. The names of roles are written into the file for the
preview, for the program reads it there, and taken out again if anything stands against it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from eks_pod_identity.adoption.edit import with_names
from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.adoption.holdings import (
    Holding,
    after_import,
    changes_since,
    held_already,
    holdings_of,
)
from eks_pod_identity.adoption.imports import build_import_file, provider_problems
from eks_pod_identity.adoption.names import NamedRole, roles_to_name
from eks_pod_identity.adoption.verdict import (
    Advice,
    advice,
    maker_problems,
    stacks_to_read,
    trust_problems,
)
from eks_pod_identity.aws.cloudformation import list_stack_names, read_templates
from eks_pod_identity.cli.adoption.preview import Importable, find_importable
from eks_pod_identity.cli.stack.plan_source import LivePlanSource
from eks_pod_identity.cli.stack.project_file import project_name
from eks_pod_identity.cli.stack.pulumi import Pulumi
from eks_pod_identity.config import LoadedConfig, load_cluster_config
from eks_pod_identity.errors import AdoptionError, ObservationError, Problem, Severity
from eks_pod_identity.observed.ownership import tag_value
from eks_pod_identity.observed.stack import StackState
from eks_pod_identity.planning.change import Kind
from eks_pod_identity.planning.file_plan import Sides, plan_sides, read_sides
from eks_pod_identity.planning.ledger.record import StackRecord
from eks_pod_identity.planning.plan import Plan, PlanFacts
from eks_pod_identity.planning.report import Reporter

# https://github.com/eksctl-io/eksctl: pkg/actions/podidentityassociation and pkg/actions/addon
_ROLE_STACK = re.compile(r"-podidentityrole-")


@dataclass(frozen=True, slots=True)
class Look:
    """What was found.

    Attributes:
        stack: `project/stack` that takes over.
        sides: The file, with names written into it, and the cluster.
        plan: What the next run would do after the import.
        text: The new content of the file.
        holdings: What is taken over.
        names: The roles that got names.
        advice: What to do at other tools.
        warnings: What to know before.
        importable: What the import brings in.
        content: The content of the import file.
    """

    stack: str
    sides: Sides
    plan: Plan
    text: str
    holdings: tuple[Holding, ...] = ()
    names: tuple[NamedRole, ...] = ()
    advice: tuple[Advice, ...] = ()
    warnings: tuple[Problem, ...] = ()
    importable: Importable = field(default_factory=lambda: Importable(StackState()))
    content: Mapping[str, Any] = field(default_factory=dict, hash=False)


class Adoption:
    """An adoption of what one file declares, into one stack."""

    def __init__(self, file: Path, text: str, source: LivePlanSource, pulumi: Pulumi) -> None:
        """Take in where to look.

        Args:
            file: The file.
            text: Its content.
            source: Who reads AWS.
            pulumi: The file's program.
        """
        self._file = file
        self._text = text
        self._source = source
        self._pulumi = pulumi

    @cached_property
    def _state(self) -> StackState:
        return StackState.from_export(self._pulumi.export())

    @cached_property
    def stack(self) -> str:
        """`project/stack` as a tag's value."""
        name = f"{project_name(self._pulumi.folder)}/{self._pulumi.selected()}"
        return tag_value(self._state.full_name or name)

    def look(self) -> Look:
        """Return what was found; the file has its names afterwards, and nothing else is changed.

        Raises:
            AdoptionError: Something stands against it; then the file is as it was.
            ConfigError: The file has errors.
            ObservationError: The stack or AWS cannot be read.
        """
        found = self._judge()
        if not found.holdings:
            return found
        with _written(self._file, self._text, found.text):
            importable = find_importable(self._pulumi, self._state, found.sides.desired)
            problems = [
                *_not_in_program(found.holdings, importable, found.sides),
                *provider_problems(self._state, importable.planned, importable.ids),
            ]
            _refuse(problems)
        content = build_import_file(self._state, importable.planned, importable.ids)
        return replace(found, importable=importable, content=content)

    def do(self, look: Look) -> Plan:
        """Import what was found, and return what is left to do.

        Raises:
            AdoptionError: Something has changed since; then nothing is imported.
            ApplyError: Pulumi refuses the import.
        """
        loaded = load_cluster_config(look.text, file=self._file.name)
        again = self._read(loaded)
        if changed := list(changes_since(look.sides, again)):
            self._file.write_text(self._text, encoding="utf-8")
            raise AdoptionError(changed)
        self._pulumi.import_(look.content)
        record = self._record(StackState.from_export(self._pulumi.export()))
        facts = replace(again.facts, stack=self.stack, record=record)
        return plan_sides(loaded, replace(again, facts=facts))

    def _judge(self) -> Look:
        loaded = load_cluster_config(self._text, file=self._file.name)
        sides = self._read(loaded)
        report = Reporter(loaded.places)
        owned = sides.facts.record.owned if sides.facts.record else frozenset[str]()
        found = list(roles_to_name(sides.desired, sides.observed, owned, report))
        names = tuple(each for each in found if isinstance(each, NamedRole))
        problems = [each for each in found if isinstance(each, Problem)]
        text = self._text
        if names:
            text, unwritable = with_names(text, loaded.places, names, file=self._file.name)
            problems += unwritable
        _refuse(problems)
        if names:
            loaded = load_cluster_config(text, file=self._file.name)
            sides = self._read(loaded)
        return self._found(loaded, sides, text, names)

    def _found(
        self, loaded: LoadedConfig, sides: Sides, text: str, names: tuple[NamedRole, ...]
    ) -> Look:
        holdings = holdings_of(sides, self.stack)
        before = held_already(sides, self.stack)
        everything = (*holdings, *before)
        templates = read_templates(self._source.session, stacks_to_read(everything))
        plan = plan_sides(loaded, after_import(sides, holdings, self.stack))
        trust = tuple(trust_problems(sides, holdings))
        _refuse([*plan.problems, *maker_problems(holdings, templates, self.stack), *trust])
        return Look(
            self.stack,
            sides,
            plan,
            text,
            holdings,
            names,
            tuple(advice(everything, templates, self._left_by_eksctl())),
            trust,
        )

    def _left_by_eksctl(self) -> tuple[str, ...]:
        """Return eksctl's stacks for roles of the cluster; none if they may not be listed."""
        with suppress(ObservationError):
            found = list_stack_names(self._source.session, f"eksctl-{self._source.cluster}-")
            return tuple(each for each in found if _ROLE_STACK.search(each))
        return ()

    def _read(self, loaded: LoadedConfig) -> Sides:
        facts = PlanFacts(self.stack, record=self._record(self._state))
        sides = read_sides(loaded, self._source, facts)
        # Also the roles that the service accounts have now, under whatever name.
        declared = {each.service_account for each in sides.desired.all_associations()}
        used = {
            each.role_arn
            for each in sides.observed.associations
            if each.service_account in declared
        }
        wanted = used | sides.observed.roles.keys() | sides.observed.missing_roles
        return replace(sides, observed=self._source.with_roles(sides.observed, frozenset(wanted)))

    def _record(self, state: StackState) -> StackRecord:
        return StackRecord.of(state, self._source.cluster)


def _refuse(problems: Sequence[Problem]) -> None:
    if any(each.severity is Severity.ERROR for each in problems):
        raise AdoptionError(problems)


@contextmanager
def _written(file: Path, before: str, after: str) -> Iterator[None]:
    """Have a new text in a file, and the old one again if anything goes wrong."""
    if before == after:
        yield
        return
    file.write_text(after, encoding="utf-8")
    try:
        yield
    except BaseException:
        file.write_text(before, encoding="utf-8")
        raise


def _not_in_program(
    holdings: Sequence[Holding], importable: Importable, sides: Sides
) -> Iterator[Problem]:
    ids = frozenset(importable.ids.values())
    for each in holdings:
        if _import_id(each, sides) not in ids:
            yield Problem(
                AdoptionFault.NOT_IN_PROGRAM.id,
                str(each),
                "the file declares it, and the program in its folder would not make it",
                observed=(each.arn,),
                help=("ClusterPodIdentities with this file in the program, or --cwd of another",),
            )


def _import_id(holding: Holding, sides: Sides) -> str:
    cluster = sides.observed.name
    match holding.kind:
        case Kind.ADDON:
            return f"{cluster}:{holding.name}"
        case Kind.ASSOCIATION:
            return f"{cluster},{holding.arn.rpartition('/')[2]}"
        case _:
            return holding.name
