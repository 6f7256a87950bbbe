"""How the policy of a resource joins the permissions of the role that asks.

Within one account either of the two is enough; a KMS key's policy has to allow, and may leave it to
the account; across accounts both have to allow. A role that a resource's policy names stays within
its permissions boundary and its session policy.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from eks_pod_identity.iam.evaluation import Decision, Request
from eks_pod_identity.iam.evaluation.principal import account_of
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.review.reason import Reason, decide, objection

Json: TypeAlias = Any
_OF = "resource policy"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a resource is, and what it says itself.

    Attributes:
        account: The account that owns it.
        caller: The account of the role that asks.
        policies: Its policies as they are told.
    """

    account: str
    caller: str
    policies: tuple[Json, ...] = field(default=(), hash=False)

    @property
    def is_foreign(self) -> bool:
        """Whether it is of another account than the role."""
        return self.account != self.caller

    @property
    def documents(self) -> Mapping[str, Json]:
        """Its policies by name."""
        return {f"policy {number}": each for number, each in enumerate(self.policies, 1)}


def join_resource_policy(
    of: str, permissions: Mapping[str, Json], owner: Owner, request: Request
) -> Iterator[Reason]:
    """Yield what the role's permissions and the resource's policy say together.

    Args:
        of: How the role's permissions are called.
        permissions: Their documents by name.
        owner: The resource.
        request: The call.
    """
    granted = decide(of, permissions, request)
    if not owner.policies:
        yield granted
        yield from _unknown(owner, request)
    elif owner.is_foreign:
        yield granted
        yield decide(_OF, owner.documents, request, DocumentKind.RESOURCE)
    else:
        yield from _within_account(granted, permissions, owner, request)


def _within_account(
    granted: Reason, permissions: Mapping[str, Json], owner: Owner, request: Request
) -> Iterator[Reason]:
    said = decide(_OF, owner.documents, request, DocumentKind.RESOURCE)
    named = decide(_OF, _naming(owner.documents), request, DocumentKind.RESOURCE)
    is_enough = granted.is_silent and named.decision is not Decision.DENIED
    yield replace(granted, counts=False) if is_enough else granted
    denied = objection(granted.of, permissions, request) if is_enough else None
    if denied:
        yield denied
    if said.is_silent and not _is_of_key(request):
        said_no = objection(_OF, owner.documents, request, DocumentKind.RESOURCE)
        yield from [said_no] if said_no else []
    else:
        yield said


def _unknown(owner: Owner, request: Request) -> Iterator[Reason]:
    """Yield what would have to be told."""
    if owner.is_foreign:
        told = f"the resource policy, for the resource is of account {owner.account}"
    elif _is_of_key(request):
        told = "the key's policy, which has to allow it too: give it by --resource-policy"
    else:
        return
    yield Reason(_OF, Decision.UNPROVED, depends_on=(told,))


def _is_of_key(request: Request) -> bool:
    return request.resource.startswith("arn:") and request.resource.split(":")[2] == "kms"


def _naming(documents: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return policies without principals that stand for a whole account.

    Such a principal leaves the decision to the account's own policies.
    """
    found = {name: _without_accounts(each) for name, each in documents.items()}
    return {name: each for name, each in found.items() if each is not None}


def _without_accounts(document: Json) -> Json:
    loaded = load_document(document, DocumentKind.RESOURCE)
    if isinstance(loaded, tuple):
        return document
    statements = [_narrowed(each) for each in loaded["Statement"]]
    kept = [each for each in statements if each.get("Principal", True)]
    return {**loaded, "Statement": kept} if kept else None


def _narrowed(statement: Mapping[str, Json]) -> Mapping[str, Json]:
    principals = statement.get("Principal")
    if statement["Effect"] != "Allow" or principals is None:
        return statement
    others = [each for each in principals.get("AWS", ()) if not account_of(each)]
    rest = {kind: names for kind, names in principals.items() if kind != "AWS"}
    return {**statement, "Principal": {**rest, **({"AWS": others} if others else {})}}
