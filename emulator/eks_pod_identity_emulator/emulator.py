"""The emulator put together: services, front door and pages, from a seed and an address."""

from dataclasses import replace

from eks_pod_identity_emulator.agent import Nodes, PodIdentityAgents
from eks_pod_identity_emulator.authorization import CallerPolicies
from eks_pod_identity_emulator.clock import Clock, SystemClock
from eks_pod_identity_emulator.eks import EksService
from eks_pod_identity_emulator.eks_auth import EksAuthService, RoleAssumer, Roles
from eks_pod_identity_emulator.eks_auth.trail import AssumeRoleTrail
from eks_pod_identity_emulator.http.app import KUBERNETES_PREFIX, Application
from eks_pod_identity_emulator.http.calls import CallLog
from eks_pod_identity_emulator.http.console import Console
from eks_pod_identity_emulator.http.faults import Faults
from eks_pod_identity_emulator.http.gateway import Gateway, Service
from eks_pod_identity_emulator.http.services import CarriedService, ModelledService, OwnService
from eks_pod_identity_emulator.iam import CheckedIam, IamService, IamStore, StoredRoles
from eks_pod_identity_emulator.iam.assumable_roles import AssumableRoles
from eks_pod_identity_emulator.iam.seeding import seed_iam
from eks_pod_identity_emulator.kubernetes.api import KubernetesApi
from eks_pod_identity_emulator.kubernetes.authentication import TokenReview
from eks_pod_identity_emulator.kubernetes.clusters import Clusters
from eks_pod_identity_emulator.ministack import CARRIED_SERVICES, MiniStack
from eks_pod_identity_emulator.seed import Seed
from eks_pod_identity_emulator.sessions import Sessions
from eks_pod_identity_emulator.stacks import StackService

DEFAULT_ACCOUNT = "111122223333"
DEFAULT_REGION = "eu-west-1"


def build_emulator(seed: Seed, address: str) -> Application:
    """Return the emulator of a seed, to be served at an address such as http://127.0.0.1:4566.

    Raises:
        SeedError: Something in the seed is refused.
    """
    clock = SystemClock()
    ministack = MiniStack(default_account(seed), default_region(seed))
    store = IamStore(ministack, clock)
    iam = IamService(store)
    seed_iam(iam, seed)
    endpoint = f"{address}{KUBERNETES_PREFIX}{{account}}/{{region}}/{{cluster}}"
    settings = replace(seed.settings, cluster_endpoint=seed.settings.cluster_endpoint or endpoint)
    eks = EksService(settings, StoredRoles(store), clock)
    eks.load(seed)
    clusters = Clusters(eks, clock)
    clusters.load(seed)
    log, sessions = CallLog(), Sessions(clock)
    carried = CarriedService(ministack)
    services: dict[str, Service] = dict.fromkeys(CARRIED_SERVICES, carried)
    services["cloudformation"] = StackService(carried, store)
    services["eks"] = OwnService(eks)
    roles = _roles(seed, store, clock)
    assumer = _role_assumer(seed, roles, sessions)
    trail = AssumeRoleTrail(log, clock)
    services["eks-auth"] = OwnService(EksAuthService(eks, clusters, assumer, clock, trail.record))
    services["sts"] = ModelledService(carried)
    services["iam"] = OwnService(iam, otherwise=CheckedIam(carried))
    front_door = Gateway(services, ministack, Faults(settings), log, clock)
    nodes = Nodes(roles, sessions, clock)
    return Application(
        aws=front_door,
        agents=PodIdentityAgents(eks, front_door, nodes, clock, with_cache=settings.agent_cache),
        kubernetes=KubernetesApi(clusters, TokenReview(ministack)),
        pages=Console(log, clusters.pods),
        on_start=ministack.use_loop,
    )


def _roles(seed: Seed, store: IamStore, clock: Clock) -> AssumableRoles:
    """Return IAM's roles, for those that are assumed for pods and nodes."""
    spread = seed.settings.iam_spread_seconds
    return AssumableRoles(store, lambda _: CallerPolicies(), clock, spread)


def _role_assumer(seed: Seed, roles: Roles, sessions: Sessions) -> RoleAssumer:
    """Return what makes the sessions of pods."""
    organizations = {one.id: one.organization for one in seed.accounts if one.organization}
    with_tags = seed.settings.external_id_with_tags
    return RoleAssumer(roles, sessions, organizations, external_id_with_tags=with_tags)


def default_account(seed: Seed) -> str:
    """Return the account that callers get who name none: the seed's first."""
    return seed.accounts[0].id if seed.accounts else DEFAULT_ACCOUNT


def default_region(seed: Seed) -> str:
    """Return the region that callers get who name none: the first of the seed's first account."""
    regions = seed.accounts[0].regions if seed.accounts else ()
    return regions[0].name if regions else DEFAULT_REGION
