"""An entry of `addons`, and `addonsConfig`."""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.fields import (
    Flag,
    FlagMap,
    InlineDocument,
    OptionalText,
    Text,
    TextList,
    TextMap,
    read_optional_list,
    read_optional_text,
)
from eks_pod_identity.config.presence import Presence, presence_of
from eks_pod_identity.config.section import Section
from eks_pod_identity.config.words import quoted

AGENT_ADDON = "eks-pod-identity-agent"


class ResolveConflicts(Enum):
    """What EKS does with fields that somebody else set (CreateAddon.resolveConflicts)."""

    NONE = "NONE"
    OVERWRITE = "OVERWRITE"
    PRESERVE = "PRESERVE"


def _read_resolve_conflicts(value: object) -> ResolveConflicts | None:
    text = read_optional_text(value)
    if text is None:
        return None
    try:
        return ResolveConflicts(text.upper())  # eksctl's own examples write it in lower case
    except ValueError:
        context = {"value": quoted(text)}
        raise PydanticCustomError(
            Fault.ADDON_RESOLVE_CONFLICTS_UNKNOWN.id,
            "{value} is none of none, overwrite, preserve",
            context,
        ) from None


OptionalResolveConflicts: TypeAlias = Annotated[
    ResolveConflicts | None,
    BeforeValidator(_read_resolve_conflicts, json_schema_input_type=str | None),
]
OptionalAssociations: TypeAlias = Annotated[
    tuple[PodIdentityAssociation, ...] | None, BeforeValidator(read_optional_list)
]


class NamespaceConfig(Section):
    """Where EKS installs the add-on; fixed once it is installed.

    Attributes:
        namespace: By default the one that EKS lists for the add-on.
    """

    namespace: OptionalText = None


class AddonsConfig(Section):
    """What holds for all add-ons.

    Attributes:
        auto_apply_pod_identity_associations: Give each add-on what EKS recommends, unless the
            add-on says otherwise itself.
        disable_default_addons: Concerns eksctl's creation of clusters only.
    """

    auto_apply_pod_identity_associations: Flag = False
    disable_default_addons: Flag = False


class Addon(Section):
    """An EKS add-on and where its permissions come from.

    Attributes:
        name: EKS's name of the add-on, for example vpc-cni.
        version: A version, the beginning of one, or latest; by default EKS's default.
        service_account_role_arn: IRSA: the ARN of a role you have.
        attach_policy_arns: IRSA: policies of a role that eksctl would make.
        attach_policy: IRSA: inline policy of such a role.
        well_known_policies: IRSA: well-known policies of such a role.
        permissions_boundary: IRSA: boundary of such a role.
        tags: Tags of the add-on and of the roles made for it.
        resolve_conflicts: What becomes of settings that others have changed.
        pod_identity_associations: All associations of the add-on; `[]` removes them, leaving the
            key out is no removal.
        use_default_pod_identity_associations: Take what EKS recommends.
        configuration_values: The add-on's configuration, as JSON or YAML text.
        namespace_config: Where EKS installs the add-on.
        publishers: Filter of eksctl's version listing; without effect here, as are the next two.
        types: As publishers.
        owners: As publishers.
    """

    omitted_if_null: ClassVar[frozenset[str]] = frozenset({"tags"})

    name: Text = ""
    version: OptionalText = None
    service_account_role_arn: OptionalText = None
    attach_policy_arns: TextList = ()
    attach_policy: InlineDocument = None
    well_known_policies: FlagMap = Field(default_factory=dict)
    permissions_boundary: OptionalText = None
    tags: TextMap = Field(default_factory=dict)
    resolve_conflicts: OptionalResolveConflicts = None
    pod_identity_associations: OptionalAssociations = None
    use_default_pod_identity_associations: Flag = False
    configuration_values: OptionalText = None
    namespace_config: NamespaceConfig | None = None
    publishers: TextList = ()
    types: TextList = ()
    owners: TextList = ()

    @property
    def associations_presence(self) -> Presence:
        """Whether `podIdentityAssociations` is omitted, null or given."""
        return presence_of(self, "pod_identity_associations")

    @property
    def namespace(self) -> str | None:
        """The namespace that the file asks EKS to install into, or None for EKS's own."""
        return self.namespace_config.namespace if self.namespace_config else None

    @property
    def well_known_policy_names(self) -> tuple[str, ...]:
        """Names of the well-known policies (IRSA) that are switched on, sorted."""
        return tuple(sorted(name for name, on in self.well_known_policies.items() if on))

    @property
    def irsa_fields(self) -> Mapping[str, Any]:
        """The fields that ask for IRSA, by eksctl's key, without the empty ones."""
        fields = {
            "serviceAccountRoleARN": self.service_account_role_arn,
            "attachPolicyARNs": self.attach_policy_arns,
            "attachPolicy": self.attach_policy,
            "wellKnownPolicies": self.well_known_policy_names,
        }
        return {key: value for key, value in fields.items() if value}
