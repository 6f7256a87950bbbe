"""What a preview changes about who gets in and what is allowed, resource by resource.

In: the steps of a preview of any program. Out: a report with one relation for each role, policy
and association. Types are those of pulumi-aws and of aws-native.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from eks_pod_identity.access.relation import Relation, overall
from eks_pod_identity.access.setting import Setting, settings_of
from eks_pod_identity.iam.document import Document
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.stack import StackResource
from eks_pod_identity.review.access_change import Change, ChangeJudge, hidden
from eks_pod_identity.review.stack_json import Preview, Step

Json: TypeAlias = Any
_CLUSTER_OF_ASSOCIATION = ("clusterName", "namespace", "serviceAccount")


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """How a resource changes.

    Attributes:
        urn: Its URN; empty for plain documents.
        label: As people call it.
        changes: Its parts that decide about access.
    """

    urn: str
    label: str
    changes: tuple[Change, ...]

    @property
    def relation(self) -> Relation:
        """How the whole of it changes."""
        return overall(tuple(each.relation for each in self.changes))


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """How a stack changes.

    Attributes:
        resources: Those that decide about access.
        errors: What the preview could not do; what comes after it is not in the report.
    """

    resources: tuple[ResourceChange, ...]
    errors: tuple[str, ...] = ()

    def of(self, *relations: Relation) -> tuple[ResourceChange, ...]:
        """Return the resources of some relations."""
        return tuple(each for each in self.resources if each.relation in relations)

    @property
    def is_wider(self) -> bool:
        """Whether it is proved that a caller gets in, or something is allowed, that was not."""
        return bool(self.of(Relation.WIDER, Relation.INCOMPARABLE))

    @property
    def is_proved(self) -> bool:
        """Whether every relation is proved."""
        return not self.errors and not self.of(Relation.NOT_PROVED)


def report_changes(preview: Preview, account: str | None = None) -> ChangeReport:
    """Return what a preview changes.

    Args:
        preview: The preview.
        account: Of the roles; by default the one that the state's ARNs name.
    """
    known = account or _account(preview)
    judge = ChangeJudge(_settings(known))
    return ChangeReport(tuple(_resources(preview, judge)), preview.errors)


def report_documents(old: Json, new: Json, account: str | None = None) -> ChangeReport:
    """Return how one trust policy relates to another."""
    judge = ChangeJudge(_settings(account))
    change = judge.trust("trust policy", old, new)
    return ChangeReport((ResourceChange("", "", (change,)),))


def _settings(account: str | None) -> Callable[..., tuple[Setting, ...]]:
    def of(*documents: Document) -> tuple[Setting, ...]:
        if account is None:
            return settings_of(*documents)
        return (Setting(account, settings_of(*documents)[0].partition),)

    return of


def _account(preview: Preview) -> str | None:
    """Return the account of the roles of a stack, if there is one and no other."""
    accounts = {
        arn.account
        for step in preview.steps
        for state in (step.old, step.new)
        if state and state.type in _ROLES and (arn := parse_arn(str(state.outputs.get("arn"))))
    }
    return accounts.pop() if len(accounts) == 1 else None


def _resources(preview: Preview, judge: ChangeJudge) -> Iterator[ResourceChange]:
    for step in preview.steps:
        reader = _READERS.get(step.type)
        if reader:
            changes = tuple(reader(step, judge))
            yield ResourceChange(step.urn, f"{_NOUNS[step.type]} {step.name}", changes)


def _inputs(state: StackResource | None) -> Mapping[str, Json]:
    return state.inputs if state else {}


def _role(step: Step, judge: ChangeJudge) -> Iterator[Change]:
    old, new = _inputs(step.old), _inputs(step.new)
    trust = _ROLES[step.type]
    yield judge.trust("trust policy", old.get(trust), new.get(trust))
    for name in sorted({*_inline(old), *_inline(new)}):
        yield judge.permissions(f"policy {name}", _inline(old).get(name), _inline(new).get(name))
    yield from _added(
        "managed policies", _texts(old, "managedPolicyArns"), _texts(new, "managedPolicyArns")
    )
    yield from _boundary(old.get("permissionsBoundary"), new.get("permissionsBoundary"))


def _inline(inputs: Mapping[str, Json]) -> dict[str, Json]:
    found = {}
    for key, name, document in (
        ("inlinePolicies", "name", "policy"),
        ("policies", "policyName", "policyDocument"),
    ):
        for each in inputs.get(key) or ():
            if isinstance(each, Mapping):
                found[str(each.get(name))] = each.get(document)
    return found


def _texts(inputs: Mapping[str, Json], key: str) -> tuple[Json, ...]:
    found = inputs.get(key)
    return tuple(found) if isinstance(found, list) else () if found is None else (found,)


def _added(what: str, old: tuple[Json, ...], new: tuple[Json, ...]) -> Iterator[Change]:
    """Yield how a list of names changes; longer is wider."""
    if reason := hidden((*old, *new)):
        yield Change(what, Relation.NOT_PROVED, reasons=(reason,))
        return
    gained = tuple(str(each) for each in new if each not in old)
    lost = tuple(str(each) for each in old if each not in new)
    if gained or lost:
        yield Change(what, _RELATIONS[bool(gained), bool(lost)], gained, lost)


def _boundary(old: Json, new: Json) -> Iterator[Change]:
    what = "permissions boundary"
    if reason := hidden((old, new)):
        yield Change(what, Relation.NOT_PROVED, reasons=(reason,))
    elif old != new and old and new:
        yield Change(what, Relation.NOT_PROVED, reasons=(f"{old} is replaced by {new}",))
    elif old and not new:
        yield Change(what, Relation.WIDER, (f"whatever {old} kept out",))
    elif new and not old:
        yield Change(what, Relation.NARROWER, lost=(f"what {new} does not allow",))


def _policy(step: Step, judge: ChangeJudge) -> Iterator[Change]:
    key = _POLICIES[step.type]
    yield judge.permissions("permissions", _inputs(step.old).get(key), _inputs(step.new).get(key))


def _attachment(step: Step, _: ChangeJudge) -> Iterator[Change]:
    yield from _added(
        "attached policy", *(_texts(_inputs(each), "policyArn") for each in (step.old, step.new))
    )


def _association(step: Step, judge: ChangeJudge) -> Iterator[Change]:
    old, new = _inputs(step.old), _inputs(step.new)
    accounts = [_users(each) for each in (old, new)]
    yield from _added("service account", *accounts)
    if not (old and new) or accounts[0] != accounts[1]:
        return
    for key, what in (("roleArn", "role"), ("targetRoleArn", "target role")):
        yield from _added(what, _texts(old, key), _texts(new, key))
    if "policy" in {*old, *new}:
        everything = _EVERYTHING
        yield judge.permissions(
            "session policy", old.get("policy") or everything, new.get("policy") or everything
        )
    if bool(old.get("disableSessionTags")) != bool(new.get("disableSessionTags")):
        reason = "what conditions on session tags decide changes with them"
        yield Change("session tags", Relation.NOT_PROVED, reasons=(reason,))


def _users(inputs: Mapping[str, Json]) -> tuple[Json, ...]:
    if not inputs:
        return ()
    parts = [inputs.get(each) for each in _CLUSTER_OF_ASSOCIATION]
    if unseen := [each for each in parts if hidden((each,))]:
        return (unseen[0],)
    cluster, namespace, name = parts
    return (f"{namespace}/{name} of cluster {cluster} gets the role",)


_EVERYTHING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
_RELATIONS = {
    (True, True): Relation.INCOMPARABLE,
    (True, False): Relation.WIDER,
    (False, True): Relation.NARROWER,
}
_ROLES = {
    "aws:iam/role:Role": "assumeRolePolicy",
    "aws-native:iam:Role": "assumeRolePolicyDocument",
}
_POLICIES = {
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws-native:iam:ManagedPolicy": "policyDocument",
    "aws-native:iam:RolePolicy": "policyDocument",
}
_ATTACHMENTS = ("aws:iam/rolePolicyAttachment:RolePolicyAttachment",)
_ASSOCIATIONS = (
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws-native:eks:PodIdentityAssociation",
)
_READERS: Mapping[str, Callable[[Step, ChangeJudge], Iterator[Change]]] = {
    **dict.fromkeys(_ROLES, _role),
    **dict.fromkeys(_POLICIES, _policy),
    **dict.fromkeys(_ATTACHMENTS, _attachment),
    **dict.fromkeys(_ASSOCIATIONS, _association),
}
_NOUNS: Mapping[str, str] = {
    **dict.fromkeys(_ROLES, "role"),
    **dict.fromkeys(_POLICIES, "policy"),
    **dict.fromkeys(_ATTACHMENTS, "attachment"),
    **dict.fromkeys(_ASSOCIATIONS, "association"),
}
