"""The emulator put together: services, front door and pages, from a seed and an address."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from eks_pod_identity_emulator.agent import Nodes, PodIdentityAgents
from eks_pod_identity_emulator.clock import SystemClock
from eks_pod_identity_emulator.cloudtrail import CloudTrailService, EventHistory
from eks_pod_identity_emulator.eks import EksService, load_catalog, with_own_versions
from eks_pod_identity_emulator.eks_auth import EksAuthService, RoleAssumer
from eks_pod_identity_emulator.eks_auth.trail import AssumeRoleTrail
from eks_pod_identity_emulator.enforcement import CarriedChecks, EksChecks, Gate, IamChecks
from eks_pod_identity_emulator.http.app import KUBERNETES_PREFIX, Application, Parts
from eks_pod_identity_emulator.http.calls import CallLog
from eks_pod_identity_emulator.http.console import Console
from eks_pod_identity_emulator.http.faults import Faults
from eks_pod_identity_emulator.http.gateway import Access, Gateway, Service
from eks_pod_identity_emulator.http.services import CarriedService, ModelledService, OwnService
from eks_pod_identity_emulator.http.subscriptions import CheckedSns
from eks_pod_identity_emulator.iam import CheckedIam, IamService, IamStore, StoredRoles
from eks_pod_identity_emulator.iam.assumable_roles import AssumableRoles
from eks_pod_identity_emulator.iam.callers import Callers
from eks_pod_identity_emulator.iam.grants import Grants
from eks_pod_identity_emulator.iam.seeding import seed_iam, seed_last_uses
from eks_pod_identity_emulator.kubernetes.api import KubernetesApi
from eks_pod_identity_emulator.kubernetes.authentication import TokenReview
from eks_pod_identity_emulator.kubernetes.clusters import Clusters
from eks_pod_identity_emulator.kubernetes.issuers import ClusterIssuers
from eks_pod_identity_emulator.kubernetes.kubeconfig import kubeconfig
from eks_pod_identity_emulator.kubernetes.trail import KubernetesTrail
from eks_pod_identity_emulator.ministack import CARRIED_SERVICES, MiniStack
from eks_pod_identity_emulator.ministack_seeding import seed_ministack
from eks_pod_identity_emulator.seed import EMPTY_SEED, Seed, SeedError, parse_seed
from eks_pod_identity_emulator.sessions import Sessions
from eks_pod_identity_emulator.settings import Settings
from eks_pod_identity_emulator.stacks import StackService, seed_stacks
from eks_pod_identity_emulator.sts import StsService

DEFAULT_ACCOUNT = "111122223333"
DEFAULT_REGION = "eu-west-1"


class Emulator:
    """An application, and how its AWS is replaced by a fresh one.

    MiniStack and what changes its code are there once; everything else belongs to one AWS.
    """

    def __init__(self, seed: Seed, address: str) -> None:
        """Put the emulator of a seed together.

        Args:
            seed: What there is at the start.
            address: Where it will be served, such as http://127.0.0.1:4566.

        Raises:
            SeedError: Something in the seed is refused.
        """
        self._seed = seed
        self._address = address
        self._clock = SystemClock()
        self._ministack = MiniStack(default_account(seed), default_region(seed))
        self._store = IamStore(self._ministack, self._clock)
        self._carried = CarriedService(self._ministack)
        self._stacks = StackService(self._carried, self._store)
        self._grants = Grants(self._store)
        self.application = Application(self._parts(seed), self._ministack.use_loop)

    def renew(self, text: str) -> Mapping[str, Any]:
        """Replace the AWS by a fresh one.

        Args:
            text: A seed file; an empty text stands for the seed of the start.

        Returns:
            The account and region of callers who name none, and a kubeconfig.

        Raises:
            SeedError: The text is no seed, and the AWS is as it was; or something in the seed is
                refused, and the AWS is empty.
        """
        seed = parse_seed(text) if text.strip() else self._seed
        try:
            self.application.parts = self._renewed(seed)
        except SeedError:
            self.application.parts = self._renewed(EMPTY_SEED)
            raise
        return {
            "account": default_account(seed),
            "region": default_region(seed),
            "kubeconfig": kubeconfig(seed, self._address),
        }

    def _renewed(self, seed: Seed) -> Parts:
        self._ministack.forget(default_account(seed), default_region(seed))
        self._store.forget()
        return self._parts(seed)

    def _parts(self, seed: Seed) -> Parts:
        iam = IamService(self._store)
        settings = self._settings(seed)
        quotas = {one.id: one.trust_policy_size for one in seed.accounts if one.trust_policy_size}
        self._store.limit_trust(settings.assume_role_policy_size_quota, quotas)
        seed_iam(iam, seed)
        seed_stacks(self._stacks, seed)
        seed_last_uses(self._store, seed)
        seed_ministack(self._ministack, seed)
        catalog = with_own_versions(load_catalog(), seed.offers)
        eks = EksService(settings, StoredRoles(self._store), self._clock, catalog)
        eks.load(seed)
        clusters = Clusters(eks, self._clock)
        clusters.load(seed)
        history = EventHistory(seed, self._clock, settings.event_delay_seconds)
        log, sessions = CallLog(also=history.add), Sessions(self._clock)
        organizations = {one.id: one.organization for one in seed.accounts if one.organization}
        callers = Callers(self._ministack, self._store, sessions, organizations)
        roles = self._roles(seed)
        services: dict[str, Service] = dict.fromkeys(CARRIED_SERVICES, self._carried)
        services["cloudformation"] = self._stacks
        services["cloudtrail"] = OwnService(CloudTrailService(history))
        services["eks"] = OwnService(eks)
        services["eks-auth"] = OwnService(
            EksAuthService(
                eks,
                clusters,
                RoleAssumer(roles, sessions, organizations, settings),
                self._clock,
                AssumeRoleTrail(log, self._clock).record,
            )
        )
        issuers = ClusterIssuers(eks, clusters)
        sts = StsService(self._store, self._grants, sessions, issuers)
        services["sts"] = OwnService(sts, otherwise=ModelledService(self._carried))
        services["sns"] = CheckedSns(self._carried)
        services["iam"] = OwnService(iam, otherwise=CheckedIam(self._carried))
        access = Access(callers, self._gate(eks))
        front_door = Gateway(services, access, Faults(settings), log, self._clock)
        nodes = Nodes(roles, sessions, self._clock)
        trail = KubernetesTrail(log, self._clock)
        return Parts(
            aws=front_door,
            agents=PodIdentityAgents(
                eks, front_door, nodes, self._clock, with_cache=settings.agent_cache
            ),
            kubernetes=KubernetesApi(clusters, TokenReview(callers), trail),
            pages=Console(log, clusters.pods, self.renew, issuers.document),
        )

    def _gate(self, eks: EksService) -> Gate:
        of_eks = EksChecks(eks)
        return Gate(
            self._grants,
            {"eks": of_eks, "eks-auth": of_eks, "iam": IamChecks(self._store)},
            CarriedChecks(self._ministack),
        )

    def _roles(self, seed: Seed) -> AssumableRoles:
        """Return IAM's roles, for those that are assumed for pods and nodes."""
        spread = seed.settings.iam_spread_seconds
        return AssumableRoles(self._store, self._grants.of_role, self._clock, spread)

    def _settings(self, seed: Seed) -> Settings:
        endpoint = f"{self._address}{KUBERNETES_PREFIX}{{account}}/{{region}}/{{cluster}}"
        return replace(seed.settings, cluster_endpoint=seed.settings.cluster_endpoint or endpoint)


def default_account(seed: Seed) -> str:
    """Return the account that callers get who name none: the seed's first."""
    return seed.accounts[0].id if seed.accounts else DEFAULT_ACCOUNT


def default_region(seed: Seed) -> str:
    """Return the region that callers get who name none: the first of the seed's first account."""
    regions = seed.accounts[0].regions if seed.accounts else ()
    return regions[0].name if regions else DEFAULT_REGION
