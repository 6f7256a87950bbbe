"""Roles with their trust policies and the associations that use them, wherever they come from.

In: a policy document, the resources of a stack, the desired state of a file, or what AWS has.
Out: roles. A role of a stack whose document is a secret or not known yet has none.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from eks_pod_identity.names import ServiceAccountRef, cluster_arn, parse_arn
from eks_pod_identity.observed.account import AccountState
from eks_pod_identity.observed.stack import StackResource
from eks_pod_identity.review.stack_json import is_secret, is_unknown

Json: TypeAlias = Any
ROLE = "aws:iam/role:Role"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@dataclass(frozen=True, slots=True)
class Use:
    """An association that uses a role.

    Attributes:
        cluster_arn: The cluster.
        service_account: Whose pods get the role.
        session_tags: Whether EKS sends its session tags.
        source_role_arn: The role that EKS assumes first, if this one is the target.
    """

    cluster_arn: str
    service_account: ServiceAccountRef
    session_tags: bool = True
    source_role_arn: str = ""

    def __str__(self) -> str:
        return f"{self.service_account} in cluster {self.cluster_arn.rpartition('/')[2]}"


@dataclass(frozen=True, slots=True)
class RoleTrust:
    """A role with who may assume it.

    Attributes:
        label: As people call it.
        arn: Its ARN; empty if that is not known.
        trust: Its trust policy, not judged yet; None if it cannot be seen.
        uses: The associations that use it.
        reason: Why the trust policy cannot be seen.
    """

    label: str
    arn: str
    trust: Json = field(hash=False)
    uses: tuple[Use, ...] = ()
    reason: str = ""


def roles_of_account(state: AccountState, arns: Iterable[str]) -> Iterator[RoleTrust]:
    """Yield roles that AWS has."""
    for arn in arns:
        role = state.roles[arn]
        yield RoleTrust(role.name, arn, role.trust_policy, tuple(_uses_of(state, arn)))


def _uses_of(state: AccountState, arn: str) -> Iterator[Use]:
    for cluster in state.clusters:
        for each in cluster.associations:
            tags = not each.disable_session_tags
            if each.role_arn == arn:
                yield Use(cluster.arn, each.service_account, tags)
            if each.target_role_arn == arn:
                yield Use(cluster.arn, each.service_account, tags, each.role_arn)


def roles_of_stack(resources: Iterable[StackResource]) -> Iterator[RoleTrust]:
    """Yield the roles of a stack's state, or of a preview."""
    found = tuple(resources)
    by_arn: dict[str, list[Use]] = {}
    for each in found:
        if each.type == ASSOCIATION:
            _add_uses(by_arn, each)
    for each in found:
        if each.type == ROLE:
            arn = _text(each.outputs.get("arn"))
            trust = each.inputs.get("assumeRolePolicy", each.outputs.get("assumeRolePolicy"))
            reason = _hidden(trust)
            label = _text(each.outputs.get("name")) or each.name
            uses = tuple(by_arn.get(arn, ()))
            yield RoleTrust(label, arn, None if reason else trust, uses, reason)


def _add_uses(by_arn: dict[str, list[Use]], association: StackResource) -> None:
    values = {**association.inputs, **association.outputs}
    names = [_text(values.get(key)) for key in ("clusterName", "namespace", "serviceAccount")]
    role, target = _text(values.get("roleArn")), _text(values.get("targetRoleArn"))
    place = parse_arn(_text(association.outputs.get("associationArn"))) or parse_arn(role)
    if not all(names) or place is None:
        return
    region = place.region or _text(values.get("region"))
    cluster = cluster_arn(place.partition, region, place.account, names[0])
    account, tags = ServiceAccountRef(*names[1:]), values.get("disableSessionTags") is not True
    by_arn.setdefault(role, []).append(Use(cluster, account, tags))
    if target:
        by_arn.setdefault(target, []).append(Use(cluster, account, tags, role))


def _hidden(value: Json) -> str:
    if is_secret(value):
        return "its trust policy is a secret, which Pulumi does not print"
    return "its trust policy is not known before the update" if is_unknown(value) else ""


def _text(value: Json) -> str:
    return value if isinstance(value, str) and not is_unknown(value) else ""


def by_label(roles: Iterable[RoleTrust]) -> Mapping[str, RoleTrust]:
    """Return roles by ARN and by name, those that have one."""
    found: dict[str, RoleTrust] = {}
    for each in roles:
        found.setdefault(each.label, each)
        found.setdefault(each.arn, each)
    return found
