"""The writes to AWS that a plan stands for, by name, and those that a run made.

In: a plan as JSON, or the emulator's call log. Out: one line a write, such as
`AttachRolePolicy app arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_UPDATES = {"association": "UpdatePodIdentityAssociation", "add-on": "UpdateAddon"}
# What follows `CreateAddon demo` and the like: what an operation is about.
_SUBJECTS = (
    "roleName",
    "policyArn",
    "policyName",
    "namespace",
    "serviceAccount",
    "associationId",
    "addonName",
)
_TAG = re.compile(r"tags\.\S+: .* -> (?P<now>.*)", re.DOTALL)
_SET = re.compile(r"(?P<set>permissionPolicyARNs|inline policy): (?P<verb>\w+) (?P<name>\S+)")
_VERBS = {
    ("permissionPolicyARNs", "add"): "AttachRolePolicy",
    ("permissionPolicyARNs", "remove"): "DetachRolePolicy",
    ("inline policy", "add"): "PutRolePolicy",
    ("inline policy", "change"): "PutRolePolicy",
    ("inline policy", "remove"): "DeleteRolePolicy",
}


def foretold_writes(plan: Mapping[str, Any]) -> list[str]:
    """Return the writes of a plan, sorted; EKS sees to the associations of add-ons itself."""
    return sorted(write for change in plan["changes"] for write in _of_change(change))


def made_writes(calls: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the writes of a call log, sorted.

    The provider cannot remove a target role or a session policy; a call of ours does, and then the
    provider's own may follow. Both are the one update that a plan speaks of.
    """
    writes = [_of_call(call) for call in calls]
    twice = {each for each in writes if each.startswith(_UPDATES["association"])}
    return sorted([*(each for each in writes if each not in twice), *twice])


def _of_call(call: Mapping[str, Any]) -> str:
    given = {key[:1].lower() + key[1:]: value for key, value in call["parameters"].items()}
    subjects = [str(given[key]) for key in _SUBJECTS if key in given]
    if "resourceArn" in given:
        subjects = [_tagged(given["resourceArn"])]
    return " ".join((call["operation"], *subjects))


def _tagged(arn: str) -> str:
    """Return the id of an association, or the name of an add-on, by its ARN."""
    kind, *path = arn.rpartition(":")[2].split("/")
    return path[1] if kind == "addon" else path[-1]


def _of_change(change: Mapping[str, Any]) -> Iterator[str]:
    if change["kind"] == "role":
        yield from _of_role(change)
    elif change["kind"] == "add-on" or change["addon"] is None:
        yield from _of_eks(change)


def _of_role(change: Mapping[str, Any]) -> Iterator[str]:
    if change["step"] in {"create", "replace"}:
        yield from _policies("CreateRole", "AttachRolePolicy", "PutRolePolicy", change["desired"])
    if change["step"] in {"delete", "replace"}:
        role = change["observed"]
        yield from _policies("DeleteRole", "DetachRolePolicy", "DeleteRolePolicy", role)
    if change["step"] == "update":
        yield from _of_role_update(change["name"], change["reasons"])


def _policies(role: str, managed: str, inline: str, side: Mapping[str, Any]) -> Iterator[str]:
    name = side["roleName"]
    yield f"{role} {name}"
    yield from (f"{managed} {name} {arn}" for arn in side["attachedPolicyArns"])
    yield from (f"{inline} {name} {policy}" for policy in side["inlinePolicies"])


def _of_role_update(role: str, reasons: Iterable[str]) -> Iterator[str]:
    for reason in reasons:
        if found := _SET.fullmatch(reason):
            yield f"{_VERBS[found['set'], found['verb']]} {role} {found['name']}"
        elif reason.startswith("permissionsBoundaryARN"):
            verb = "Delete" if reason.endswith("-> none") else "Put"
            yield f"{verb}RolePermissionsBoundary {role}"
        elif reason.startswith("trust policy"):
            yield f"UpdateAssumeRolePolicy {role}"
    yield from (f"{verb}Role {role}" for verb in _tagging(reasons))


def _of_eks(change: Mapping[str, Any]) -> Iterator[str]:
    kind, step, name = change["kind"], change["step"], change["name"].replace("/", " ")
    noun = {"association": "PodIdentityAssociation", "add-on": "Addon"}[kind]
    observed = change["observed"] or {}
    known = observed.get("associationId", name)
    if step == "create":
        yield f"Create{noun} {name}"
    elif step == "delete":
        yield f"Delete{noun} {known}"
    elif step == "update":
        if any(not each.startswith("tags.") for each in change["reasons"]):
            yield f"{_UPDATES[kind]} {known}"
        yield from (f"{verb}Resource {known}" for verb in _tagging(change["reasons"]))


def _tagging(reasons: Iterable[str]) -> Iterator[str]:
    gone = {tag["now"] == "none" for tag in map(_TAG.fullmatch, reasons) if tag}
    if True in gone:
        yield "Untag"
    if False in gone:
        yield "Tag"
