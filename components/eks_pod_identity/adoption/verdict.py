"""Why a thing cannot be taken over, and what to do at the tool that made it.

An import makes a second owner. So what another owner would delete, or hold on to, is refused with
what to type there; where nobody can know (a guess by tags), it is printed as advice. In: holdings
and templates of CloudFormation. Out: problems and advice.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.adoption.holdings import Holding, account_of
from eks_pod_identity.adoption.ways_out import (
    delete_commands,
    left_commands,
    move_command,
    retain_commands,
    terraform_blocks,
)
from eks_pod_identity.errors import Problem
from eks_pod_identity.observed.cloudformation import StackTemplate
from eks_pod_identity.observed.cluster import Role
from eks_pod_identity.observed.maker import Maker, Tool
from eks_pod_identity.planning.desired import MadeRole
from eks_pod_identity.planning.file_plan import Sides
from eks_pod_identity.review.change_report import report_documents

_BY_STACK = frozenset({Tool.EKSCTL, Tool.CLOUDFORMATION, Tool.CDK})


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do at another tool once the stack has what it made.

    Attributes:
        maker: The tool.
        things: What it made.
        text: What to type or write there.
    """

    maker: Maker
    things: tuple[str, ...]
    text: str


def stacks_to_read(holdings: Sequence[Holding]) -> frozenset[str]:
    """Return the stacks of CloudFormation that decide by their templates."""
    makers = (maker for each in holdings for maker in each.makers)
    return frozenset(each.stack for each in makers if each.tool in _BY_STACK)


def maker_problems(
    holdings: Sequence[Holding], templates: Mapping[str, StackTemplate], stack: str
) -> Iterator[Problem]:
    """Yield why things cannot be taken over as they are.

    Args:
        holdings: What is to be taken over.
        templates: Those of the stacks that there still are.
        stack: `project/stack` that takes over.
    """
    for each in holdings:
        sure = _owners(each, templates)
        if len(sure) > 1:
            yield _several(each, sure)
        else:
            yield from (_refusal(each, maker, templates, stack) for maker in sure)


def _owners(holding: Holding, templates: Mapping[str, StackTemplate]) -> tuple[Maker, ...]:
    """Return the makers that hold a thing for sure: a stack that keeps it lets go of it."""
    return tuple(
        each
        for each in holding.makers
        if not each.is_guess and not (each.tool in _BY_STACK and not _lost(each, templates))
    )


def _lost(maker: Maker, templates: Mapping[str, StackTemplate]) -> tuple[str, ...]:
    template = templates.get(maker.stack)
    return template.lost_with(maker.resource) if template else ()


def _several(holding: Holding, makers: Sequence[Maker]) -> Problem:
    return Problem(
        AdoptionFault.SEVERAL_MAKERS.id,
        str(holding),
        f"its tags name {len(makers)} makers, and none of them is this stack",
        observed=tuple(map(str, makers)),
        help=("let go of it in all but one, remove that one's tags, then this command again",),
    )


def _refusal(
    holding: Holding, maker: Maker, templates: Mapping[str, StackTemplate], stack: str
) -> Problem:
    if maker.tool is Tool.PULUMI:
        return Problem(
            AdoptionFault.OTHER_STACK.id,
            str(holding),
            f'stack "{maker.stack}" made it and still holds it',
            observed=(holding.arn,),
            help=(move_command(maker.stack, stack),),
        )
    template = templates[maker.stack]
    return Problem(
        AdoptionFault.STACK_WOULD_DELETE.id,
        str(holding),
        f'stack "{maker.stack}" of CloudFormation made it, and deletes it with the stack',
        observed=(f"without DeletionPolicy: {', '.join(_lost(maker, templates))}",),
        help=(retain_commands(template, maker.resource),),
    )


def advice(
    holdings: Sequence[Holding],
    templates: Mapping[str, StackTemplate],
    left: Sequence[str] = (),
) -> Iterator[Advice]:
    """Yield what to do at other tools after the import, each tool's stack once.

    Args:
        holdings: What is taken over, and what was before.
        templates: Those of the stacks that there still are.
        left: More stacks of eksctl for the cluster's roles, which made nothing of it.
    """
    things = defaultdict(list)
    for each in holdings:
        for maker in each.makers:
            tool = _tool(maker, templates)
            things[Maker(tool, maker.stack, is_guess=maker.is_guess)].append(each)
    for maker, found in things.items():
        if text := _advice(maker, found, templates):
            yield Advice(maker, tuple(map(str, found)), text)
    told = {maker.stack for maker in things}
    if more := [each for each in left if each not in told]:
        yield Advice(Maker(Tool.EKSCTL, ", ".join(more)), (), left_commands(more))


def _tool(maker: Maker, templates: Mapping[str, StackTemplate]) -> Tool:
    template = templates.get(maker.stack)
    is_of_cdk = maker.tool is Tool.CLOUDFORMATION and template and template.is_of_cdk
    return Tool.CDK if is_of_cdk else maker.tool


def _advice(maker: Maker, things: Sequence[Holding], templates: Mapping[str, StackTemplate]) -> str:
    if maker.tool is Tool.TERRAFORM:
        return terraform_blocks(things)
    template = templates.get(maker.stack)
    return delete_commands(template, maker.tool) if template else ""


def trust_problems(sides: Sides, holdings: Sequence[Holding]) -> Iterator[Problem]:
    """Yield who loses access when the next run closes the trust of an adopted role."""
    arns = {each.arn for each in holdings}
    made = {
        entry.role.arn: entry
        for entry in sides.desired.all_associations()
        if isinstance(entry.role, MadeRole) and entry.role.arn in arns
    }
    for arn, entry in made.items():
        role = sides.observed.roles[arn]
        assert isinstance(entry.role, MadeRole)  # noqa: S101 - narrowed above
        yield from _trust(role, entry.role)


def _trust(role: Role, desired: MadeRole) -> Iterator[Problem]:
    account = account_of(role.arn)
    report = report_documents(role.trust_policy, desired.trust_policy, account)
    for change in report.resources[0].changes:
        if change.lost:
            yield _of_trust(
                role,
                AdoptionFault.TRUST_NARROWS,
                "its trust policy is wider than what the file declares, and the next run closes it",
                tuple(f"loses access: {each}" for each in change.lost),
            )
        elif change.reasons:
            yield _of_trust(
                role,
                AdoptionFault.TRUST_UNPROVED,
                "it is not proved who loses access when the next run changes its trust policy",
                change.reasons,
            )


def _of_trust(role: Role, fault: AdoptionFault, message: str, observed: tuple[str, ...]) -> Problem:
    return Problem(
        fault.id,
        f"role {role.name}",
        message,
        severity=fault.severity,
        observed=observed,
        help=(f"eks-pod-identity who {role.name} shows who can assume it now",),
    )
