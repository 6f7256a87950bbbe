"""Reads a seed file: YAML text in, a `Seed` out; every fault is a SeedError naming the key."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from eks_pod_identity_emulator.seed.account_parts import (
    read_event,
    read_last_use,
    read_provider,
    read_stack,
)
from eks_pod_identity_emulator.seed.belongings import read_buckets, read_secrets
from eks_pod_identity_emulator.seed.compute import read_compute
from eks_pod_identity_emulator.seed.mapping import SeedError, SeedMapping
from eks_pod_identity_emulator.seed.offers import read_offers
from eks_pod_identity_emulator.seed.pods import read_pods
from eks_pod_identity_emulator.seed.values import (
    KubernetesAccess,
    Seed,
    SeedAccount,
    SeedAddon,
    SeedAddonAssociation,
    SeedAddonOutcome,
    SeedAssociation,
    SeedCluster,
    SeedPolicy,
    SeedRegion,
    SeedRole,
    SeedServiceAccount,
)
from eks_pod_identity_emulator.settings import Settings, SettingsError, load_settings
from eks_pod_identity_emulator.yaml_text import YamlError, parse_yaml

_ORGANIZATION_ID = re.compile(r"o-[a-z0-9]{10,32}")
_ACCOUNT_ID = re.compile(r"\d{12}")

CLUSTER_STATUSES = ("ACTIVE", "CREATING", "UPDATING", "DELETING", "FAILED")
AUTHENTICATION_MODES = ("API", "API_AND_CONFIG_MAP", "CONFIG_MAP")
ADDON_OUTCOMES = ("DEGRADED", "CREATE_FAILED", "UPDATE_FAILED")


def load_seed(file: Path) -> Seed:
    """Return the seed of a file.

    Raises:
        SeedError: The file cannot be read or its content cannot be used.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise SeedError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SeedError(f"{file}: cannot be read: {error}") from error
    try:
        return parse_seed(text)
    except SeedError as error:
        raise SeedError(f"{file}: {error}") from error


def parse_seed(text: str) -> Seed:
    """Return the seed of a YAML text; an empty text is an empty seed."""
    try:
        values = parse_yaml(text)
    except YamlError as error:
        raise SeedError(f"not usable as YAML: {error}") from error
    root = SeedMapping({} if values is None else values, "")
    seed = Seed(
        settings=_settings(root),
        offers=read_offers(root),
        accounts=tuple(_account(id_, mapping) for id_, mapping in root.children("accounts")),
    )
    root.finish()
    return seed


def _settings(root: SeedMapping) -> Settings:
    try:
        return load_settings(root.optional_document("settings"))
    except SettingsError as error:
        raise SeedError(f"settings.{error}") from error


def _account(id_: str, mapping: SeedMapping) -> SeedAccount:
    if not _ACCOUNT_ID.fullmatch(id_):
        raise SeedError(f"{mapping.path}: an account id has 12 digits; put it in quotes")
    account = SeedAccount(
        id=id_,
        organization=_organization(mapping),
        roles=mapping.items("roles", _role),
        policies=mapping.items("policies", _policy),
        oidc_providers=mapping.items("oidcProviders", read_provider),
        trust_policy_size=mapping.optional_number("assumeRolePolicySizeQuota"),
        regions=tuple(_region(name, region) for name, region in mapping.children("regions")),
    )
    mapping.finish()
    return account


def _organization(mapping: SeedMapping) -> str | None:
    found = mapping.optional_text("organization")
    if found is not None and not _ORGANIZATION_ID.fullmatch(found):
        raise SeedError(f"{mapping.path}.organization: {found!r} is no id such as o-a1b2c3d4e5")
    return found


def _role(mapping: SeedMapping) -> SeedRole:
    documents = mapping.optional_document("inlinePolicies")
    return SeedRole(
        name=mapping.text("name"),
        trust=mapping.document("trust"),
        path=mapping.optional_text("path") or "/",
        managed_policies=mapping.text_list("managedPolicies"),
        inline_policies=documents,
        permissions_boundary=mapping.optional_text("permissionsBoundary"),
        tags=mapping.texts("tags"),
        last_use=read_last_use(mapping),
    )


def _policy(mapping: SeedMapping) -> SeedPolicy:
    return SeedPolicy(
        name=mapping.text("name"),
        document=mapping.document("document"),
        path=mapping.optional_text("path") or "/",
        tags=mapping.texts("tags"),
    )


def _region(name: str, mapping: SeedMapping) -> SeedRegion:
    offered = mapping.optional_flag("podIdentity")
    region = SeedRegion(
        name=name,
        pod_identity=not name.startswith("cn-") if offered is None else offered,
        clusters=mapping.items("clusters", _cluster),
        stacks=mapping.items("stacks", read_stack),
        events=mapping.items("events", read_event),
        secrets=read_secrets(mapping),
        buckets=read_buckets(mapping),
    )
    mapping.finish()
    return region


def _cluster(mapping: SeedMapping) -> SeedCluster:
    return SeedCluster(
        name=mapping.text("name"),
        version=mapping.optional_text("version"),
        status=mapping.choice("status", CLUSTER_STATUSES, "ACTIVE"),
        role_arn=mapping.optional_text("roleArn"),
        ip_family=mapping.choice("ipFamily", ("ipv4", "ipv6"), "ipv4"),
        auto_mode=mapping.flag("autoMode"),
        external_agent=mapping.flag("externalAgent"),
        node_role_arn=mapping.optional_text("nodeRoleArn"),
        authentication_mode=mapping.choice(
            "authenticationMode", AUTHENTICATION_MODES, "API_AND_CONFIG_MAP"
        ),
        oidc_issuer=mapping.optional_text("oidcIssuer"),
        deletion_protection=mapping.flag("deletionProtection"),
        kubernetes_access=KubernetesAccess(
            mapping.choice(
                "kubernetesAccess",
                tuple(each.value for each in KubernetesAccess),
                KubernetesAccess.ADMIN.value,
            )
        ),
        tags=mapping.texts("tags"),
        namespaces=mapping.text_list("namespaces"),
        service_accounts=mapping.items("serviceAccounts", _service_account),
        pods=read_pods(mapping),
        associations=mapping.items("associations", _association),
        addons=mapping.items("addons", _addon),
        addon_outcomes=MappingProxyType(dict(_outcomes(mapping))),
        compute=read_compute(mapping),
        objects=mapping.documents("objects"),
        patches=mapping.documents("patches"),
    )


def _service_account(mapping: SeedMapping) -> SeedServiceAccount:
    return SeedServiceAccount(
        namespace=mapping.text("namespace"),
        name=mapping.text("name"),
        labels=mapping.texts("labels"),
        annotations=mapping.texts("annotations"),
    )


def _association(mapping: SeedMapping) -> SeedAssociation:
    return SeedAssociation(
        namespace=mapping.text("namespace"),
        service_account=mapping.text("serviceAccount"),
        role_arn=mapping.text("roleArn"),
        target_role_arn=mapping.optional_text("targetRoleArn"),
        disable_session_tags=mapping.flag("disableSessionTags"),
        policy=mapping.optional_text("policy"),
        tags=mapping.texts("tags"),
    )


def _addon(mapping: SeedMapping) -> SeedAddon:
    return SeedAddon(
        name=mapping.text("name"),
        version=mapping.optional_text("version"),
        namespace=mapping.optional_text("namespace"),
        configuration_values=mapping.optional_text("configurationValues"),
        service_account_role_arn=mapping.optional_text("serviceAccountRoleArn"),
        associations=mapping.items("podIdentityAssociations", _addon_association),
        tags=mapping.texts("tags"),
    )


def _addon_association(mapping: SeedMapping) -> SeedAddonAssociation:
    return SeedAddonAssociation(
        service_account=mapping.text("serviceAccount"), role_arn=mapping.text("roleArn")
    )


def _outcomes(mapping: SeedMapping) -> Iterator[tuple[str, SeedAddonOutcome]]:
    for name, outcome in mapping.children("addonOutcomes"):
        default = SeedAddonOutcome("DEGRADED")
        yield (
            name,
            SeedAddonOutcome(
                status=outcome.choice("status", ADDON_OUTCOMES, "DEGRADED"),
                code=outcome.optional_text("code") or default.code,
                message=outcome.optional_text("message") or default.message,
            ),
        )
        outcome.finish()
