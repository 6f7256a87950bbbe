"""Every well-known policy on a role of its own, on the real engine: IAM takes all of it.

The emulator knows AWS's list of managed policies, so that one that does not exist is refused.
"""

from pathlib import Path
from typing import Any

from harness.declared import Component, declared, empty_clusters
from harness.well_known_samples import full_scope

from eks_pod_identity.iam.well_known import WELL_KNOWN_POLICIES, PolicyContext, WellKnownPolicy

_HERE = PolicyContext("aws", "eu-west-1", "111122223333", "demo")


def _role(policy: WellKnownPolicy) -> Component:
    args: dict[str, Any] = {
        "role_name": policy.key,
        "service_accounts": [{"namespace": "dev", "name": policy.key.lower()}],
        "well_known_policies": [policy.key],
    }
    if policy.arguments:
        args["well_known_policy_scopes"] = {policy.key: full_scope(policy)}
    return Component("PodIdentityRole", policy.key, args)


def test_every_well_known_policy_can_be_attached(tmp_path: Path) -> None:
    """One run attaches all of them, as each policy says; a second run does nothing."""
    with empty_clusters(tmp_path, "demo") as aws:
        stack = declared(tmp_path / "program", aws, "demo")

        stack.up(*map(_role, WELL_KNOWN_POLICIES.values()))

        iam = aws.client("iam")
        for policy in WELL_KNOWN_POLICIES.values():
            wanted = policy.build(_HERE, full_scope(policy))
            attached = iam.list_attached_role_policies(RoleName=policy.key)["AttachedPolicies"]
            inline = iam.list_role_policies(RoleName=policy.key)["PolicyNames"]
            assert {each["PolicyArn"] for each in attached} == {*wanted.managed}
            assert {*inline} == {name for name, _ in wanted.inline}
        assert stack.up() == ()
