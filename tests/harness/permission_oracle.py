"""The evaluator as an oracle of permissions: acts of one call, decided by both.

In: policies, acts and a caller's kind. Out: what the diagram says of a choice of classes, and what
the evaluator says of requests made of the same values.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from eks_pod_identity.access.act import Act, ActKeys
from eks_pod_identity.access.callers import AccountCalls
from eks_pod_identity.access.callers.session import SessionCalls
from eks_pod_identity.access.permitted import permitted
from eks_pod_identity.access.space import Entries, Value
from eks_pod_identity.iam.evaluation import (
    Context,
    Decision,
    Policy,
    Principal,
    Request,
    compile_policy,
    is_allowed,
)
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from harness.access_oracle import Oracle, Picked, holds

_NAMESPACE = "aws:PrincipalTag/kubernetes-namespace"
_ACCOUNT = "aws:PrincipalTag/kubernetes-service-account"
_CLUSTER = "arn:aws:eks:eu-west-1:111122223333:cluster/prod"
_VALUES: dict[str, tuple[str, ...]] = {
    _NAMESPACE: ("shop", "sh*", "Shop", "${aws:ResourceTag/owner}"),
    _ACCOUNT: ("cart", f"${{{_NAMESPACE}}}", "*"),
    "aws:PrincipalTag/eks-cluster-arn": (_CLUSTER, "arn:aws:eks:*:111122223333:cluster/*"),
    "aws:PrincipalTag/team": ("blue", "red"),
    "aws:ResourceTag/owner": ("shop", f"${{{_NAMESPACE}}}", f"${{{_NAMESPACE}}}-*"),
    "aws:RequestTag/owner": ("shop", f"${{{_NAMESPACE}}}"),
    "aws:RequestTag/decoy": ("x", "y"),
    "aws:TagKeys": ("owner", "decoy", "o*", "team"),
    "aws:PrincipalArn": ("arn:aws:iam::111122223333:role/app", "arn:aws:iam::*:role/a*"),
    "aws:PrincipalAccount": ("111122223333", "444455556666"),
    "aws:PrincipalType": ("AssumedRole", "User"),
    "aws:username": ("*", "bob"),
    "aws:RequestedRegion": ("us-east-1", "eu-*"),
    "aws:SourceArn": (_CLUSTER,),
}
_OPERATORS = ("StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "ArnLike", "Null")
_PREFIXES = ("", "", "", "ForAnyValue:", "ForAllValues:")
_RESOURCES = (
    "*",
    "arn:aws:s3:::box/*",
    f"arn:aws:s3:::box/${{{_NAMESPACE}}}/*",
    f"arn:aws:s3:::box/${{{_NAMESPACE}}}${{{_ACCOUNT}}}",
    "arn:aws:iam::111122223333:role/*",
)
_ACTIONS = ("*", "s3:*", "s3:PutObjectTagging", "iam:Create*", "iam:CreateUser")


def random_permissions(random: Random) -> dict[str, Any]:
    """Return an identity policy at random."""
    count = random.randint(1, 4)
    return {"Version": "2012-10-17", "Statement": [_statement(random) for _ in range(count)]}


def _statement(random: Random) -> dict[str, Any]:
    conditions: dict[str, dict[str, Any]] = {}
    for _ in range(random.randint(0, 3)):
        key, values = random.choice(list(_VALUES.items()))
        operator = random.choice(_OPERATORS)
        if operator == "Null":
            conditions.setdefault(operator, {})[key] = random.choice(("true", "false"))
            continue
        ending = random.choice(("", "", "IfExists"))
        of_several = key == "aws:TagKeys"
        prefix = random.choice(_PREFIXES[3:] if of_several else _PREFIXES)
        chosen = random.sample(values, random.randint(1, len(values)))
        conditions.setdefault(f"{prefix}{operator}{ending}", {})[key] = chosen
    effect = random.choice(("Allow", "Allow", "Deny"))
    return {
        "Effect": effect,
        "Action": random.choice(_ACTIONS),
        "Resource": random.choice(_RESOURCES),
        "Condition": conditions,
    }


def identity_policy(document: Any) -> Policy:  # noqa: ANN401 - JSON text or object
    """Return the identity policy that a document says; it has to load."""
    loaded = load_document(document, DocumentKind.IDENTITY)
    assert not isinstance(loaded, tuple), loaded
    return compile_policy(loaded)


def acts_of(calls: AccountCalls, random: Random) -> list[Act]:
    """Return acts at random: two of an administrator, or one that writes a tag."""
    if random.random() < 1 / 2:
        return [
            Act("iam:CreateUser", "arn:aws:iam::111122223333:user/x"),
            Act("s3:DeleteBucket", "arn:aws:s3:::box/"),
        ]
    owner = calls.space.word("owner", calls.pod.namespace.domain)  # type: ignore[attr-defined]
    removes = random.random() < 1 / 4
    return [
        Act(
            "s3:PutObjectTagging",
            random.choice(("arn:aws:s3:::box/shop/x", "arn:aws:s3:::box/shopcart")),
            writes={} if removes else {"owner": ("shop",)},
            removes=("owner",) if removes else (),
            decoys=("decoy", "team"),
            has={"owner": random.choice(((owner,), None))},
            free=True,
        )
    ]


class PermissionOracle(Oracle):
    """Both answers for some policies and acts."""

    def __init__(
        self, groups: Sequence[Sequence[Policy]], acts: Sequence[Act], calls: SessionCalls
    ) -> None:
        self.groups = groups
        self.acts = acts
        super().__init__(
            Policy(tuple(each for group in groups for one in group for each in one.statements)),
            permitted(groups, acts, calls),
        )

    def __post_init__(self) -> None:
        for act in self.acts:
            for key in self._keys():
                ActKeys(self.reach.calls, act).read_key(key)

    def _keys(self) -> set[str]:
        of_resources = {each.key for one in self.policy.statements for each in one.expands}
        return super()._keys() | of_resources

    def evaluator_says(self, picked: Picked) -> bool | None:
        """Ask the evaluator for every act in every group; None if it does not decide."""
        assert isinstance(self.reach.calls, SessionCalls)
        principal = Principal.aws(self._text(self.reach.calls.arn, picked))
        found = set()
        for act in self.acts:
            request = Request(principal, act.action, act.resource, self._context_of(act, picked))
            found |= {is_allowed(group, request).decision for group in self.groups}
        if Decision.DENIED in found:
            return False
        return None if Decision.UNPROVED in found else True

    def _context_of(self, act: Act, picked: Picked) -> Context:
        values: dict[str, tuple[str, ...]] = {}
        for key in self._keys():
            found = ActKeys(self.reach.calls, act).read_key(key)
            if isinstance(found, Entries):
                sent = (text for text, gates in found.texts if holds(gates, picked))
                values[key] = tuple(sent)
            elif isinstance(found, Value) and holds(found.gates, picked):
                values[key] = tuple(self._text(each, picked) for each in found.texts)
        return Context.of(values, complete=True)
