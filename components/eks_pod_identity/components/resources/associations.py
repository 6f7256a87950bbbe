"""The standalone associations of a whole cluster, registered under the component that asks.

A role that several of them share is made once, before the first of them.
"""

from collections.abc import Iterator, Mapping, Sequence

import pulumi

from eks_pod_identity.components.guards.occupancy import Occupancy
from eks_pod_identity.components.resources.association import AssociationHooks, AssociationResources
from eks_pod_identity.components.resources.from_desired import association_args, role_of
from eks_pod_identity.components.resources.role import RoleResources
from eks_pod_identity.components.resources.role_definition import define_role
from eks_pod_identity.components.resources.service_account import make_namespace
from eks_pod_identity.config import EXPANSION_KEY
from eks_pod_identity.config.places import Path, Places
from eks_pod_identity.planning.desired import DesiredAssociation, DesiredCluster, MadeRole
from eks_pod_identity.planning.ledger.attributes import Declarer


class ClusterAssociations:
    """Makes the standalone associations of a cluster."""

    def __init__(  # noqa: PLR0913 - what they are made of, and what they wait for
        self,
        parent: pulumi.ComponentResource,
        name: str,
        desired: DesiredCluster,
        places: Places,
        *,
        first: Sequence[pulumi.Resource],
        depends_on: Sequence[pulumi.Resource],
    ) -> None:
        """Take in what they are made of; `make` makes them.

        Args:
            parent: The component that they belong to.
            name: What the names of resources begin with.
            desired: What the cluster shall have.
            places: Looks up positions in the file.
            first: What everything waits for.
            depends_on: What associations wait for.
        """
        self._parent = parent
        self._name = name
        self._cluster = desired.cluster.cluster
        self._first = list(first)
        self._depends_on = list(depends_on)
        self._desired = desired.associations or ()
        self._places = places

    def make(self, *, create_namespaces: bool) -> Iterator[tuple[str, AssociationResources]]:
        """Make them all, with their roles; yield each by `namespace/service-account`."""
        hooks = AssociationHooks(self._name, Occupancy(self._parent))
        namespaces = self._make_namespaces() if create_namespaces else {}
        shared = self._make_shared_roles(hooks)
        for entry in self._desired:
            ref = entry.service_account
            role = shared.get(entry.path)
            yield (
                str(ref),
                AssociationResources(
                    self._parent,
                    f"{self._name}-{ref}",
                    association_args(entry, self._cluster),
                    role.arn if role else role_of(entry.role, self._cluster),
                    hooks=hooks,
                    depends_on=[*self._depends_on, *(role.depends_on if role else ())],
                    first=[*self._first, *namespaces.get(ref.namespace, ())],
                    declared_in=EXPANSION_KEY if entry.is_expanded else "",
                    role_resource=self._role_resource(entry),
                    declarer=Declarer.of(entry.path, self._places),
                ),
            )

    def _role_resource(self, entry: DesiredAssociation) -> str | None:
        """Return the name in Pulumi of a role whose name was chosen.

        It stays when the service account is given another name, so the role is changed in place:
        one made anew would meet its own name in IAM.
        """
        role = entry.role
        return f"{self._name}-{role.name}" if isinstance(role, MadeRole) and role.is_named else None

    def _make_shared_roles(self, hooks: AssociationHooks) -> Mapping[Path, RoleResources]:
        # Those of one entry of the file share its role.
        shared = {
            entry.path: entry.role
            for entry in self._desired
            if isinstance(entry.role, MadeRole) and entry.role.is_shared
        }
        return {path: self._make_shared_role(role, hooks) for path, role in shared.items()}

    def _make_shared_role(self, role: MadeRole, hooks: AssociationHooks) -> RoleResources:
        return RoleResources(
            self._parent,
            # No other role of the component is called so: theirs have a slash, and role names none.
            f"{self._name}-{role.name}",
            define_role(role, self._cluster),
            occupancy=hooks.role,
            depends_on=self._first,
        )

    def _make_namespaces(self) -> dict[str, Sequence[pulumi.Resource]]:
        created = (each for each in self._desired if each.creates_service_account)
        return {
            each: [
                make_namespace(self._parent, f"{self._name}-{each}", each, depends_on=self._first)
            ]
            for each in sorted({entry.service_account.namespace for entry in created})
        }
