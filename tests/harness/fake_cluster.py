"""A cluster in memory: told what it has in words of a scenario, and changed by carrying out plans.

    cluster = FakeCluster()
    cluster.declare_role("mine")
    cluster.carry_out(plan)
    cluster.state

Values only; the planner is what is tested, so this knows nothing of it but its changes.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from eks_pod_identity.config import EXPANSION_KEY
from eks_pod_identity.iam.document import build_document
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import (
    DEFAULT_SESSION_DURATION,
    AddonState,
    Association,
    ClusterState,
    HealthIssue,
    IpFamily,
    KubernetesState,
    MissingPolicies,
    Role,
    ServiceAccountState,
    sorted_associations,
)
from eks_pod_identity.observed.ownership import (
    CLUSTER_TAG,
    LIST_TAG,
    SERVICE_ACCOUNT_TAG,
    STACK_TAG,
    tag_value,
)
from eks_pod_identity.planning.change import Change, Step
from eks_pod_identity.planning.desired import DesiredAddon, DesiredAssociation, MadeRole
from eks_pod_identity.planning.ledger.record import StackRecord
from eks_pod_identity.planning.plan import Plan

ACCOUNT = "111122223333"
REGION = "eu-west-1"
NAME = "demo"
STACK = "shop/prod"
_RUNNING = "v1.0.0-eksbuild.1"
TRUST = build_document(
    {
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
    }
)


def role_arn(name: str) -> str:
    """Return the ARN of a role of the cluster's account."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


KNOWN_POLICIES = (
    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",
    f"arn:aws:iam::{ACCOUNT}:policy/boundary",
)
"""What IAM has, where a case lost a policy."""


class FakeCluster:
    """A cluster, its add-ons and associations, and the roles of its account."""

    def __init__(self) -> None:
        self.cluster = ClusterState(
            NAME, f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{NAME}", version="1.33"
        )
        self.associations: dict[ServiceAccountRef, Association] = {}
        self.addons: dict[str, AddonState] = {}
        self.roles: dict[str, Role] = {}
        self.missing_roles: set[str] = set()
        self.missing_policies = MissingPolicies()
        self.namespaces: set[str] | None = None
        self.service_accounts: dict[ServiceAccountRef, ServiceAccountState] = {}
        self.held: dict[str, frozenset[str]] = {}
        """What the stack's state has on its roles."""
        self.listed: dict[str, frozenset[str]] = {}
        """What the stack's state has of the lists of add-ons."""

    @property
    def record(self) -> StackRecord:
        """What the stack's state says."""
        return StackRecord(dict(self.held), dict(self.listed))

    @property
    def state(self) -> ClusterState:
        """What an observer would see."""
        return replace(
            self.cluster,
            addons=dict(self.addons),
            associations=sorted_associations(self.associations.values()),
            roles=dict(self.roles),
            missing_roles=frozenset(self.missing_roles),
            missing_policies=self.missing_policies,
            kubernetes=self._kubernetes,
        )

    @property
    def _kubernetes(self) -> KubernetesState | None:
        if self.namespaces is None:
            return None
        return KubernetesState(frozenset(self.namespaces), dict(self.service_accounts))

    def show_kubernetes(self, namespaces: Iterable[str]) -> None:
        """Let the Kubernetes API be read, with these namespaces."""
        self.namespaces = {"default", "kube-system", *namespaces}

    def declare_service_account(self, entry: Mapping[str, Any]) -> None:
        """Have a service account."""
        ref = ServiceAccountRef(entry["namespace"], entry["name"])
        annotations = {**entry.get("annotations", {}), **_stack_tags(entry)}
        labels = entry.get("labels", {})
        self.service_accounts[ref] = ServiceAccountState(ref, labels, annotations)
        assert self.namespaces is not None
        self.namespaces.add(ref.namespace)

    def declare_cluster(self, **facts: Any) -> None:  # noqa: ANN401 - any YAML
        """Be in another status, version, IP family or mode."""
        if "ip_family" in facts:
            facts["ip_family"] = IpFamily(facts["ip_family"])
        self.cluster = replace(self.cluster, **facts)

    def declare_association(self, entry: Mapping[str, Any]) -> None:
        """Have an association, or have somebody change the one that is there."""
        ref = ServiceAccountRef(entry["namespace"], entry["serviceAccountName"])
        id_ = "a-" + hashlib.sha256(str(ref).encode()).hexdigest()[:17]
        arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:podidentityassociation/{NAME}/{id_}"
        there = self.associations.get(ref, Association(id_, arn, ref, ""))
        owner = entry.get("owner")
        self.associations[ref] = replace(
            there,
            role_arn=entry.get("roleARN", there.role_arn),
            target_role_arn=entry.get("targetRoleARN", there.target_role_arn),
            disable_session_tags=entry.get("disableSessionTags", there.disable_session_tags),
            policy=entry.get("policy", there.policy),
            owner_arn=addon_arn(owner) if owner else there.owner_arn,
            tags={**there.tags, **entry.get("tags", {}), **_stack_tags(entry)},
        )
        if "roleARN" in entry:
            self.declare_given_role(entry["roleARN"])

    def declare_addon(self, entry: Mapping[str, Any]) -> None:
        """Have an add-on, or have something happen to the one that is there."""
        name = entry["name"]
        there = self.addons.get(name, AddonState(name, _RUNNING, "ACTIVE", addon_arn(name)))
        self.addons[name] = replace(
            there,
            version=entry.get("version", there.version),
            status=entry.get("status", there.status),
            namespace=entry.get("namespace", there.namespace or "kube-system"),
            service_account_role_arn=entry.get(
                "serviceAccountRoleARN", there.service_account_role_arn
            ),
            configuration_values=entry.get("configurationValues", there.configuration_values),
            health_issues=tuple(HealthIssue(**each) for each in entry.get("issues", ())),
            tags={**there.tags, **entry.get("tags", {}), **_stack_tags(entry)},
        )

    def declare_role(self, entry: Mapping[str, Any]) -> None:
        """Have a role, or have somebody change the one that is there."""
        arn = role_arn(entry["name"])
        there = self.roles.get(arn, Role(arn, entry["name"].rpartition("/")[2], TRUST))
        self.roles[arn] = replace(
            there,
            trust_policy=entry.get("trust", there.trust_policy),
            attached_policy_arns=tuple(entry.get("policies", there.attached_policy_arns)),
            inline_policies=entry.get("inline", there.inline_policies),
            permissions_boundary_arn=entry.get("boundary", there.permissions_boundary_arn),
            tags={**there.tags, **entry.get("tags", {}), **_stack_tags(entry)},
        )

    def declare_given_role(self, arn: str) -> None:
        """Have a role that users gave, unless it is known already or known to be missing."""
        if arn not in self.missing_roles and f":{ACCOUNT}:" in arn:
            self.roles.setdefault(arn, Role(arn, arn.rpartition("/")[2], TRUST))

    def lose(self, lost: Mapping[str, Any]) -> None:
        """Have somebody delete things behind the stack's back."""
        for ref in lost.get("associations", ()):
            del self.associations[ServiceAccountRef(*ref.split("/"))]
        for name in lost.get("addons", ()):
            del self.addons[name]
        for name in lost.get("roles", ()):
            self.roles.pop(role_arn(name), None)
            self.missing_roles.add(role_arn(name))
        if "policies" in lost:
            self.missing_policies = MissingPolicies(frozenset(lost["policies"]), KNOWN_POLICIES)
        for ref in lost.get("serviceAccounts", ()):
            del self.service_accounts[ServiceAccountRef(*ref.split("/"))]

    def carry_out(self, plan: Plan) -> None:
        """Do what a plan says."""
        for change in plan.differences:
            self._carry_out(change)

    def _carry_out(self, change: Change) -> None:
        if change.step in {Step.DELETE, Step.REPLACE}:
            self._delete(change)
        match change.desired:
            case MadeRole():
                self._put_role(change.desired)
            case DesiredAssociation():
                self._put_association(change.desired)
            case DesiredAddon():
                self._put_addon(change.desired)
            case ServiceAccountRef(namespace, name):
                entry = {"namespace": namespace, "name": name, "stack": STACK}
                self.declare_service_account(entry)
            case None:
                assert change.step is Step.DELETE

    def _delete(self, change: Change) -> None:
        match change.observed:
            case Role():
                del self.roles[change.observed.arn]
                self.held.pop(change.observed.arn, None)
            case Association():
                del self.associations[change.observed.service_account]
            case AddonState():
                del self.addons[change.observed.name]
            case ServiceAccountState():
                del self.service_accounts[change.observed.ref]
            case None:
                raise AssertionError(f"nothing to delete: {change}")

    def _put_role(self, role: MadeRole) -> None:
        there = self.roles.get(role.arn, Role(role.arn, role.name, TRUST))
        held = self.held.get(role.arn, self._all_on(there))
        attached = {*there.attached_policy_arns} - held | {*role.managed_policy_arns}
        inline = {name: each for name, each in there.inline_policies.items() if name not in held}
        self.held[role.arn] = frozenset({*role.managed_policy_arns, *role.inline_policies})
        self.roles[role.arn] = Role(
            role.arn,
            role.name,
            role.trust_policy,
            tuple(sorted(attached)),
            {**inline, **role.inline_policies},
            role.permissions_boundary_arn,
            {**role.tags, **_role_tags(role)},
            role.description or "",
            role.max_session_duration or DEFAULT_SESSION_DURATION,
        )
        self.missing_roles.discard(role.arn)

    def _all_on(self, role: Role) -> frozenset[str]:
        return frozenset({*role.attached_policy_arns, *role.inline_policies})

    def _put_association(self, desired: DesiredAssociation) -> None:
        ref = desired.service_account
        own = {} if desired.addon else {**desired.tags, **_tags(ref), **_list_tag(desired)}
        self.associations.pop(ref, None)
        self.declare_association(
            {
                "namespace": ref.namespace,
                "serviceAccountName": ref.name,
                "roleARN": desired.role.arn,
                "targetRoleARN": desired.target_role_arn,
                "disableSessionTags": desired.disable_session_tags,
                "policy": desired.policy,
                "owner": desired.addon,
                "tags": own,
            }
        )

    def _put_addon(self, desired: DesiredAddon) -> None:
        there = self.addons.get(desired.name)
        self.listed[desired.name] = frozenset(
            each.service_account.name for each in desired.associations or ()
        )
        version = desired.version or (there and there.version)
        default = desired.permissions.version
        self.addons[desired.name] = AddonState(
            name=desired.name,
            version=version or (default.version if default else _RUNNING),
            status="ACTIVE",
            arn=addon_arn(desired.name),
            service_account_role_arn=desired.service_account_role_arn
            or (there and there.service_account_role_arn),
            configuration_values=desired.configuration_values
            or (there and there.configuration_values),
            namespace=desired.permissions.namespace,
            tags={**desired.tags, **_tags(None)},
        )


def addon_arn(name: str) -> str:
    """Return the ARN of an add-on of the cluster."""
    return f"arn:aws:eks:{REGION}:{ACCOUNT}:addon/{NAME}/{name}/b4c8f0e2"


def _tags(ref: ServiceAccountRef | None, stack: str = STACK) -> dict[str, str]:
    tags = {CLUSTER_TAG: NAME, STACK_TAG: tag_value(stack)}
    return {**tags, SERVICE_ACCOUNT_TAG: tag_value(str(ref))} if ref else tags


def _role_tags(role: MadeRole) -> dict[str, str]:
    if role.is_shared:
        return {**_tags(None), LIST_TAG: EXPANSION_KEY}
    return _tags(role.service_account)


def _list_tag(desired: DesiredAssociation) -> dict[str, str]:
    return {LIST_TAG: EXPANSION_KEY} if desired.is_expanded else {}


def _stack_tags(entry: Mapping[str, Any]) -> dict[str, str]:
    if "stack" not in entry:
        return {}
    account = entry.get("serviceAccount")
    return _tags(ServiceAccountRef(*account.split("/")) if account else None, entry["stack"])
