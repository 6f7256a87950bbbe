"""Which stack a file belongs to, told by the tags on what is there.

    named on the command line                     that one
    made something that the file declares         that one
    made other things only                        that one, with a note: it is a guess
    several of a kind                             problem: nothing is guessed
    none, or none of the programs around the file no stack: whatever is there is somebody else's

Where the file lies in a Pulumi program, only stacks of its project count: a second program's first
plan must not take the first one's things for its own. In: the file's declarations, the cluster and
the projects. Out: a choice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eks_pod_identity.observed.cluster import ClusterState
from eks_pod_identity.observed.ownership import Thing, stack_of, tag_value
from eks_pod_identity.planning.desired import DesiredCluster, MadeRole


@dataclass(frozen=True, slots=True)
class StackChoice:
    """A stack, or several of which none is chosen.

    Attributes:
        candidates: `project/stack` of those that it may be, as a tag's value.
        made_declared: Whether they made something that the file declares, or were named.
        is_guess: Whether the file declares things, and the one made none of them.
    """

    candidates: frozenset[str] = frozenset()
    made_declared: bool = True
    is_guess: bool = False

    @property
    def stack(self) -> str | None:
        """The stack; None if there is none or it cannot be told."""
        return next(iter(self.candidates)) if len(self.candidates) == 1 else None


def choose_stack(
    desired: DesiredCluster,
    observed: ClusterState,
    named: str | None,
    projects: Iterable[str] = (),
) -> StackChoice:
    """Return the stack of a file.

    Args:
        desired: What the file declares.
        observed: The cluster.
        named: The stack that the user names.
        projects: The projects of the programs that the file lies in; none if it lies in none.
    """
    if named:
        return StackChoice(frozenset({tag_value(named)}))
    known = frozenset(map(tag_value, projects))
    near = _of_projects(_stacks(_all_declared(desired, observed), observed.name), known)
    if near:
        return StackChoice(near)
    far = _of_projects(_stacks(_all(observed), observed.name), known)
    is_guess = len(far) == 1 and _declares_anything(desired)
    return StackChoice(far, made_declared=False, is_guess=is_guess)


def _stacks(things: Iterable[Thing], cluster: str) -> frozenset[str]:
    return frozenset(filter(None, (stack_of(thing, cluster) for thing in things)))


def _of_projects(stacks: frozenset[str], projects: frozenset[str]) -> frozenset[str]:
    if not projects:
        return stacks
    return frozenset(stack for stack in stacks if stack.rpartition("/")[0] in projects)


def declared_things(desired: DesiredCluster, observed: ClusterState) -> Iterator[Thing]:
    """Yield what AWS has of that which a file declares: associations, add-ons and made roles."""
    accounts = {each.service_account: each.role for each in desired.all_associations()}
    made = {role.arn for role in accounts.values() if isinstance(role, MadeRole)}
    yield from (each for each in observed.associations if each.service_account in accounts)
    yield from (observed.addons[name] for name in desired.addons or {} if name in observed.addons)
    yield from (observed.roles[arn] for arn in made if arn in observed.roles)


def _all_declared(desired: DesiredCluster, observed: ClusterState) -> Iterator[Thing]:
    yield from declared_things(desired, observed)
    objects = observed.kubernetes.service_accounts if observed.kubernetes else {}
    accounts = {each.service_account for each in desired.all_associations()}
    yield from (objects[ref] for ref in accounts if ref in objects)


def _all(observed: ClusterState) -> Iterator[Thing]:
    yield from observed.associations
    yield from observed.addons.values()
    yield from observed.roles.values()
    if observed.kubernetes:
        yield from observed.kubernetes.service_accounts.values()


def _declares_anything(desired: DesiredCluster) -> bool:
    return bool(desired.addons) or any(True for _ in desired.all_associations())
