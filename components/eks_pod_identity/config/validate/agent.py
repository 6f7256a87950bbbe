"""The rule of the agent: who wants pod identity has it in the list of add-ons.

`eks-pod-identity-agent` hands out the credentials, so it comes before everything that needs it
(eksctl refuses the creation of a cluster for the same reason). A file that lists add-ons is taken
to list all that matter; one that omits `addons` leaves add-ons to somebody else, and a cluster in
Auto Mode has the agent built in: neither is asked for it.
"""

from collections.abc import Iterator

from eks_pod_identity.config.addon import AGENT_ADDON
from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.expansion import clusters_of, written_associations
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.pattern import AssociationPattern
from eks_pod_identity.config.places import Path
from eks_pod_identity.config.presence import Presence
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.errors import Problem


def validate_agent(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """The agent is among the add-ons if anything in the file needs it."""
    wishes = list(_wishes(config))
    listed = any(addon.name.lower() == AGENT_ADDON for addon in config.addons or ())
    if config.auto_mode or config.addons_presence is not Presence.GIVEN or listed or not wishes:
        return
    if scope.is_faulty("addons", "autoModeConfig"):
        return
    more = f" and {len(wishes) - 1} more" if wishes[1:] else ""
    needed_by = scope.places.address(wishes[0])
    yield scope.at("addons").problem(
        Fault.AGENT_MISSING,
        f"{AGENT_ADDON} is not listed, and {needed_by}{more} need{'' if more else 's'} it",
        others=wishes[:1],
        help=[
            f"add to addons:\n  - name: {AGENT_ADDON}",
            "if the cluster runs in Auto Mode, add\nautoModeConfig:\n  enabled: true",
        ],
    )


def _wishes(config: ClusterConfig) -> Iterator[Path]:
    for path, entry in written_associations(config):
        if not isinstance(entry, AssociationPattern) or _is_for_this(entry, config):
            yield path
    for index, addon in enumerate(config.addons or ()):
        if addon.pod_identity_associations:
            yield "addons", index, "podIdentityAssociations"
        elif addon.use_default_pod_identity_associations:
            yield "addons", index, "useDefaultPodIdentityAssociations"
    if config.auto_apply_associations and config.addons:
        yield "addonsConfig", "autoApplyPodIdentityAssociations"


def _is_for_this(entry: AssociationPattern, config: ClusterConfig) -> bool:
    return config.metadata.name in clusters_of(entry, config)
