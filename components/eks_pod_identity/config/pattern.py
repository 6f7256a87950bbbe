"""The extension block `x-eks-pod-identity`: entries that stand for many associations at once.

    x-eks-pod-identity:
      associations:
        - namespaces: [dev, qa]
          serviceAccountNames: [api, worker]
          permissionPolicyARNs: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]

eksctl knows no such key. It refuses the block beside its own keys, and passes over it in a second
YAML document, for it reads the first one only.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.fields import (
    OptionalNumber,
    TextList,
    TextListMap,
    read_optional_list,
    read_optional_text,
)
from eks_pod_identity.config.section import EXPANSION_KEY, Section, eksctl_key
from eks_pod_identity.config.words import quoted
from eks_pod_identity.iam.trust import TrustScope
from eks_pod_identity.iam.well_known import WELL_KNOWN_POLICIES, Scope

__all__ = ["EXPANSION_KEY", "AgentSource", "AssociationPattern", "Expansion", "RoleSharing"]


class RoleSharing(Enum):
    """How many roles are made for an entry."""

    EACH = "each"
    SHARED = "shared"
    ACROSS_CLUSTERS = "across-clusters"


class AgentSource(Enum):
    """Who installs the EKS Pod Identity Agent, if not EKS."""

    EXTERNAL = "external"


_Word = TypeVar("_Word", bound=Enum)


_NONE_OF = "{value} is not {known}", "{value} is none of {known}"


def _read_word(words: type[_Word], fault: Fault, value: object) -> _Word | None:
    text = read_optional_text(value)
    if text is None:
        return None
    try:
        return words(text)
    except ValueError:
        context = {"value": quoted(text), "known": ", ".join(each.value for each in words)}
        raise PydanticCustomError(fault.id, _NONE_OF[len(words) > 1], context) from None


def _read_sharing(value: object) -> RoleSharing | None:
    return _read_word(RoleSharing, Fault.ROLE_SHARING_UNKNOWN, value)


def _read_agent(value: object) -> AgentSource | None:
    return _read_word(AgentSource, Fault.AGENT_SOURCE_UNKNOWN, value)


def _read_trust_scope(value: object) -> TrustScope | None:
    return _read_word(TrustScope, Fault.TRUST_SCOPE_UNKNOWN, value)


OptionalSharing: TypeAlias = Annotated[
    RoleSharing | None, BeforeValidator(_read_sharing, json_schema_input_type=str | None)
]
OptionalTrustScope: TypeAlias = Annotated[
    TrustScope | None, BeforeValidator(_read_trust_scope, json_schema_input_type=str | None)
]

OptionalAgentSource: TypeAlias = Annotated[
    AgentSource | None, BeforeValidator(_read_agent, json_schema_input_type=str | None)
]


class AssociationPattern(PodIdentityAssociation):
    """An entry that stands for every combination of its namespaces, service accounts and clusters.

    Attributes:
        namespaces: Namespaces of the pods, instead of namespace.
        service_account_names: Service accounts of the pods, instead of serviceAccountName.
        clusters: Clusters of the region that the entry is for; the file's own by default.
        role: A role for each association (each, the default), one for all of a cluster (shared), or
            one for all clusters (across-clusters), made with the first of them.
        role_name: Name of the role that is made; {cluster} stands for the cluster's name.
        trust_scope: Who of the account may take the role on; by default its service accounts only.
        well_known_policy_scopes: ARNs that narrow well-known policies, by policy and argument.
    """

    namespaces: TextList = ()
    service_account_names: TextList = ()
    clusters: TextList = ()
    role: OptionalSharing = None
    trust_scope: OptionalTrustScope = None
    well_known_policy_scopes: TextListMap = Field(default_factory=dict)

    @property
    def is_shared(self) -> bool:
        """Whether one role is made for all associations of a cluster, or of all clusters."""
        return self.role not in (None, RoleSharing.EACH) and not self.role_arn

    @property
    def is_across_clusters(self) -> bool:
        """Whether one role is made for all clusters of the entry."""
        return self.role is RoleSharing.ACROSS_CLUSTERS and not self.role_arn

    @property
    def all_namespaces(self) -> tuple[str, ...]:
        """The namespaces, whichever key has them, each once."""
        return tuple(dict.fromkeys(self.namespaces or filter(None, [self.namespace])))

    @property
    def all_service_account_names(self) -> tuple[str, ...]:
        """The service accounts, whichever key has them, each once."""
        names = self.service_account_names or filter(None, [self.service_account_name])
        return tuple(dict.fromkeys(names))

    @property
    def size(self) -> int:
        """How many associations of one cluster the entry stands for."""
        return len(self.all_namespaces) * len(self.all_service_account_names)

    @property
    def scopes(self) -> Mapping[str, Scope]:
        """The scopes of well-known policies, arguments under the names that `iam` has for them."""
        return {
            key: {_argument_name(key, name): arns for name, arns in scope.items()}
            for key, scope in self.well_known_policy_scopes.items()
        }


def _argument_name(policy: str, key: str) -> str:
    arguments = WELL_KNOWN_POLICIES[policy].arguments if policy in WELL_KNOWN_POLICIES else ()
    return next((each.name for each in arguments if eksctl_key(each.name) == key), key)


OptionalPatterns: TypeAlias = Annotated[
    tuple[AssociationPattern, ...] | None, BeforeValidator(read_optional_list)
]


class Expansion(Section):
    """The extension block; eksctl passes it over in a second YAML document of the file.

    Attributes:
        associations: Entries that stand for many associations; `[]` removes all that were made from
            this list, leaving the key or the block out is no removal.
        trust_policy_quota: How long a trust policy may be, if the account's IAM quota was raised.
        agent: external if the cluster's agent is no add-on of EKS: from a chart, an image of the
            nodes, or on hybrid nodes.
    """

    associations: OptionalPatterns = None
    trust_policy_quota: OptionalNumber = None
    agent: OptionalAgentSource = None
