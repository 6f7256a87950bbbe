"""The rule of the agent: who wants pod identity has it in the list of add-ons.

`eks-pod-identity-agent` hands out the credentials, so it comes before everything that needs it
(eksctl refuses the creation of a cluster for the same reason). A file that lists add-ons is taken
to list all that matter; one that omits `addons` leaves add-ons to somebody else, and a cluster in
Auto Mode has the agent built in: neither is asked for it. `agent: external` says that a chart, an
image of the nodes or the set-up of hybrid nodes brings it
(https://github.com/aws/eks-pod-identity-agent, charts/).
"""

from collections.abc import Iterator, Sequence

from eks_pod_identity.config.addon import AGENT_ADDON
from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.expansion import clusters_of, written_associations
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.pattern import EXPANSION_KEY, AssociationPattern
from eks_pod_identity.config.places import Path
from eks_pod_identity.config.presence import Presence
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.errors import Problem

EXTERNAL_HELP = (
    "if a chart or the nodes' image brings the agent, add in a second document\n"
    f"{EXPANSION_KEY}:\n  agent: external"
)


def validate_agent(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    """The agent is among the add-ons if anything in the file needs it, or comes from elsewhere."""
    listed = [i for i, addon in enumerate(config.addons or ()) if addon.name.lower() == AGENT_ADDON]
    if config.has_external_agent:
        yield from _validate_external(listed, scope)
    elif not (config.auto_mode or config.addons_presence is not Presence.GIVEN or listed):
        yield from _validate_listed(config, scope)


def _validate_external(listed: Sequence[int], scope: Scope) -> Iterator[Problem]:
    for index in listed:
        yield scope.at("addons", index, "name").problem(
            Fault.AGENT_EXTERNAL_AND_LISTED,
            f"{AGENT_ADDON} is listed, and {EXPANSION_KEY} says that it is no add-on",
            others=[(EXPANSION_KEY, "agent")],
            help=[f"delete agent: external from {EXPANSION_KEY}", "delete the entry"],
        )


def _validate_listed(config: ClusterConfig, scope: Scope) -> Iterator[Problem]:
    wishes = list(_wishes(config))
    block = scope.at(EXPANSION_KEY)
    if not wishes or scope.is_faulty("addons", "autoModeConfig") or block.is_faulty("agent"):
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
            EXTERNAL_HELP,
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
