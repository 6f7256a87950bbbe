"""The decision on a request: all policies that have a say, and who of them refuses.

Identity policies, a permissions boundary and session policies speak for the caller, a resource
policy for what is acted on; organizations' policies are not emulated.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from eks_pod_identity_emulator.authorization.policy import Policy
from eks_pod_identity_emulator.authorization.principal import Naming
from eks_pod_identity_emulator.authorization.request import PrincipalKind, Request


class PolicyKind(Enum):
    """Kinds of policies, by what AWS calls them in a refusal."""

    IDENTITY = "identity-based policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """What is acted on, and its own policy.

    Attributes:
        account: The account that owns it.
        policy: Its policy, None if it has none.
        kind: RESOURCE, or TRUST for a role.
        alone: Whether nothing is allowed that this policy does not allow, be it by naming the
            account: key policies and trust policies.
    """

    account: str
    policy: Policy | None
    kind: PolicyKind = PolicyKind.RESOURCE
    alone: bool = False

    @classmethod
    def trust(cls, account: str, policy: Policy) -> "ResourcePolicy":
        """Return a role with its trust policy."""
        return cls(account, policy, PolicyKind.TRUST, alone=True)


@dataclass(frozen=True, slots=True)
class CallerPolicies:
    """What the caller's own side says.

    Attributes:
        identity: Policies of the role or user, inline and attached.
        boundary: Permissions boundary, None if there is none.
        session: Session policies, None if none were passed.
    """

    identity: Sequence[Policy] = ()
    boundary: Policy | None = None
    session: Sequence[Policy] | None = None

    def layers(self) -> Iterator[tuple[PolicyKind, Sequence[Policy]]]:
        """Yield the policies that all have to allow a request, by kind."""
        yield PolicyKind.IDENTITY, self.identity
        if self.boundary is not None:
            yield PolicyKind.BOUNDARY, (self.boundary,)
        if self.session is not None:
            yield PolicyKind.SESSION, self.session


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a request.

    Attributes:
        refused_by: The kind of policy that refuses it, None if it is allowed.
        explicit: Whether a Deny says so, and not the lack of an Allow.
    """

    refused_by: PolicyKind | None = None
    explicit: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed."""
        return self.refused_by is None


ALLOWED = Decision()

_WITHOUT_POLICIES = frozenset(
    {PrincipalKind.ANONYMOUS, PrincipalKind.FEDERATED, PrincipalKind.SERVICE}
)


@dataclass(frozen=True, slots=True)
class Policies:
    """Everything that has a say about a request."""

    caller: CallerPolicies = field(default_factory=CallerPolicies)
    resource: ResourcePolicy | None = None

    def mention(self, text: str) -> bool:
        """Say whether a policy speaks of a context key with a text in it, in lower case."""
        return any(text in key for policy in self._all() for key in policy.keys)

    def _all(self) -> Iterator[Policy]:
        for _, layer in self.caller.layers():
            yield from layer
        if self.resource and self.resource.policy:
            yield self.resource.policy


def decide(request: Request, policies: Policies) -> Decision:
    """Decide on a request."""
    denied = _denied(request, policies)
    if denied is not None:
        return Decision(denied, explicit=True)
    named = _named_by_resource(request, policies.resource)
    if request.principal.kind in _WITHOUT_POLICIES:
        return ALLOWED if named else Decision(_resource_kind(policies.resource))
    if policies.resource is None or policies.resource.account == request.principal.account:
        return _in_one_account(request, policies, named)
    return _across_accounts(request, policies, named)


def _denied(request: Request, policies: Policies) -> PolicyKind | None:
    """Return the kind of policy that denies a request; who denies may be of any side."""
    for kind, layer in policies.caller.layers():
        if any(policy.denies(request) for policy in layer):
            return kind
    resource = policies.resource
    if resource and resource.policy and resource.policy.denies(request):
        return resource.kind
    return None


def _named_by_resource(request: Request, resource: ResourcePolicy | None) -> Naming:
    policy = resource.policy if resource else None
    return policy.allows(request) if policy else Naming.NOT


def _in_one_account(request: Request, policies: Policies, named: Naming) -> Decision:
    """Decide where either side may allow, the caller's or the resource's."""
    missing = list(_missing(request, policies.caller))
    if policies.resource and policies.resource.alone and not named:
        # A key that only its policy can open, a role that only its trust policy can.
        return Decision(policies.resource.kind)
    if named is Naming.SELF or not missing:
        return ALLOWED
    if named is Naming.ROLE and missing == [PolicyKind.IDENTITY]:
        return ALLOWED
    limits = [kind for kind in missing if kind is not PolicyKind.IDENTITY]
    return Decision(limits[0] if named is Naming.ROLE else missing[0])


def _across_accounts(request: Request, policies: Policies, named: Naming) -> Decision:
    """Decide where both sides have to allow."""
    missing = next(_missing(request, policies.caller), None)
    if missing is None and named:
        return ALLOWED
    return Decision(_resource_kind(policies.resource) if not named else missing)


def _missing(request: Request, caller: CallerPolicies) -> Iterator[PolicyKind]:
    """Yield the kinds of the caller's policies that do not allow a request."""
    for kind, layer in caller.layers():
        if not any(policy.allows(request) for policy in layer):
            yield kind


def _resource_kind(resource: ResourcePolicy | None) -> PolicyKind:
    return resource.kind if resource else PolicyKind.RESOURCE
