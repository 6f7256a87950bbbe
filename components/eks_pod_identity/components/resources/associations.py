"""The standalone associations of a whole cluster, registered under the component that asks.

Those of `x-eks-pod-identity` come multiplied out; a role that several of them share is made once,
before the first of them.
"""

from collections.abc import Iterator, Mapping, Sequence

import pulumi

from eks_pod_identity import names
from eks_pod_identity.components.facts.aws_context import find_aws_context
from eks_pod_identity.components.guards.occupancy import Occupancy
from eks_pod_identity.components.resources.association import AssociationHooks, AssociationResources
from eks_pod_identity.components.resources.from_config import association_args, shared_role_args
from eks_pod_identity.components.resources.role import RoleResources
from eks_pod_identity.components.resources.service_account import make_namespace
from eks_pod_identity.config import (
    EXPANSION_KEY,
    ClusterConfig,
    DeclaredAssociation,
    standalone_associations,
)
from eks_pod_identity.config.places import Path


class ClusterAssociations:
    """Makes the standalone associations of a file."""

    def __init__(
        self,
        parent: pulumi.ComponentResource,
        name: str,
        config: ClusterConfig,
        *,
        first: Sequence[pulumi.Resource],
        depends_on: Sequence[pulumi.Resource],
    ) -> None:
        """Take in what they are made of; `make` makes them.

        Args:
            parent: The component that they belong to.
            name: What the names of resources begin with.
            config: The file, read for the cluster.
            first: What everything waits for.
            depends_on: What associations wait for.
        """
        self._parent = parent
        self._name = name
        self._config = config
        self._context = find_aws_context(parent)
        self._first = list(first)
        self._depends_on = list(depends_on)
        self._declared = tuple(standalone_associations(config))

    def make(self, *, create_namespaces: bool) -> Iterator[tuple[str, AssociationResources]]:
        """Make them all, with their roles; yield each by `namespace/service-account`."""
        hooks = AssociationHooks(self._name, Occupancy(self._parent))
        namespaces = self._make_namespaces() if create_namespaces else {}
        shared = self._make_shared_roles(hooks)
        for declared in self._declared:
            ref = str(declared.service_account)
            role = shared.get(declared.path)
            yield (
                ref,
                AssociationResources(
                    self._parent,
                    f"{self._name}-{ref}",
                    association_args(self._config, declared, self._context, role),
                    hooks=hooks,
                    depends_on=[*self._depends_on, *(role.depends_on if role else ())],
                    first=[*self._first, *namespaces.get(declared.entry.namespace, ())],
                    declared_in=EXPANSION_KEY if declared.is_expanded else "",
                    role_resource=self._role_resource(declared),
                ),
            )

    def _role_resource(self, declared: DeclaredAssociation) -> str | None:
        """Return the name in Pulumi of a role whose name was chosen.

        It stays when the service account is given another name, so the role is changed in place:
        one made anew would meet its own name in IAM.
        """
        chosen = declared.entry.role_name
        own = names.role_name(self._config.metadata.name, declared.service_account)
        return f"{self._name}-{chosen}" if chosen not in {None, own} else None

    def _make_shared_roles(self, hooks: AssociationHooks) -> Mapping[Path, RoleResources]:
        # Those of one entry share its role, and any of them says all that there is to it.
        one_each = {each.path: each for each in self._declared if each.sharers}
        return {path: self._make_shared_role(each, hooks) for path, each in one_each.items()}

    def _make_shared_role(
        self, declared: DeclaredAssociation, hooks: AssociationHooks
    ) -> RoleResources:
        return RoleResources(
            self._parent,
            # No other role of the component is called so: theirs have a slash, and role names none.
            f"{self._name}-{declared.entry.role_name}",
            shared_role_args(self._config, declared, self._context),
            occupancy=hooks.role,
            depends_on=self._first,
            declared_in=EXPANSION_KEY,
        )

    def _make_namespaces(self) -> dict[str, Sequence[pulumi.Resource]]:
        entries = [each.entry for each in self._declared]
        wanted = {entry.namespace for entry in entries if entry.create_service_account}
        return {
            each: [
                make_namespace(self._parent, f"{self._name}-{each}", each, depends_on=self._first)
            ]
            for each in sorted(wanted)
        }
