"""The clusters that EKS has, each with its objects; they come and go with EKS's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks import AssociationView, Caller, EksService
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.kubernetes.addon_accounts import AddonAccounts
from eks_pod_identity_emulator.kubernetes.agent_daemon_set import AgentDaemonSet
from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.injection import (
    IRSA_ROLE,
    Injection,
    irsa_injection,
    pod_identity_injection,
)
from eks_pod_identity_emulator.kubernetes.kinds import POD
from eks_pod_identity_emulator.kubernetes.nodes import DEFAULT_NODES
from eks_pod_identity_emulator.kubernetes.refusals import StatusError
from eks_pod_identity_emulator.kubernetes.seeded_pods import add_pods
from eks_pod_identity_emulator.kubernetes.seeding import fill_accounts, fill_objects
from eks_pod_identity_emulator.kubernetes.tokens import ServiceAccountTokens
from eks_pod_identity_emulator.seed import Seed, SeedCluster, SeedNode


class PodIdentityWebhook:
    """The webhook of one cluster, which knows the associations that have spread."""

    def __init__(self, eks: EksService, caller: Caller, cluster: str, ip_family: str) -> None:
        self._eks = eks
        self._caller = caller
        self._cluster = cluster
        self._ip_family = ip_family

    def injection(
        self, namespace: str, service_account: str, annotations: Mapping[str, str]
    ) -> Injection | None:
        """Return what a pod of this service account gets, None if nothing."""
        association = self._eks.association_visible(
            self._caller, self._cluster, namespace, service_account
        )
        role = self._irsa_role(association) if association else None
        if role is not None:
            return irsa_injection(self._caller.region, {**annotations, IRSA_ROLE: role})
        if association is not None:
            return pod_identity_injection(self._caller.region, self._ip_family, annotations)
        return irsa_injection(self._caller.region, annotations)

    def _irsa_role(self, association: AssociationView) -> str | None:
        """Return the IRSA role that an add-on's pods use in spite of an association, or None.

        That is so where no agent runs: "If Pod Identity is not enabled, the serviceAccountRoleArn
        will be used": https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html
        """
        if association.owner_arn is None:
            return None
        if self._eks.cluster(self._caller, self._cluster).agent_runs:
            return None
        name = association.owner_arn.split("/")[2]
        installed = self._eks.installed_addons(self._caller, self._cluster)
        return next((one.service_account_role_arn for one in installed if one.name == name), None)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A cluster of which EKS has made no other of the same name since."""

    born: datetime
    cluster: Cluster
    accounts: AddonAccounts = field(default_factory=AddonAccounts)
    agent: AgentDaemonSet = field(default_factory=AgentDaemonSet)


class Clusters:
    """Finds clusters by account, region and name; used from one thread."""

    def __init__(self, eks: EksService, clock: Clock) -> None:
        self._eks = eks
        self._clock = clock
        self._clusters: dict[tuple[str, str, str], _Standing] = {}

    def cluster(self, account: str, region: str, name: str) -> tuple[Cluster, str]:
        """Return a cluster's API and its Kubernetes version; add-ons have made their accounts.

        Raises:
            StatusError: EKS has no such cluster.
        """
        caller = Caller(account, region)
        standing, described = self._up_to_date(caller, name)
        return standing.cluster, described["version"]

    def tokens(self, caller: Caller, name: str) -> tuple[str, ServiceAccountTokens]:
        """Return a cluster's ARN and the issuer of its service accounts' tokens.

        Raises:
            StatusError: EKS has no such cluster.
        """
        standing, described = self._up_to_date(caller, name)
        return described["arn"], standing.cluster.tokens

    def _up_to_date(self, caller: Caller, name: str) -> tuple[_Standing, Mapping[str, Any]]:
        standing, described = self._standing(caller, name)
        installed = self._eks.installed_addons(caller, name)
        preserved = self._eks.preserved_addons(caller, name)
        standing.accounts.bring_about(standing.cluster, installed, preserved)
        standing.agent.bring_about(standing.cluster, installed, preserved)
        return standing, described

    def _standing(
        self, caller: Caller, name: str, nodes: Iterable[SeedNode] = DEFAULT_NODES
    ) -> tuple[_Standing, Mapping[str, Any]]:
        try:
            described = self._eks.call("DescribeCluster", {"name": name}, caller)["cluster"]
        except ApiError as error:
            place = f"{caller.region} of account {caller.account}"
            message = f"no cluster {name!r} in {place}: {error.message}"
            raise StatusError(404, "NotFound", message) from error
        key = (caller.account, caller.region, name)
        found = self._clusters.get(key)
        if found is None or found.born != described["createdAt"]:
            issuer = described["identity"]["oidc"]["issuer"]
            cluster = Cluster(self._webhook(caller, described), self._clock, issuer, nodes)
            found = self._clusters[key] = _Standing(described["createdAt"], cluster)
        return found, described

    def _webhook(self, caller: Caller, described: Mapping[str, Any]) -> PodIdentityWebhook:
        family = described["kubernetesNetworkConfig"]["ipFamily"]
        return PodIdentityWebhook(self._eks, caller, described["name"], family)

    def load(self, seed: Seed) -> None:
        """Put the Kubernetes side of a seed into its clusters.

        Raises:
            SeedError: A cluster refuses an object.
        """
        for account in seed.accounts:
            for region in account.regions:
                for declared in region.clusters:
                    caller = Caller(account.id, region.name)
                    self._load(caller, declared)

    def _load(self, caller: Caller, declared: SeedCluster) -> None:
        compute = declared.compute
        cluster = self._standing(caller, declared.name, compute.nodes or DEFAULT_NODES)[0].cluster
        cluster.fargate_profiles = compute.fargate_profiles
        cluster.access = declared.kubernetes_access
        fill_accounts(cluster, declared)
        self._up_to_date(caller, declared.name)
        add_pods(cluster, declared)
        fill_objects(cluster, declared)

    def pods(self) -> list[dict[str, Any]]:
        """Return, for each cluster, restarts per add-on and what pods get and would get."""
        return [
            self._pods_of(view.caller, view.name)
            for view in self._eks.clusters()
            if view.status not in ("CREATING", "DELETING", "FAILED")
        ]

    def _pods_of(self, caller: Caller, name: str) -> dict[str, Any]:
        cluster, _ = self.cluster(caller.account, caller.region, name)
        associations = self._eks.associations_visible(caller, name)
        return {
            "account": caller.account,
            "region": caller.region,
            "cluster": name,
            "agent": self._eks.cluster(caller, name).agent_runs,
            "addonRestarts": self._eks.addon_restarts(caller, name),
            "injections": [
                {
                    "namespace": association.namespace,
                    "serviceAccount": association.service_account,
                    "associationId": association.id,
                    "env": cluster.injected_env(association.namespace, association.service_account),
                }
                for association in associations
            ],
            "pods": [_pod(pod) for pod in cluster.objects.all(POD)],
        }


def _pod(pod: Mapping[str, Any]) -> dict[str, Any]:
    metadata, spec = pod["metadata"], pod["spec"]
    return {
        "namespace": metadata["namespace"],
        "name": metadata["name"],
        "serviceAccount": spec["serviceAccountName"],
        "env": {
            variable["name"]: variable.get("value")
            for container in spec["containers"]
            for variable in container.get("env") or []
            if variable["name"].startswith("AWS_")
        },
    }
