"""One line for each step: the call, on what, and what it writes."""

from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity.migration.steps import (
    AddonRestart,
    AdoptRole,
    CreateAgent,
    CreateAssociation,
    CreateRole,
    PatchServiceAccount,
    Recreate,
    Restart,
    Step,
    UpdateAddon,
    UpdateTrust,
    WriteBy,
)


def step_text(step: Step, home: str) -> str:
    """Return a step as one line.

    Args:
        step: The step.
        home: The account that labels leave out.
    """
    return _TEXTS[type(step)](step, home)


def _agent(step: CreateAgent, home: str) -> str:
    return f"eks:CreateAddon eks-pod-identity-agent on {step.place.label(home)}"


def _role(step: CreateRole, _: str) -> str:
    return f"iam:CreateRole {step.role_arn}"


def _trust(step: UpdateTrust, _: str) -> str:
    name = step.role_arn.rpartition("/")[2]
    if step.by is WriteBy.IAM:
        return f"iam:UpdateAssumeRolePolicy {step.role_arn}: {step.text.value}"
    if step.by is WriteBy.STACK and step.stack:
        return f"cloudformation:UpdateStack {step.stack.name}: {step.text.value}"
    return (
        f"file: new trust of {name} for its owner ({step.owner}); its owner applies it: "
        f"{step.text.value}"
    )


def _association(step: CreateAssociation, home: str) -> str:
    target = f" -> {step.target_role_arn}" if step.target_role_arn else ""
    place = step.member.place.label(home)
    return f"eks:CreatePodIdentityAssociation {place} {step.member.ref} -> {step.role_arn}{target}"


def _addon(step: UpdateAddon, home: str) -> str:
    kept = "no serviceAccountRoleArn, same version and configurationValues"
    where = f"eks:UpdateAddon {step.place.label(home)} {step.addon}"
    if step.associations:
        names = sorted({*step.associations, *step.kept})
        return f"{where}: podIdentityAssociations = {names}, {kept}"
    return f"{where}: {kept} (after the association has settled)"


def _restart(step: Restart, home: str) -> str:
    return f"restart {step.kind} {step.ref} on {step.place.label(home)}"


def _addon_restart(step: AddonRestart, home: str) -> str:
    return f"EKS restarts the pods of {step.addon} on {step.place.label(home)}"


def _recreate(step: Recreate, home: str) -> str:
    return f"its owner recreates {step.kind} {step.ref} on {step.place.label(home)}"


def _patch(step: PatchServiceAccount, home: str) -> str:
    keys, who = ", ".join(sorted(step.drop)), step.member.label(home)
    if step.by:
        return f"file: {step.by} drops {keys} from {who}"
    return f"patch ServiceAccount {who}: drop {keys}"


def _adopt(step: AdoptRole, _: str) -> str:
    name = step.role_arn.rpartition("/")[2]
    return f"cloudformation: {step.stack.name} retains {name}, then pulumi import of it"


_TEXTS: Mapping[type, Callable[[Any, str], str]] = {
    CreateAgent: _agent,
    CreateRole: _role,
    UpdateTrust: _trust,
    CreateAssociation: _association,
    UpdateAddon: _addon,
    Restart: _restart,
    AddonRestart: _addon_restart,
    Recreate: _recreate,
    PatchServiceAccount: _patch,
    AdoptRole: _adopt,
}
