"""docs/well-known-policies.md: what there is, for what, from where, and what narrows it."""

from collections.abc import Iterable

from eks_pod_identity.iam.well_known import (
    WELL_KNOWN_POLICIES,
    PolicyContext,
    ScopeArgument,
    WellKnownPolicy,
)
from tools.docs.page import Page, table_lines

_PLACE = PolicyContext("aws", "REGION", "ACCOUNT", "CLUSTER")


def _parts() -> dict[str, Iterable[str]]:
    policies = WELL_KNOWN_POLICIES.values()
    arguments = ((policy, argument) for policy in policies for argument in policy.arguments)
    return {
        "policies": table_lines(
            ("Name", "What for", "Source", "Upstream", "Checked", "Arguments"),
            map(_policy_row, policies),
        ),
        "arguments": table_lines(
            ("Policy", "Argument", "", "ARNs", "Default"),
            (_argument_row(policy, argument) for policy, argument in arguments),
        ),
    }


def _policy_row(policy: WellKnownPolicy) -> tuple[str, ...]:
    return (
        f"`{policy.key}`",
        f"{policy.title}. {policy.description}",
        f"[{_publisher(policy.source)}]({policy.source})",
        policy.upstream_version,
        policy.checked.isoformat(),
        ", ".join(f"`{each.name}`" for each in policy.arguments),
    )


def _publisher(address: str) -> str:
    _, _, host, *path = address.split("/")
    return "/".join(path[:2]) if host == "github.com" else host


def _argument_row(policy: WellKnownPolicy, argument: ScopeArgument) -> tuple[str, ...]:
    default = _PLACE.fill(argument.default)
    return (
        f"`{policy.key}`",
        f"`{argument.name}`",
        "required" if argument.required else "optional",
        argument.description,
        f"`{default}`" if default else "",
    )


PAGE = Page("well-known-policies.md", _parts)
