"""Rules of an entry of `podIdentityAssociations`, wherever it stands."""

from collections.abc import Iterator, Sequence

from eks_pod_identity.config.association import PodIdentityAssociation
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.validate.arn import validate_role_arn
from eks_pod_identity.config.validate.permission import validate_permissions
from eks_pod_identity.config.validate.policy import validate_session_document
from eks_pod_identity.config.validate.role_settings import validate_settings
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.validate.tag import validate_tags
from eks_pod_identity.config.validate.target_role import validate_target_role
from eks_pod_identity.config.words import both, enumerated, quoted
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import is_namespace, is_service_account

_PERMISSION_KEYS = ("permissionPolicy", "permissionPolicyARNs", "wellKnownPolicies")


def validate_association(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """Judge what holds for standalone entries and for those of add-ons."""
    yield from validate_service_account(entry, scope)
    yield from validate_namespace(entry.namespace, scope.at("namespace"))
    yield from validate_permission_source(entry, scope)
    yield from validate_role_settings(entry, scope)
    yield from validate_settings(entry, scope)
    yield from validate_role_arn(entry.role_arn, scope.at("roleARN"))
    yield from validate_role_arn(entry.target_role_arn, scope.at("targetRoleARN"))
    yield from validate_permissions(entry, scope)
    yield from validate_tags(entry.tags, scope.at("tags"))


def validate_standalone_association(
    entry: PodIdentityAssociation, scope: Scope
) -> Iterator[Problem]:
    """Judge an entry of `iam.podIdentityAssociations`."""
    yield from validate_namespace_given(entry, scope)
    yield from validate_association(entry, scope)
    yield from validate_target_role(entry, scope)
    yield from validate_session_document(entry.policy, scope.at("policy"))
    yield from validate_session_tags(entry, scope)


def label_of(entry: PodIdentityAssociation) -> str:
    """Name an entry in a message, as far as it says who it is."""
    return "/".join(filter(None, (entry.namespace, entry.service_account_name))) or "the entry"


def validate_namespace_given(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """A standalone association says which namespace it is for."""
    if not entry.namespace and not scope.is_faulty("namespace"):
        help_ = "add namespace: NAME, the namespace of the pods"
        yield scope.problem(
            Fault.ASSOCIATION_NAMESPACE_MISSING, "namespace is not set", help=[help_]
        )


def validate_namespace(namespace: str, scope: Scope) -> Iterator[Problem]:
    """A namespace is a DNS label; Kubernetes lets it begin with a digit, and so do we."""
    if namespace and not is_namespace(namespace):
        message = f"{quoted(namespace)} cannot be a namespace"
        help_ = "use up to 63 lower-case letters, digits and -, with a letter or digit at both ends"
        yield scope.problem(Fault.NAMESPACE_MALFORMED, message, help=[help_])


def validate_service_account(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """An association names a service account; that it is a legal name, eksctl does not ask."""
    name = entry.service_account_name
    if not name and not scope.is_faulty("serviceAccountName"):
        message = "serviceAccountName is not set"
        help_ = "add serviceAccountName: NAME, the spec.serviceAccountName of the pods"
        yield scope.problem(Fault.ASSOCIATION_SERVICE_ACCOUNT_MISSING, message, help=[help_])
    yield from validate_service_account_name(name, scope.at("serviceAccountName"))


def validate_service_account_name(name: str, scope: Scope) -> Iterator[Problem]:
    """A service account is a DNS subdomain."""
    if name and not is_service_account(name):
        message = f"{quoted(name)} cannot be a service account"
        help_ = "use lower-case letters, digits, - and ., with a letter or digit at both ends"
        yield scope.problem(Fault.SERVICE_ACCOUNT_MALFORMED, message, help=[help_])


def validate_permission_source(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """Permissions come from a role that there is, or from fields to make one from."""
    given = list(entry.permission_fields)
    if entry.role_arn and given:
        fields = enumerated(given)
        yield scope.problem(
            Fault.ASSOCIATION_ROLE_AND_PERMISSIONS,
            f"{label_of(entry)} sets {both(['roleARN', *given])}",
            keys=["roleARN", *given],
            help=[f"to use the role, delete {fields}", "to have a role made, delete roleARN"],
        )
    elif not entry.role_arn and not given and not scope.is_faulty("roleARN", *_PERMISSION_KEYS):
        yield scope.problem(
            Fault.ASSOCIATION_WITHOUT_PERMISSIONS,
            f"{label_of(entry)} has no role and no permissions",
            help=[
                "to use a role you have, add roleARN",
                f"to have one made, add one of {', '.join(_PERMISSION_KEYS)}",
            ],
        )


def validate_role_settings(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """Name and boundary are those of the role that is made; eksctl drops them without a word."""
    if not entry.role_arn:
        return
    if entry.role_name:
        yield scope.problem(
            Fault.ROLE_ARN_AND_ROLE_NAME,
            f"roleName {quoted(entry.role_name)} has no effect beside roleARN",
            keys=["roleARN", "roleName"],
            help=["delete roleName"],
        )
    if entry.permissions_boundary_arn:
        yield scope.problem(
            Fault.ROLE_ARN_AND_BOUNDARY,
            "permissionsBoundaryARN would not be set on the role of roleARN",
            keys=["roleARN", "permissionsBoundaryARN"],
            help=["set the boundary where the role is made, and delete permissionsBoundaryARN"],
        )
    yield from validate_settings_of_given(entry.given_settings, scope)


def validate_settings_of_given(given: Sequence[str], scope: Scope) -> Iterator[Problem]:
    """What describes a role that is made has no place beside one that there is."""
    if given:
        yield scope.problem(
            Fault.ROLE_ARN_AND_ROLE_SETTINGS,
            f"{enumerated(given)} would have no effect on the role of roleARN",
            keys=["roleARN", *given],
            help=[f"delete {enumerated(given)}"],
        )


def validate_session_tags(entry: PodIdentityAssociation, scope: Scope) -> Iterator[Problem]:
    """EKS takes a session policy only if session tags are off."""
    if (
        entry.policy
        and not entry.disable_session_tags
        and not scope.is_faulty("disableSessionTags")
    ):
        keys = ["policy"]
        if entry.disable_session_tags is not None:
            keys.append("disableSessionTags")
        yield scope.problem(
            Fault.SESSION_POLICY_WITH_SESSION_TAGS,
            f"{label_of(entry)} has a session policy, and session tags are on",
            keys=keys,
            help=["disableSessionTags: true", "to keep session tags, delete policy"],
        )
