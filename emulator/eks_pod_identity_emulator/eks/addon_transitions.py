"""How add-ons get from CREATING, UPDATING and DELETING to where they end.

https://docs.aws.amazon.com/eks/latest/APIReference/API_Addon.html lists the states.
"""

from collections.abc import Callable
from typing import Any

from eks_pod_identity_emulator.eks.addon import Addon
from eks_pod_identity_emulator.eks.cluster import Cluster
from eks_pod_identity_emulator.eks.environment import Environment
from eks_pod_identity_emulator.eks.region import Region
from eks_pod_identity_emulator.eks.update import Update
from eks_pod_identity_emulator.seed import SeedAddonOutcome


class AddonTransitions:
    """Plans the end of a change; a later change of the same add-on takes its place."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def created(self, region: Region, cluster: Cluster, addon: Addon) -> None:
        """Let a new add-on become ACTIVE, or what the seed file says."""
        outcome = cluster.addon_outcomes.get(addon.name)
        addon.status = "CREATING"

        def settle() -> None:
            self._end(addon, outcome, excluded="UPDATE_FAILED")

        self._plan(region, addon, settle)

    def updated(self, region: Region, cluster: Cluster, addon: Addon, update: Update) -> None:
        """Let an update succeed, or fail as the seed file says.

        A failed update is not taken back: https://github.com/hashicorp/terraform-provider-aws/pull/49104
        """
        outcome = cluster.addon_outcomes.get(addon.name)
        addon.status = "UPDATING"
        addon.updates.add(update.id, update)

        def settle() -> None:
            failed = self._end(addon, outcome, excluded="CREATE_FAILED")
            update.status = "Failed" if failed else "Successful"
            if failed:
                update.errors = [_update_error(failed)]

        self._plan(region, addon, settle)

    def deleted(self, region: Region, cluster: Cluster, addon: Addon, *, preserve: bool) -> None:
        """Let an add-on vanish, with the associations that it owns unless they are preserved."""
        addon.status = "DELETING"

        def settle() -> None:
            if preserve:
                cluster.preserved_addons.add(addon.name)
            else:
                cluster.preserved_addons.discard(addon.name)
                for association in cluster.associations.owned_by(addon.arn):
                    region.remove_association(cluster, association)
            region.remove_addon(cluster, addon)

        self._plan(region, addon, settle)

    def _plan(self, region: Region, addon: Addon, settle: Callable[[], None]) -> None:
        transition = addon.transition = object()

        def settle_unless_overtaken() -> None:
            if addon.transition is transition:
                settle()

        environment = self._environment
        due = environment.clock.monotonic() + environment.settings.addon_transition_seconds
        region.timeline.plan(due, settle_unless_overtaken)

    def _end(
        self, addon: Addon, outcome: SeedAddonOutcome | None, *, excluded: str
    ) -> SeedAddonOutcome | None:
        """Give an add-on its final state; return the outcome if it is a bad one that applies."""
        applies = outcome if outcome is not None and outcome.status != excluded else None
        addon.modified_at = self._environment.clock.now()
        addon.status = applies.status if applies else "ACTIVE"
        addon.issues = [_issue(applies)] if applies else []
        return applies


def _issue(outcome: SeedAddonOutcome) -> dict[str, Any]:
    return {"code": outcome.code, "message": outcome.message, "resourceIds": []}


def _update_error(outcome: SeedAddonOutcome) -> dict[str, Any]:
    return {"errorCode": outcome.code, "errorMessage": outcome.message, "resourceIds": []}
