"""Role chaining: target roles bound to their source, by tags or by external id."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from eks_pod_identity.iam.evaluation import Decision, Policy, Statement, is_allowed
from eks_pod_identity.iam.evaluation.glob import to_text
from eks_pod_identity_policies.association import Association
from eks_pod_identity_policies.documents import Loaded, loaded, trust_of, trust_policies
from eks_pod_identity_policies.frameworks import LEAST_PRIVILEGE
from eks_pod_identity_policies.resource import Resource
from eks_pod_identity_policies.rule import (
    Config,
    Finding,
    Findings,
    Level,
    Severity,
    StackRule,
)
from eks_pod_identity_policies.stack.view import Stack
from eks_pod_identity_policies.trust.arn_pattern import fill, is_open
from eks_pod_identity_policies.trust.call import ASSUME, TAG, Cluster, PodCall
from eks_pod_identity_policies.trust.chain import ChainedCall, accounts_trusted
from eks_pod_identity_policies.trust.literals import (
    SAMPLE_ORG,
    read_literals,
    values_of,
)

_PAGE = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html"
_CHAINING = frozenset({ASSUME.lower(), TAG.lower()})


def _target_trust(stack: Stack, _: Config) -> Findings:
    for each in stack.associations:
        target = stack.target_of(each)
        if target and each.has_tags is True:
            for _source, document in loaded(filter(None, [trust_of(target)])):
                for message in _untrusting(stack, each, target, document):
                    yield Finding(message, (_TARGET,), each.owner.urn)


def _untrusting(
    stack: Stack, each: Association, target: Resource, document: Loaded
) -> Iterator[str]:
    calls = [call for call in _chained(stack, each, document.policy) if _passes(document, call)]
    if not calls:
        yield f"the trust policy of target role {target.name} does not let {each.subject} in"
        return
    if all(_denied(document, call, TAG) for call in calls):
        yield f"the trust policy of target role {target.name} allows {ASSUME}, but not {TAG}"
    strangers = (role for call in calls for role in call.from_other_roles(document.policy))
    if not all(_denied(document, call) for call in strangers):
        yield f"the trust policy of target role {target.name} lets in other roles of the account"
    elif not _source_is_dedicated(stack, each):
        for what, changes in _NEIGHBOURS.items():
            others = (replace(call, pod=_changed(call.pod, changes)) for call in calls)
            if not all(_denied(document, call) for call in others):
                yield f"the trust policy of target role {target.name} lets in pods of {what}"


def _source_is_dedicated(stack: Stack, each: Association) -> bool:
    """Tell whether the source role lets in no other pods, and so the target neither."""
    source = stack.role_of(each)
    if source is None:
        return False
    trusts = tuple(trust_policies(source))
    return bool(trusts) and all(
        trust.refuses(_changed(call, changes))
        for trust in trusts
        for statement in trust.assuming
        for call in trust.samples_of(statement)
        if not trust.refuses(call)
        for changes in _NEIGHBOURS.values()
    )


def _changed(call: PodCall, changes: tuple[str, str]) -> PodCall:
    part, value = changes
    if part == "cluster":
        return call._replace(cluster=call.cluster._replace(name=value))
    if part == "namespace":
        return call._replace(namespace=value)
    return call._replace(service_account=value)


def _chained(stack: Stack, each: Association, policy: Policy) -> Iterator[ChainedCall]:
    """Yield the call as it may be; the account and region of the cluster are the document's."""
    literals = read_literals(policy.statements)
    for account in dict.fromkeys(accounts_trusted(policy)):
        for cluster in literals.clusters:
            named = each.cluster if isinstance(each.cluster, str) else cluster.name
            pod = PodCall(
                Cluster(account, named, cluster.region, cluster.partition),
                _text(each.namespace),
                _text(each.service_account),
                SAMPLE_ORG,
                SAMPLE_ORG,
                tags=each.has_tags is True,
            )
            yield ChainedCall(_source_arn(stack, each, account), pod)


def _source_arn(stack: Stack, each: Association, account: str) -> str:
    if isinstance(each.role, str) and each.role.startswith("arn:"):
        return each.role
    source = stack.role_of(each)
    name = (source.get("name") or source.get("roleName")) if source else None
    path = source.get("path") if source else None
    return f"arn:aws:iam::{account}:role{path if isinstance(path, str) else '/'}{_text(name)}"


def _text(value: object) -> str:
    return value if isinstance(value, str) else "probe"


def _passes(document: Loaded, call: ChainedCall) -> bool:
    return not _denied(document, call)


def _denied(document: Loaded, call: ChainedCall, action: str = ASSUME) -> bool:
    return is_allowed(document.policy, call.request(action)).decision is Decision.DENIED


def _external_id(stack: Stack, _: Config) -> Findings:
    for each in stack.associations:
        target = stack.target_of(each)
        if target and each.has_tags is False:
            for _source, document in loaded(filter(None, [trust_of(target)])):
                for message in _not_asked(stack, each, target, document):
                    yield Finding(message, (_EXTERNAL,), each.owner.urn)


def _not_asked(
    stack: Stack, each: Association, target: Resource, document: Loaded
) -> Iterator[str]:
    suffix = f"/{_text(each.cluster)}/{each.subject}"
    calls = list(_chained(stack, each, document.policy))
    accounts = {call.account for call in calls}
    wanted = [
        value
        for value in values_of(document.policy.statements, "sts:externalid")
        if (found := _EXTERNAL_ID.fullmatch(value)) and found[2] == suffix and found[1] in accounts
    ]
    right = [replace(call, external_id=value) for call in calls for value in wanted]
    if not any(_passes(document, call) for call in right):
        wanted_id = f"<region>/<account>{suffix}"
        yield f"the trust policy of target role {target.name} does not ask for {wanted_id}"
    fitting = map(fill, filter(is_open, values_of(document.policy.statements, "sts:externalid")))
    others = tuple(islice(fitting, _SOME))
    for call in calls:
        for wrong in ("", f"eu-west-1/{call.pod.cluster.account}{suffix}x", "x", *others):
            if not _denied(document, replace(call, external_id=wrong)):
                what = f'external id "{wrong}"' if wrong else "no external id"
                yield f"target role {target.name} lets in its source with {what}"
                return


def _source_minimal(stack: Stack, _: Config) -> Findings:
    for each in stack.associations:
        source = stack.role_of(each)
        if source is None or each.target_role is None:
            continue
        for message in _too_much(stack, source):
            yield Finding(message, (_SOURCE,), source.urn)
        if not stack.given_policies[source.urn]:
            yield from _too_little(stack, each, source)


def _too_much(stack: Stack, source: Resource) -> Iterator[str]:
    for _source, document in loaded(held for _, held in stack.permissions[source.urn]):
        for statement in document.policy.statements:
            if statement.allow and (more := _more_than_chaining(statement)):
                label = f'statement "{statement.label}"'
                yield f"role {source.name} chains to another role, but {label} allows {more}"
    for arn in sorted(stack.given_policies[source.urn]):
        if ":iam::aws:policy/" in arn:
            yield f"role {source.name} chains to another role, but has {arn} attached"


def _more_than_chaining(statement: Statement) -> str:
    if statement.not_actions or statement.not_resources:
        return "everything but what it names"
    if more := sorted(frozenset(statement.actions) - _CHAINING):
        return ", ".join(map(to_text, more))
    unnamed = [each for each in statement.resources if ":role/" not in each or "*" in each]
    return f"any role that fits {', '.join(unnamed)}" if unnamed else ""


def _too_little(stack: Stack, each: Association, source: Resource) -> Iterator[Finding]:
    held = [document for _, document in stack.permissions[source.urn]]
    if not isinstance(each.target_role, str) or not all(each.is_known for each in held):
        return
    policies = [document.policy for _, document in loaded(iter(held))]
    needed = (ASSUME, TAG) if each.has_tags is True else (ASSUME,)
    for chained in [ChainedCall(_source_arn(stack, each, "111122223333"), _pod(each))]:
        for action in needed:
            request = replace(chained.request(action), resource=each.target_role)
            if is_allowed(policies, request).decision is Decision.DENIED:
                message = f"role {source.name} may not {action} its target {each.target_role}"
                yield Finding(message, (_SOURCE,), source.urn)


def _pod(each: Association) -> PodCall:
    cluster = Cluster("111122223333", _text(each.cluster))
    return PodCall(cluster, _text(each.namespace), _text(each.service_account), "", "")


_SOME = 8
_EXTERNAL_ID = re.compile(r"[a-z]+(?:-[a-z]+)+-\d+/(\d{12})(/.+)")
_NEIGHBOURS = {
    "other clusters": ("cluster", "another-cluster"),
    "other namespaces": ("namespace", "another"),
    "other service accounts": ("service_account", "another"),
}
_TARGET = (
    "allow sts:AssumeRole and sts:TagSession to the source's account, with aws:PrincipalArn of the"
    " source role and aws:RequestTag of cluster, namespace and service account"
)
_EXTERNAL = (
    'add "StringEquals": {"sts:ExternalId": "<region>/<account>/<cluster>/<namespace>/<service'
    ' account>"} to every statement that allows sts:AssumeRole'
)
_SOURCE = "allow sts:AssumeRole and sts:TagSession on the target roles' ARNs, and nothing else"

TARGET_TRUST = StackRule(
    id="pid-target-trust",
    title="A target role lets in its source role only, for the association's pods only.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "The root of an account as principal trusts every role in it. Session tags travel along"
        " and tell which pod calls, but another role could set the same tags, so both are needed:"
        " the source role, and the tags unless the source role itself lets in nobody else. While"
        " tags travel the target must allow sts:TagSession."
    ),
    fix="Bind aws:PrincipalArn to the source role and aws:RequestTag to the triple.",
    source=_PAGE,
    judge=_target_trust,
)

EXTERNAL_ID = StackRule(
    id="pid-target-external-id",
    title="Without session tags a target role asks for the association's external id.",
    severity=Severity.HIGH,
    level=Level.MANDATORY,
    why=(
        "With tags off the external id is the only sign of which association calls. It is"
        " region/account/cluster/namespace/service account, known before the association is made."
    ),
    fix="Compare sts:ExternalId with StringEquals, without wildcards, wherever it assumes.",
    source=_PAGE,
    judge=_external_id,
)

SOURCE_MINIMAL = StackRule(
    id="pid-source-role-minimal",
    title="A role that chains to another may do just that.",
    severity=Severity.MEDIUM,
    level=Level.ADVISORY,
    why=(
        "With a target role pods never work as the source role, so whatever else it may do serves"
        " nobody but an attacker. Both actions are needed while tags travel."
    ),
    fix="Allow sts:AssumeRole and sts:TagSession on the ARNs of the target roles.",
    source="https://docs.aws.amazon.com/eks/latest/best-practices/multi-account-strategy.html",
    judge=_source_minimal,
    framework=LEAST_PRIVILEGE,
)
