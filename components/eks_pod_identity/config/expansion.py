"""What a file declares for one cluster: its standalone associations, every pattern multiplied out.

    for declared in standalone_associations(config):
        declared.entry.namespace, declared.sharers

Goes in: a ClusterConfig. Comes out: one value per association, in the order of the file. Whether
the entries are right is for `validate` to say; nothing here raises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.pattern import EXPANSION_KEY, AssociationPattern
from eks_pod_identity.config.places import Path
from eks_pod_identity.iam.trust import TrustScope
from eks_pod_identity.iam.well_known import Scope
from eks_pod_identity.names import ServiceAccountRef, shortened_role_name

LIST: Path = ("iam", "podIdentityAssociations")
EXPANSION_LIST: Path = (EXPANSION_KEY, "associations")

_CLUSTER = "{cluster}"


@dataclass(frozen=True, slots=True)
class DeclaredAssociation:
    """A standalone association that a file asks for.

    Attributes:
        path: The entry that it comes from; those of one pattern have the same.
        entry: The entry for this association alone.
        sharers: The service accounts whose one role is made for the entry, sorted; none if the
            association has a role to itself.
        trust_scope: Who may take the role on.
        scopes: What narrows well-known policies, by policy; ARNs may be templates.
        clusters: The clusters with pods that share the role, if it is one for several.
    """

    path: Path
    entry: PodIdentityAssociation
    sharers: tuple[ServiceAccountRef, ...] = ()
    trust_scope: TrustScope = TrustScope.SERVICE_ACCOUNT
    scopes: Mapping[str, Scope] = field(default_factory=dict, hash=False)
    clusters: tuple[str, ...] = ()

    @property
    def made_in(self) -> str | None:
        """The cluster whose part of the file makes the role that several clusters share."""
        return self.clusters[0] if self.clusters else None

    @property
    def service_account(self) -> ServiceAccountRef:
        """Whose pods get the role."""
        return ServiceAccountRef(self.entry.namespace, self.entry.service_account_name)

    @property
    def is_expanded(self) -> bool:
        """Whether it comes from `x-eks-pod-identity`."""
        return self.path[0] == EXPANSION_KEY


def written_associations(
    config: ClusterConfig,
) -> Iterator[tuple[Path, PodIdentityAssociation]]:
    """Yield every standalone entry as it is written, with its path."""
    for index, entry in enumerate((config.iam and config.iam.pod_identity_associations) or ()):
        yield (*LIST, index), entry
    for index, pattern in enumerate(config.patterns):
        yield (*EXPANSION_LIST, index), pattern


def standalone_associations(config: ClusterConfig) -> Iterator[DeclaredAssociation]:
    """Yield the standalone associations of the file's cluster."""
    for path, entry in written_associations(config):
        if isinstance(entry, AssociationPattern):
            clusters = clusters_of(entry, config)
            if config.metadata.name in clusters:
                yield from expand(path, entry, config.metadata.name, clusters)
        else:
            yield DeclaredAssociation(path, entry)


def omitted_lists(config: ClusterConfig) -> frozenset[Path]:
    """Return the lists of standalone associations that a file omits, null counted as omitted."""
    block = config.x_eks_pod_identity
    lists = {
        LIST: config.iam.pod_identity_associations if config.iam else None,
        EXPANSION_LIST: block.associations if block else None,
    }
    return frozenset(path for path, entries in lists.items() if entries is None)


def clusters_of(pattern: AssociationPattern, config: ClusterConfig) -> tuple[str, ...]:
    """Return the clusters that a pattern is for, each once."""
    return tuple(dict.fromkeys(pattern.clusters)) or (config.metadata.name,)


def clusters(config: ClusterConfig) -> tuple[str, ...]:
    """Return every cluster that the file has a part for, its own first."""
    others = (name for pattern in config.patterns for name in clusters_of(pattern, config))
    return tuple(dict.fromkeys([config.metadata.name, *others]))


def expand(
    path: Path, pattern: AssociationPattern, cluster: str, clusters: tuple[str, ...] = ()
) -> Iterator[DeclaredAssociation]:
    """Yield the associations of one cluster that a pattern stands for, of all its clusters."""
    pairs = product(pattern.all_namespaces, pattern.all_service_account_names)
    role_name = role_name_in(pattern, cluster)
    sharers = sharers_of(pattern) if pattern.is_shared else ()
    for namespace, name in pairs:
        one = {"namespace": namespace, "service_account_name": name, "role_name": role_name}
        yield DeclaredAssociation(
            path,
            pattern.model_copy(update=one),
            sharers,
            pattern.trust_scope or TrustScope.SERVICE_ACCOUNT,
            pattern.scopes,
            clusters if pattern.is_across_clusters else (),
        )


def sharers_of(pattern: AssociationPattern) -> tuple[ServiceAccountRef, ...]:
    """Return all service accounts of a pattern, sorted."""
    pairs = product(pattern.all_namespaces, pattern.all_service_account_names)
    return tuple(sorted(ServiceAccountRef(namespace, name) for namespace, name in pairs))


def role_name_in(pattern: AssociationPattern, cluster: str) -> str | None:
    """Return the name of the role that is made in a cluster, if the pattern gives one."""
    written = pattern.role_name
    if written is None or _CLUSTER not in written:
        return written
    return shortened_role_name(written.replace(_CLUSTER, cluster))


def names_each_cluster(role_name: str) -> bool:
    """Tell whether a role's name differs from cluster to cluster."""
    return _CLUSTER in role_name


def select_cluster(config: ClusterConfig, cluster: str) -> ClusterConfig | None:
    """Return the part of a file that is for a cluster; None if the file does not name it.

    All but the extension block is about the cluster of `metadata` alone. Indices stay, so that
    problems that are found later point to the right entry.
    """
    own = config.metadata.name
    if cluster == own:
        return config
    if cluster not in clusters(config) or config.x_eks_pod_identity is None:
        return None
    named = tuple(
        pattern.model_copy(update={"clusters": clusters_of(pattern, config)})
        for pattern in config.patterns
    )
    block = config.x_eks_pod_identity.model_copy(update={"associations": named})
    metadata = config.metadata.model_copy(update={"name": cluster, "version": None})
    return ClusterConfig.model_construct(metadata=metadata, x_eks_pod_identity=block)
