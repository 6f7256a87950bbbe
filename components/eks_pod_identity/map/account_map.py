"""What a map shows, as values: associations, the roles they lead to, what was found on them.

In: an account as it was observed, and findings by address or ARN. Out: rows in order of names.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from eks_pod_identity.observed.account import (
    EVERYTHING,
    AccountState,
    Selection,
    account_of,
    roles_used,
)
from eks_pod_identity.observed.cluster import Association, ClusterState, Role


@dataclass(frozen=True, slots=True)
class MapFinding:
    """A breach of a rule.

    Attributes:
        rule: The id of the rule.
        level: `mandatory` or `advisory`.
        severity: `low`, `medium`, `high` or `critical`.
        message: What is wrong, with the values.
        help: What to do, one entry for each way.
    """

    rule: str
    level: str
    severity: str
    message: str
    help: tuple[str, ...] = ()


Findings = Mapping[str, Sequence[MapFinding]]
"""By the ARN of a role, or `cluster/namespace/service-account`."""


@dataclass(frozen=True, slots=True)
class MapAssociation:
    """An association.

    Attributes:
        cluster: The name of its cluster.
        association: What EKS says of it.
        findings: What rules find on it.
    """

    cluster: str
    association: Association
    findings: tuple[MapFinding, ...] = ()

    @property
    def address(self) -> str:
        """`cluster/namespace/service-account`."""
        return f"{self.cluster}/{self.association.service_account}"


@dataclass(frozen=True, slots=True)
class MapRole:
    """A role or target role of an association.

    Attributes:
        arn: Its ARN.
        account: The 12 digits of its account.
        role: What IAM says of it; None if it is missing or was not read.
        missing: Whether IAM has no such role.
        uses: How many associations lead to it.
        findings: What rules find on it.
    """

    arn: str
    account: str
    role: Role | None
    missing: bool
    uses: int
    findings: tuple[MapFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountMap:
    """A map of clusters of one region.

    Attributes:
        clusters: In order of names.
        associations: By cluster, namespace and service account.
        roles: By ARN.
        others: What rules find on anything else, by its address or ARN.
        notes: What could not be read, a sentence each.
    """

    clusters: tuple[ClusterState, ...]
    associations: tuple[MapAssociation, ...]
    roles: tuple[MapRole, ...]
    others: Mapping[str, tuple[MapFinding, ...]] = field(default_factory=dict, hash=False)
    notes: tuple[str, ...] = ()


def map_account(
    state: AccountState, findings: Findings | None = None, selection: Selection = EVERYTHING
) -> AccountMap:
    """Return the map of an account.

    Args:
        state: What was observed.
        findings: What rules found.
        selection: The associations to show, with their roles.
    """
    found = findings or {}
    associations = tuple(_associations(state, found, selection))
    roles = tuple(_roles(state, found, selection))
    shown = {*(each.address for each in associations), *(each.arn for each in roles)}
    return AccountMap(
        clusters=state.clusters,
        associations=associations,
        roles=roles,
        others={key: tuple(found[key]) for key in sorted(found) if key not in shown},
        notes=state.notes,
    )


def _associations(
    state: AccountState, findings: Findings, selection: Selection
) -> Iterator[MapAssociation]:
    for cluster in state.clusters:
        for each in filter(selection.has, cluster.associations):
            address = f"{cluster.name}/{each.service_account}"
            yield MapAssociation(cluster.name, each, tuple(findings.get(address, ())))


def _roles(state: AccountState, findings: Findings, selection: Selection) -> Iterator[MapRole]:
    uses = Counter(arn for arn, *_ in roles_used(state.clusters, selection))
    for arn, count in sorted(uses.items()):
        yield MapRole(
            arn=arn,
            account=account_of(arn),
            role=state.roles.get(arn),
            missing=arn in state.missing_roles,
            uses=count,
            findings=tuple(findings.get(arn, ())),
        )
