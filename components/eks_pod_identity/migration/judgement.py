"""The verdict on each service account with a role, and the reasons.

A blocker keeps its service account where it is; the others go on.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property

from eks_pod_identity.iam.evaluation import Decision
from eks_pod_identity.migration.callers import Callers, TrustUnreadableError, pods_of
from eks_pod_identity.migration.finding import Finding, FindingKind, Level
from eks_pod_identity.migration.inventory import Cluster, Inventory
from eks_pod_identity.migration.place import Member, Place
from eks_pod_identity.migration.placement import on_fargate, on_windows
from eks_pod_identity.migration.values import Ask, Verdict
from eks_pod_identity.migration.wiring import How, Wiring, own_environment, wirings
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.cluster import Association

_UNSEEN = frozenset({FindingKind.CLUSTER_UNREAD, FindingKind.NO_POD_IDENTITY})


class Judgement:
    """Verdicts on an inventory."""

    def __init__(self, inventory: Inventory, ask: Ask) -> None:
        self.inventory = inventory
        self.ask = ask
        self.malformed: dict[str, str] = {}
        self._clusters: Mapping[Place, Cluster] = {each.place: each for each in inventory.clusters}
        self.callers = dict(self._readable())

    def _readable(self) -> Iterator[tuple[str, Callers]]:
        for arn, role in self.inventory.roles.items():
            try:
                yield arn, Callers(self.inventory, arn, role.trust)
            except TrustUnreadableError as error:
                self.malformed[arn] = str(error)

    @cached_property
    def wirings(self) -> tuple[Wiring, ...]:
        """Who uses which role, in all clusters."""
        return tuple(each for cluster in self.inventory.clusters for each in wirings(cluster))

    @cached_property
    def latent(self) -> tuple[Wiring, ...]:
        """Who could assume a role that nothing wires to it, in the clusters that are asked for."""
        wired = {(each.member, each.role_arn) for each in self.wirings}
        return tuple(
            Wiring(member, arn, How.LATENT)
            for arn, callers in sorted(self.callers.items())
            for member in sorted(callers.irsa)
            if self.ask.has(member) and (member, arn) not in wired
        )

    @cached_property
    def own(self) -> Mapping[Member, str]:
        """Who sets IRSA's variables or mounts a token itself, and the workload that does."""
        found: dict[Member, str] = {}
        for cluster in self.inventory.clusters:
            for member, source, _ in own_environment(cluster):
                found.setdefault(member, source)
        return found

    @cached_property
    def associations(self) -> Mapping[Member, Association]:
        """The association of each service account that has one."""
        return {
            Member(cluster.place, each.service_account): each
            for cluster in self.inventory.clusters
            for each in cluster.associations
        }

    def verdict(self, wiring: Wiring) -> tuple[Verdict, tuple[Finding, ...]]:
        """Return what becomes of a service account with a role, and why."""
        if not self.ask.has(wiring.member):
            return Verdict.STAY, ()
        if wiring.how is How.LATENT:
            return Verdict.NOTHING, ()
        findings = tuple(self._findings(wiring))
        if any(each.kind.level is Level.BLOCKER for each in findings):
            return Verdict.BLOCKED, findings
        return self._without_blocker(wiring, findings)

    def _without_blocker(
        self, wiring: Wiring, findings: tuple[Finding, ...]
    ) -> tuple[Verdict, tuple[Finding, ...]]:
        callers = self.callers.get(wiring.role_arn)
        decision = callers.irsa.get(wiring.member) if callers else None
        if decision is Decision.ALLOWED:
            return Verdict.MIGRATE, findings
        if wiring.how is How.ASSOCIATION:
            return Verdict.DONE, findings
        if wiring.member in pods_of(self.inventory, self.callers, wiring.role_arn):
            return Verdict.MIGRATE, findings  # only its annotation is left
        return Verdict.NOTHING, findings

    def _findings(self, wiring: Wiring) -> Iterator[Finding]:
        blockers = [*self._blockers(wiring)]
        for kind, reason in blockers:
            yield self._finding(kind, wiring, reason)
        if {kind for kind, _ in blockers} & _UNSEEN:
            return  # nothing else is certain
        for kind, reason in self._no_access(wiring):
            yield self._finding(kind, wiring, reason)

    def _finding(self, kind: FindingKind, wiring: Wiring, reason: str) -> Finding:
        at = wiring.member.label(self.inventory.home)
        return Finding(kind, at, reason, wiring.member, wiring.role_arn)

    def _blockers(self, wiring: Wiring) -> Iterator[tuple[FindingKind, str]]:
        cluster, ref = self._clusters[wiring.member.place], wiring.member.ref
        if not cluster.offers_pod_identity:
            yield FindingKind.NO_POD_IDENTITY, wiring.member.place.region
            return
        if cluster.unread:
            yield FindingKind.CLUSTER_UNREAD, "; ".join(cluster.unread)
            return
        yield from self._of_role(wiring)
        if wiring.how is How.ASSOCIATION:
            return
        if reason := self.own.get(wiring.member):
            yield FindingKind.OWN_ENVIRONMENT, reason
        if reason := on_fargate(cluster, ref):
            yield FindingKind.FARGATE, reason
        if reason := on_windows(cluster, ref):
            yield FindingKind.WINDOWS, reason
        found = self.associations.get(wiring.member)
        if found and (found.target_role_arn or found.role_arn) != wiring.role_arn:
            reason = f"{found.role_arn}; pods that started before it still use {wiring.role_arn}"
            yield FindingKind.OTHER_ASSOCIATION, reason

    def _of_role(self, wiring: Wiring) -> Iterator[tuple[FindingKind, str]]:
        arn = wiring.role_arn
        if arn in self.malformed:
            yield FindingKind.TRUST_UNREADABLE, f"{arn}: {self.malformed[arn]}"
        elif arn not in self.inventory.roles and not self._is_missing(arn):
            yield FindingKind.ROLE_UNREAD, arn
        elif arn in self.callers:
            callers = self.callers[arn]
            if callers.irsa.get(wiring.member) is Decision.UNPROVED:
                keys = ", ".join(_keys(callers)) or "a condition"
                yield FindingKind.CONDITION_NOT_CARRIED, f"{arn}: {keys}"

    def _is_missing(self, arn: str) -> bool:
        """Tell whether a role certainly does not exist: all roles of its account were read."""
        parts = parse_arn(arn)
        return parts is None or parts.account in self.inventory.read_accounts

    def _no_access(self, wiring: Wiring) -> Iterator[tuple[FindingKind, str]]:
        if wiring.how is How.ASSOCIATION:
            return
        callers = self.callers.get(wiring.role_arn)
        if callers is None:
            if wiring.role_arn not in self.inventory.roles and self._is_missing(wiring.role_arn):
                yield FindingKind.ROLE_NOT_FOUND, wiring.role_arn
        elif wiring.member not in callers.irsa and wiring.member not in self.associations:
            yield FindingKind.ANNOTATION_NOT_TRUSTED, f"{wiring.role_arn} does not let it in"


def _keys(callers: Callers) -> list[str]:
    """Return the condition keys that no token shows and that a trust policy asks for."""
    claims = {f"{each.host}:{claim}" for each in callers.providers() for claim in ("sub", "aud")}
    lower = {each.lower() for each in claims}
    return sorted(
        {
            condition.written or condition.key
            for statement in callers.policy.statements
            for condition in statement.conditions
            if condition.key not in lower
        }
    )
