"""What a plan depends on, read live: from AWS, Kubernetes and the stack of the file's program."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from eks_pod_identity.aws.addon_facts import observe_addon_facts
from eks_pod_identity.aws.catalog import AddonCatalog
from eks_pod_identity.aws.kubernetes import KubernetesAccess, Notes
from eks_pod_identity.aws.missing_policies import find_missing_policies
from eks_pod_identity.aws.observe import ClusterObserver
from eks_pod_identity.aws.observe_existence import observe_roles_named
from eks_pod_identity.aws.parallel import Progress
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.cli.stack.default_tags import read_default_tags
from eks_pod_identity.cli.stack.policies import read_stack_record
from eks_pod_identity.cli.stack.project_file import Programs
from eks_pod_identity.observed.cluster import ClusterState, Role
from eks_pod_identity.planning.addon_permissions import AddonFacts, AddonRequest
from eks_pod_identity.planning.ledger.record import StackRecord


@dataclass(frozen=True, slots=True)
class LivePlanSource:
    """A `PlanSource` that reads one cluster.

    Attributes:
        session: Where AWS is asked, and as whom.
        cluster: The cluster's name.
        kubernetes: The way to its Kubernetes API.
        programs: The Pulumi programs that the file may be of.
        progress: Gets how far long reads have come.
    """

    session: AwsSession
    cluster: str
    kubernetes: KubernetesAccess
    programs: Programs
    progress: Progress

    def observe(self) -> tuple[ClusterState, Notes]:
        """Return AWS's and Kubernetes' part of the cluster, read side by side."""
        observer = self._observer
        cluster = observer.observe_cluster()
        with ThreadPoolExecutor(1) as beside:
            kubernetes = beside.submit(self.kubernetes.read, cluster)
            state = observer.observe(cluster)
            objects, notes = kubernetes.result()
        return replace(state, kubernetes=objects), notes

    def addon_facts(
        self, requests: Sequence[AddonRequest], observed: ClusterState
    ) -> Mapping[str, AddonFacts]:
        """Return what EKS's catalogue says of add-ons, by name."""
        catalog = AddonCatalog(self.session.eks())
        return observe_addon_facts(catalog, requests, observed, self.progress)

    def default_tags(self, stack: str | None) -> Mapping[str, str]:
        """Return the default tags in the settings of a `project/stack`."""
        return read_default_tags(self.programs, stack)

    def with_roles(self, observed: ClusterState, role_arns: frozenset[str]) -> ClusterState:
        """Return a cluster with these roles looked up in IAM."""
        found = self._observer.observe_roles(role_arns)
        return replace(observed, roles=found.roles, missing_roles=found.missing)

    def with_missing_policies(self, observed: ClusterState, arns: frozenset[str]) -> ClusterState:
        """Return a cluster with those of these managed policies that IAM does not have."""
        found = find_missing_policies(self.session.iam(), arns, self.progress) if arns else None
        return replace(observed, missing_policies=found) if found else observed

    def roles_named(self, names: frozenset[str]) -> Mapping[str, Role]:
        """Return the roles of these names that IAM has."""
        return observe_roles_named(self.session.iam(), names)

    def record(self, stack: str | None) -> tuple[StackRecord | None, Notes]:
        """Return what the state of a `project/stack` says, or None and why not."""
        return read_stack_record(self.programs, stack, self.cluster)

    @property
    def _observer(self) -> ClusterObserver:
        return ClusterObserver(self.session, self.cluster, self.progress)
