"""Rules of an add-on's `podIdentityAssociations`, which EKS keeps for the add-on.

CreateAddon and UpdateAddon take a service account and a role per association and nothing else
(EKS API reference, AddonPodIdentityAssociations). eksctl accepts some of the fields below and drops
them; here each is refused, so that nothing is written in vain.
"""

from collections.abc import Iterator

from eks_pod_identity.config.addon import AGENT_ADDON, Addon
from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.validate.association import label_of, validate_association
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.errors import Problem

_DELETE = "delete it"
_INSTEAD_OF_WELL_KNOWN = (
    "use permissionPolicyARNs or permissionPolicy,"
    " or set useDefaultPodIdentityAssociations: true on the add-on"
)


def validate_addon_associations(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """Judge the associations of an add-on."""
    scope = scope.at("podIdentityAssociations")
    for index, entry in enumerate(addon.pod_identity_associations or ()):
        yield from validate_association(entry, scope.at(index))
        yield from validate_unsupported_fields(entry, scope.at(index))
        yield from validate_entry_namespace(entry, addon, scope.at(index))


def validate_unsupported_fields(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """An add-on's association has no more than a service account and a role."""
    for key, way_out in _unsupported(entry):
        message = "has no place in an add-on's association"
        yield scope.at(key).problem(
            Fault.ADDON_ASSOCIATION_FIELD_UNSUPPORTED, message, help=[way_out]
        )


def _unsupported(entry: PodIdentityAssociation) -> Iterator[tuple[str, str]]:
    if entry.create_service_account:
        yield "createServiceAccount", "delete it; the add-on makes its service account"
    if "tags" in entry.model_fields_set:
        yield "tags", "move them to the add-on's tags"
    if entry.well_known_policy_names:
        yield "wellKnownPolicies", _INSTEAD_OF_WELL_KNOWN
    if entry.target_role_arn:
        yield "targetRoleARN", _DELETE
    if entry.grant_target_role:
        yield "grantTargetRole", _DELETE
    if entry.disable_session_tags:
        yield "disableSessionTags", _DELETE
    if entry.policy:
        yield "policy", _DELETE


def validate_entry_namespace(
    entry: PodIdentityAssociation, addon: Addon, scope: Scope
) -> Iterator[Problem]:
    """The namespace may be left to EKS; if it is given, it is the add-on's."""
    if entry.namespace and addon.namespace and entry.namespace != addon.namespace:
        yield scope.at("namespace").problem(
            Fault.ADDON_ASSOCIATION_NAMESPACE_DIFFERS,
            f'{label_of(entry)} is not in "{addon.namespace}", where the add-on is installed',
            others=[(*scope.path[:-2], "namespaceConfig", "namespace")],
            help=[f"namespace: {addon.namespace}"],
        )


def validate_agent_associations(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """The agent hands out credentials and has none itself; its nodes' role does."""
    if addon.name.lower() != AGENT_ADDON:
        return
    wishes = {
        "podIdentityAssociations": bool(addon.pod_identity_associations),
        "useDefaultPodIdentityAssociations": addon.use_default_pod_identity_associations,
    }
    for key in (key for key, wished in wishes.items() if wished):
        message = f"{AGENT_ADDON} cannot have associations"
        yield scope.at(key).problem(Fault.AGENT_WITH_ASSOCIATIONS, message, help=[f"delete {key}"])
