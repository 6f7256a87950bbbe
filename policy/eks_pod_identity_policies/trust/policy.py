"""A trust policy with what rules ask of it, worked out once for each document.

In: a loaded document. Out: whom it lets in, by probes.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property

from eks_pod_identity.iam.evaluation import (
    Decision,
    Policy,
    Statement,
    Truth,
    Verdict,
    decide,
)
from eks_pod_identity.iam.evaluation.truth import all_of
from eks_pod_identity_policies.session_tags import PRINCIPAL_KEYS, REQUEST_KEYS, keys_used
from eks_pod_identity_policies.trust.adversary import Choice, choice_of
from eks_pod_identity_policies.trust.call import ASSUME, PODS, TAG, Cluster, PodCall
from eks_pod_identity_policies.trust.literals import Literals, read_literals

_PODS_TAGS = REQUEST_KEYS | PRINCIPAL_KEYS


class TrustPolicy:
    """The trust policy of one role."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        # Several rules ask the same; statements are told apart by their identity.
        self._reached: dict[tuple[int, str], Truth] = {}
        self._applying: dict[tuple[int, str, PodCall], Truth] = {}
        self._decided: dict[tuple[str, PodCall], Verdict] = {}
        self._meant: dict[int, tuple[PodCall, ...]] = {}

    @cached_property
    def pod_statements(self) -> tuple[Statement, ...]:
        """The Allow statements that name EKS Pod Identity; a mere `*` names nobody."""
        return tuple(
            each
            for each in self.policy.statements
            if each.allow
            and not each.not_principals
            and PODS.name in (each.principals or {}).get("Service", ())
        )

    @cached_property
    def is_target(self) -> bool:
        """Whether it is for pods that come by way of another role: it names their tags."""
        return any(
            each.allow
            and "AWS" in (each.principals or {})
            and not _PODS_TAGS.isdisjoint(keys_used(each))
            for each in self.policy.statements
        )

    @cached_property
    def assuming(self) -> tuple[Statement, ...]:
        """Those of them that let it assume the role."""
        return tuple(each for each in self.pod_statements if each.names_action(ASSUME) is Truth.YES)

    @cached_property
    def literals(self) -> Literals:
        """What the document names."""
        return read_literals(self._speaking_of_pods)

    @cached_property
    def choice(self) -> Choice:
        """What the document leaves to an attacker."""
        return choice_of(self.policy.statements)

    @cached_property
    def named_clusters(self) -> frozenset[Cluster]:
        """The clusters that the document names without wildcards."""
        return self.literals.exact_clusters

    def meant_by(self, statement: Statement) -> tuple[PodCall, ...]:
        """Return the calls that one statement seems to be for, those that pass first."""
        if id(statement) not in self._meant:
            self._meant[id(statement)] = self._find_meant(statement)
        return self._meant[id(statement)]

    def _find_meant(self, statement: Statement) -> tuple[PodCall, ...]:
        calls = dict.fromkeys((*self._literals_of(statement).calls(), *self.literals.calls()))
        applying = self._applying_to(statement, calls)
        return tuple(sorted(applying, key=self.refuses)) or tuple(calls)

    def _applying_to(self, statement: Statement, calls: Iterable[PodCall]) -> list[PodCall]:
        return [call for call in calls if self.applies(statement, call) is not Truth.NO]

    def _literals_of(self, statement: Statement) -> Literals:
        relevant = (statement, *self._denying)
        whole = len(relevant) == len(self._speaking_of_pods)
        return self.literals if whole else read_literals(relevant)

    def samples_of(self, statement: Statement) -> tuple[PodCall, ...]:
        """Return a few of them, to be altered; without tags if none passes that has tags."""
        meant = self.meant_by(statement)
        if self.applies(statement, meant[0]) is Truth.NO:
            untagged = self._applying_to(statement, [call._replace(tags=False) for call in meant])
            meant = tuple(untagged) or meant
        one_of_each = {call.cluster: call for call in reversed(meant)}
        return tuple(dict.fromkeys((*reversed(one_of_each.values()), *meant)))[:_FEW]

    def admitted(
        self, statement: Statement, calls: Iterable[PodCall]
    ) -> Iterator[tuple[PodCall, Verdict]]:
        """Yield those of the calls that a statement lets in and no other refuses.

        What another statement lets in is found when that statement's own turn comes, so the whole
        policy has to be asked about few calls.
        """
        for call in calls:
            if self.applies(statement, call) is not Truth.NO:
                verdict = self.decide(call)
                if verdict.decision is not Decision.DENIED:
                    yield call, verdict

    def decide(self, call: PodCall, action: str = ASSUME) -> Verdict:
        """Decide on an action of a call."""
        asked = (action, call)
        if asked not in self._decided:
            self._decided[asked] = decide(
                self.policy.statements, lambda each: self.applies(each, call, action)
            )
        return self._decided[asked]

    def applies(self, statement: Statement, call: PodCall, action: str = ASSUME) -> Truth:
        """Tell whether a statement speaks of an action of a call."""
        asked = (id(statement), action, call)
        found = self._applying.get(asked)
        if found is None:
            found = self._reaches(statement, action)
            if found is not Truth.NO:
                found = all_of((found, statement.holds(call.context())))
            self._applying[asked] = found
        return found

    def _reaches(self, statement: Statement, action: str) -> Truth:
        """Tell whether a statement speaks of an action of EKS at all, whatever its conditions."""
        asked = (id(statement), action)
        if asked not in self._reached:
            named = statement.names_action(action), statement.names_principal(PODS)
            self._reached[asked] = all_of(named)
        return self._reached[asked]

    def refuses(self, call: PodCall) -> bool:
        """Tell whether the role certainly cannot be assumed by a call."""
        return self.decide(call).decision is Decision.DENIED

    def works_for(self, call: PodCall) -> bool:
        """Tell whether both actions that EKS needs may be allowed for a call."""
        return all(
            self.decide(call, each).decision is not Decision.DENIED for each in (ASSUME, TAG)
        )

    @cached_property
    def _speaking_of_pods(self) -> tuple[Statement, ...]:
        return tuple(
            each for each in self.policy.statements if each.names_principal(PODS) is not Truth.NO
        )

    @cached_property
    def _denying(self) -> tuple[Statement, ...]:
        return tuple(each for each in self._speaking_of_pods if not each.allow)


_FEW = 4
