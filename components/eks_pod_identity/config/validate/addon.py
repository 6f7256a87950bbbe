"""Rules of an entry of `addons`."""

import re
from collections.abc import Iterator

from eks_pod_identity.config.addon import Addon
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.fields import kind_of
from eks_pod_identity.config.validate.addon_association import (
    validate_addon_associations,
    validate_agent_associations,
)
from eks_pod_identity.config.validate.arn import validate_role_arn
from eks_pod_identity.config.validate.association import validate_namespace
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.validate.tag import validate_tags
from eks_pod_identity.config.words import both, enumerated, quoted
from eks_pod_identity.config.yaml_document import read_document
from eks_pod_identity.errors import Problem

NAME_PATTERN = r"[a-z0-9][a-z0-9_-]{0,99}"  # the names of DescribeAddonVersions
# As eksctl: `latest`, or a version or its beginning (1.18, v1.18.3, v1.18.3-eksbuild.2).
VERSION_PATTERN = r"latest|v?[0-9]+(\.[0-9]+){0,2}([-+][0-9A-Za-z.-]+)?"
_DEFAULTS = "useDefaultPodIdentityAssociations"
_POD_IDENTITY_INSTEAD = """\
to use Pod Identity, write the permissions of each service account as
podIdentityAssociations:
  - serviceAccountName: NAME
    permissionPolicyARNs: [...]"""


def validate_addon(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """Judge one add-on."""
    yield from validate_addon_name(addon, scope)
    yield from validate_addon_version(addon, scope)
    yield from validate_configuration(addon, scope)
    yield from validate_namespace(addon.namespace or "", scope.at("namespaceConfig", "namespace"))
    yield from validate_tags(addon.tags, scope.at("tags"))
    yield from validate_role_arn(addon.service_account_role_arn, scope.at("serviceAccountRoleARN"))
    yield from validate_irsa(addon, scope)
    yield from validate_defaults(addon, scope)
    yield from validate_agent_associations(addon, scope)
    yield from validate_addon_associations(addon, scope)


def validate_addon_name(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """An add-on has a name that EKS could know."""
    if not addon.name:
        if not scope.is_faulty("name"):
            message = "name is not set"
            help_ = "add name: NAME; aws eks describe-addon-versions lists the names"
            yield scope.problem(Fault.ADDON_NAME_MISSING, message, help=[help_])
        return
    if not re.fullmatch(NAME_PATTERN, addon.name):
        message = f"{quoted(addon.name)} cannot be the name of an add-on"
        lower = addon.name.strip().lower()
        help_ = (
            f"name: {lower}"
            if re.fullmatch(NAME_PATTERN, lower)
            else "use lower-case letters, digits, -"
        )
        yield scope.at("name").problem(Fault.ADDON_NAME_MALFORMED, message, help=[help_])


def validate_addon_version(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """A version is `latest`, or a version or the beginning of one."""
    if addon.version and not re.fullmatch(VERSION_PATTERN, addon.version):
        message = f"{quoted(addon.version)} is not the version of an add-on"
        help_ = ["version: latest", "version: v1.2.3-eksbuild.1"]
        yield scope.at("version").problem(Fault.ADDON_VERSION_MALFORMED, message, help=help_)


def validate_configuration(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """Configuration values are the text of a mapping; JSON is YAML, so one reader reads both."""
    if addon.configuration_values is None:
        return
    document = read_document(addon.configuration_values, file="configurationValues")
    value = document.root.value if document.root else None
    if isinstance(value, dict) and not document.problems:
        return
    found = document.problems[0].message if document.problems else kind_of(value)
    # The values may hold secrets: tell what is wrong with them, never what they are.
    message = f"expected JSON or YAML of a mapping, found {found}"
    yield scope.at("configurationValues").problem(
        Fault.ADDON_CONFIGURATION_NOT_A_MAPPING, message, help=["configurationValues: '{}'"]
    )


def validate_irsa(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """IRSA is one role that there is, and stands alone."""
    problems = [
        *validate_irsa_alone(addon, scope),
        *validate_irsa_sources(addon, scope),
    ]
    # Whoever has to choose anyway is not told about the choice that falls away.
    yield from problems or validate_irsa_role(addon, scope)


def validate_irsa_alone(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """An add-on takes its permissions from IRSA or from associations."""
    irsa = list(addon.irsa_fields)
    if irsa and addon.pod_identity_associations:
        fields = enumerated(irsa)
        yield scope.problem(
            Fault.ADDON_IRSA_AND_POD_IDENTITY,
            f"{quoted(addon.name)} sets {both([*irsa, 'podIdentityAssociations'])}",
            keys=[*irsa, "podIdentityAssociations"],
            help=[
                f"to use Pod Identity, delete {fields}",
                "to use IRSA, delete podIdentityAssociations",
            ],
        )
    if irsa and addon.use_default_pod_identity_associations:
        fields = enumerated(irsa)
        yield scope.problem(
            Fault.ADDON_DEFAULTS_AND_IRSA,
            f"{quoted(addon.name)} sets {both([*irsa, _DEFAULTS])}",
            keys=[*irsa, _DEFAULTS],
            help=[
                f"to use Pod Identity, delete {fields}",
                f"to use IRSA, delete {_DEFAULTS}",
            ],
        )


def validate_irsa_sources(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """An IRSA role comes from one place."""
    irsa = list(addon.irsa_fields)
    if irsa[1:]:
        yield scope.problem(
            Fault.ADDON_IRSA_SOURCES_COMBINED,
            f"{quoted(addon.name)} sets {both(irsa)}",
            keys=irsa,
            help=["keep one of them"],
        )


def validate_irsa_role(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """No IRSA role is made here, as eksctl would from these fields: that takes an OIDC provider."""
    wishes = [key for key in addon.irsa_fields if key != "serviceAccountRoleARN"]
    if addon.permissions_boundary:
        wishes.append("permissionsBoundary")
    if wishes:
        fields = enumerated(wishes)
        yield scope.problem(
            Fault.ADDON_IRSA_ROLE_NOT_MADE,
            f"{fields} of {quoted(addon.name)} would need an IRSA role to be made",
            keys=wishes,
            help=[
                _POD_IDENTITY_INSTEAD,
                "to use an IRSA role you have, write serviceAccountRoleARN",
            ],
        )


def validate_defaults(addon: Addon, scope: Scope) -> Iterator[Problem]:
    """What EKS recommends and a list of one's own exclude each other; `[]` is no list."""
    if addon.use_default_pod_identity_associations and addon.pod_identity_associations:
        keys = [_DEFAULTS, "podIdentityAssociations"]
        yield scope.problem(
            Fault.ADDON_DEFAULTS_AND_ASSOCIATIONS,
            f"{quoted(addon.name)} sets {both(keys)}",
            keys=keys,
            help=[
                "to use what EKS recommends, delete podIdentityAssociations",
                f"to use your own, delete {_DEFAULTS}",
            ],
        )
