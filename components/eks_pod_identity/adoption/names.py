"""The names of roles that the file has to give, so that an association keeps the role it has.

An entry that lists permissions gets a role under a name of ours. The role that its service account
has now has another name, often a random one; with `roleName` the entry means that role. In: the two
sides of a plan. Out: names to write, and problems where none can be written.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.config.places import Path
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import Association, ClusterState
from eks_pod_identity.planning.desired import DesiredAssociation, DesiredCluster, MadeRole
from eks_pod_identity.planning.report import Reporter


@dataclass(frozen=True, slots=True)
class NamedRole:
    """A role, and its name for the file.

    Attributes:
        path: The entry.
        name: The role's name.
        arn: Its ARN.
        entry_address: The entry, as the file spells it.
        entry: What the entry declares, of its first service account.
    """

    path: Path
    name: str
    arn: str
    entry_address: str
    entry: DesiredAssociation = field(compare=False)


def roles_to_name(
    desired: DesiredCluster,
    observed: ClusterState,
    owned: frozenset[str],
    report: Reporter,
) -> Iterator[NamedRole | Problem]:
    """Yield the roles that entries have to name, each entry once.

    Args:
        desired: What the file asks for.
        observed: The cluster, with the roles that its associations use.
        owned: The ARNs that the stack's state holds already.
        report: Makes problems of the file.
    """
    entries = defaultdict(list)
    for entry, association in _unnamed(desired, observed, owned):
        entries[entry.path].append((entry, association))
    for path, found in entries.items():
        arns = {association.role_arn for _, association in found}
        arn = found[0][1].role_arn
        if len(arns) > 1:
            yield _several(path, sorted(arns), report)
        elif problem := _obstacle(path, [entry for entry, _ in found], arn, observed, report):
            yield problem
        else:
            address = report.places.address(path)
            yield NamedRole(path, arn.rpartition("/")[2], arn, address, found[0][0])


def _unnamed(
    desired: DesiredCluster, observed: ClusterState, owned: frozenset[str]
) -> Iterator[tuple[DesiredAssociation, Association]]:
    """Yield entries that mean another role than their service account has."""
    have: Mapping[object, Association] = {
        each.service_account: each for each in observed.associations
    }
    for entry in desired.all_associations():
        found = have.get(entry.service_account)
        if not isinstance(entry.role, MadeRole) or entry.role.is_named or found is None:
            continue
        is_its_own = found.owner_addon == entry.addon and found.role_arn != entry.role.arn
        if is_its_own and found.arn not in owned and found.role_arn in observed.roles:
            yield entry, found


def _obstacle(
    path: Path,
    entries: list[DesiredAssociation],
    arn: str,
    observed: ClusterState,
    report: Reporter,
) -> Problem | None:
    accounts = {each.service_account for each in entries}
    others = [
        str(each.service_account)
        for each in observed.associations
        if each.role_arn == arn and each.service_account not in accounts
    ]
    if others:
        return _shared(path, arn, others, report)
    if _path_of(arn) != "/":
        return _other_path(path, arn, report)
    return None


def _path_of(arn: str) -> str:
    parsed = parse_arn(arn)
    middle = parsed.resource.partition("/")[2].rpartition("/")[0] if parsed else ""
    return f"/{middle}/" if middle else "/"


def _several(path: Path, arns: list[str], report: Reporter) -> Problem:
    return report.problem(
        AdoptionFault.NAME_UNWRITABLE,
        path,
        f"one entry declares a role, and its service accounts have {len(arns)}",
        observed=arns,
        help=("write an entry with roleName for each role under iam.podIdentityAssociations",),
    )


def _shared(path: Path, arn: str, others: list[str], report: Reporter) -> Problem:
    return report.problem(
        AdoptionFault.ROLE_SHARED,
        path,
        f"other associations use role {arn.rpartition('/')[2]} too, and would lose it",
        observed=others,
        help=(
            f"roleARN: {arn}\nin place of the entry's permissions, to use it as it is",
            "one entry with role: shared under x-eks-pod-identity.associations, for all of them",
        ),
    )


def _other_path(path: Path, arn: str, report: Reporter) -> Problem:
    return report.problem(
        AdoptionFault.ROLE_PATH,
        path,
        f'role {arn.rpartition("/")[2]} has the path "{_path_of(arn)}", which IAM never changes',
        observed=(arn,),
        help=(f"roleARN: {arn}\nin place of the entry's permissions, to use it as it is",),
    )
