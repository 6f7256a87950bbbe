"""Accounts as an observer would hand them over, from YAML.

A case has a `reason`; `clusters` with associations and add-ons, `roles` and `policies` by name,
`missing` names of roles that are gone; `config` as the file of rules has it, `selection`; and
`expect`, a line `LEVEL RULE SUBJECT` for each breach, and `gaps`, the addresses not judged.

A cluster's `serviceAccounts` are what Kubernetes has, with annotations; none means it was not read.
A role's `trust` is a document, or `CLUSTER/NAMESPACE/SERVICE ACCOUNT` for one closed to that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML

from eks_pod_identity.audit.report import AuditReport
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.account import AccountState, ManagedPolicy, Selection
from eks_pod_identity.observed.cluster import (
    AddonState,
    Association,
    ClusterState,
    KubernetesState,
    Role,
    ServiceAccountState,
)

Json: TypeAlias = Any

ACCOUNT = "111122223333"
REGION = "eu-west-1"
CASES = Path(__file__).parents[1] / "cases" / "audit" / "judged"


@dataclass(frozen=True, slots=True)
class AuditCase:
    """One file."""

    name: str
    content: Mapping[str, Json]

    @property
    def state(self) -> AccountState:
        """The account."""
        return account_state(self.content)

    @property
    def selection(self) -> Selection:
        """The associations that are asked for."""
        return Selection(**self.content.get("selection", {}))

    @property
    def config(self) -> str:
        """The text of the file of rules."""
        return json.dumps(self.content.get("config", {}))


def audit_cases() -> list[AuditCase]:
    """Return all cases, by name."""
    yaml = YAML(typ="safe", pure=True)
    return [AuditCase(path.stem, yaml.load(path)) for path in sorted(CASES.glob("*.yaml"))]


def account_state(content: Mapping[str, Json]) -> AccountState:
    """Return an account as it is written in a case."""
    roles = (_role(name, each) for name, each in content.get("roles", {}).items())
    policies = (_policy(name, each) for name, each in content.get("policies", {}).items())
    return AccountState(
        clusters=tuple(_cluster(name, each) for name, each in content.get("clusters", {}).items()),
        roles={role.arn: role for role in roles},
        missing_roles=frozenset(map(role_arn, content.get("missing", ()))),
        policies={policy.arn: policy for policy in policies},
    )


def told(report: AuditReport) -> list[str]:
    """Return the breaches of a report as a case writes them."""
    return sorted(
        f"{each.level.value} {each.rule.id} {each.subject.address.rpartition(':')[2]}"
        for each in report.breaches
    )


def role_arn(name: str) -> str:
    """Return the ARN of a role of the account; an ARN is one already."""
    return name if name.startswith("arn:") else f"arn:aws:iam::{ACCOUNT}:role/{name}"


def cluster_arn(name: str) -> str:
    """Return the ARN of a cluster."""
    return f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{name}"


def _cluster(name: str, content: Mapping[str, Json] | None) -> ClusterState:
    content = content or {}
    addons = {each: _addon(name, each, facts) for each, facts in content.get("addons", {}).items()}
    entries = enumerate(content.get("associations", ()))
    found = tuple(_association(name, index, each) for index, each in entries)
    return ClusterState(
        name,
        cluster_arn(name),
        "1.33",
        addons=addons,
        associations=found,
        kubernetes=_kubernetes(content.get("serviceAccounts")),
    )


def _kubernetes(accounts: Mapping[str, Json] | None) -> KubernetesState | None:
    if accounts is None:
        return None
    refs = {ServiceAccountRef(*name.split("/")): each or {} for name, each in accounts.items()}
    return KubernetesState(
        service_accounts={
            ref: ServiceAccountState(ref, annotations=annotations)
            for ref, annotations in refs.items()
        }
    )


def _addon(cluster: str, name: str, facts: Mapping[str, Json] | None) -> AddonState:
    irsa = (facts or {}).get("serviceAccountRole")
    status = (facts or {}).get("status", "ACTIVE")
    arn = _addon_arn(cluster, name)
    return AddonState(name, "v1", status, arn, service_account_role_arn=irsa and role_arn(irsa))


def _addon_arn(cluster: str, name: str) -> str:
    return f"arn:aws:eks:{REGION}:{ACCOUNT}:addon/{cluster}/{name}/b4c8f0e2"


def _association(cluster: str, index: int, each: Mapping[str, Json]) -> Association:
    arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:podidentityassociation/{cluster}/a-{index:017}"
    target, owner = each.get("targetRole"), each.get("owner")
    return Association(
        id=f"a-{index:017}",
        arn=arn,
        service_account=ServiceAccountRef(*each["serviceAccount"].split("/")),
        role_arn=role_arn(each["role"]),
        owner_arn=owner and _addon_arn(cluster, owner),
        target_role_arn=target and role_arn(target),
        disable_session_tags=each.get("tagsOff", False),
        policy=each.get("policy"),
        tags=each.get("tags", {}),
    )


def _role(name: str, content: Mapping[str, Json]) -> Role:
    trust = content["trust"]
    return Role(
        arn=role_arn(name),
        name=name.rpartition("/")[2],
        trust_policy=closed_trust(trust) if isinstance(trust, str) else trust,
        attached_policy_arns=tuple(content.get("attached", ())),
        inline_policies=content.get("inline", {}),
        permissions_boundary_arn=content.get("boundary"),
        tags=content.get("tags", {}),
    )


def closed_trust(user: str) -> dict[str, Json]:
    """Return a trust policy that lets in one service account, `CLUSTER/NAMESPACE/NAME`."""
    cluster, namespace, name = user.split("/")
    tags = {"kubernetes-namespace": namespace, "kubernetes-service-account": name}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {
                    "StringEquals": {
                        "aws:SourceAccount": ACCOUNT,
                        **{f"aws:RequestTag/{key}": value for key, value in tags.items()},
                    },
                    "ArnEquals": {"aws:SourceArn": cluster_arn(cluster)},
                },
            }
        ],
    }


def _policy(arn: str, document: Mapping[str, Json] | None) -> ManagedPolicy:
    return ManagedPolicy(arn, arn.rpartition("/")[2], document)
