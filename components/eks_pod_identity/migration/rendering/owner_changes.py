"""What each foreign owner has to change, in its own language, one page for each owner.

A direct change of what another tool owns is drift, which its next run takes back.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from eks_pod_identity.iam.document import Document
from eks_pod_identity.migration.owner import KUBECTL, PROGRAM
from eks_pod_identity.migration.steps import PatchServiceAccount, PhaseName, WriteBy
from eks_pod_identity.migration.values import MigrationPlan, RolePlan

_HEAD = """# {owner}

In phase `trust` apply the documents named `during`, in phase `close` those named `after`. Change
nothing else of these roles: a replaced role has another id, and its policies go with it.
"""


def owner_pages(plan: MigrationPlan) -> dict[str, str]:
    """Return the text of each owner's page by its path."""
    pages: dict[str, list[str]] = {}
    for role in plan.roles:
        if role.is_written and role.owner.write is not WriteBy.IAM:
            pages.setdefault(role.owner.name, []).append("\n".join(_of_role(role)))
    for owner, text in _annotations(plan):
        pages.setdefault(owner, []).append(text)
    return {
        f"owners/{_file(owner)}.md": _HEAD.format(owner=owner) + "\n" + "\n".join(texts)
        for owner, texts in sorted(pages.items())
    }


def _file(owner: str) -> str:
    kept = "".join(each if each.isalnum() or each in "-_." else "-" for each in owner)
    return kept.strip("-").lower()


def _of_role(role: RolePlan) -> Iterator[str]:
    language, write = _language(role)
    yield f"## {role.role.arn}\n"
    for moment, document in (("during", role.during), ("after", role.closed)):
        yield f"### {moment}\n\n```{language}\n{write(role, document)}\n```\n"


def _language(role: RolePlan) -> tuple[str, Callable[[RolePlan, Document], str]]:
    if role.role.stack and role.role.stack.cdk_path:
        return "typescript", _cdk
    if role.owner.name.startswith("cloudformation:"):
        return "yaml", _cloudformation
    return ("python", _pulumi) if role.owner.name.startswith("pulumi:") else ("hcl", _terraform)


def _cloudformation(role: RolePlan, document: Document) -> str:
    logical = role.role.stack.logical_id if role.role.stack else "Role"
    text = _indented(document, 8)
    head = f"Resources:\n  {logical}:\n    Properties:\n      AssumeRolePolicyDocument:"
    return f"{head}\n        {text}"


def _cdk(role: RolePlan, document: Document) -> str:
    path = role.role.stack.cdk_path if role.role.stack else ""
    text = _indented(document, 2)
    return (
        f"// {path}: a property override leaves logical id and physical name as they are\n"
        "const role = serviceAccount.role.node.defaultChild as iam.CfnRole;\n"
        f"role.addPropertyOverride('AssumeRolePolicyDocument', {text});"
    )


def _pulumi(role: RolePlan, document: Document) -> str:
    name = role.role.program[1] if role.role.program else role.role.name
    text = _indented(document, 8)
    return (
        f'aws.iam.Role(\n    "{name}",  # name, path and parent as they are: nothing is replaced\n'
        f"    assume_role_policy=json.dumps(\n        {text}\n    ),\n)"
    )


def _terraform(role: RolePlan, document: Document) -> str:
    text = _indented(document, 2)
    return (
        f"# {role.role.name}: a module that takes OIDC providers only cannot say this; move the\n"
        "# role to a resource of its own with a `moved` block first, name and path as they are\n"
        f"assume_role_policy = jsonencode(\n  {text}\n)"
    )


def _indented(document: Document, spaces: int) -> str:
    lines = json.dumps(document, indent=2).splitlines()
    return f"\n{' ' * spaces}".join(lines)


def _annotations(plan: MigrationPlan) -> Iterator[tuple[str, str]]:
    """Yield who has to take annotations away in phase `annotation`, and how."""
    found: dict[str, list[PatchServiceAccount]] = {}
    for phase in plan.phases:
        for step in phase.steps if phase.name is PhaseName.ANNOTATION else ():
            if isinstance(step, PatchServiceAccount) and step.by:
                found.setdefault(step.by, []).append(step)
    for owner, steps in found.items():
        if owner != KUBECTL:
            yield owner, _annotation_text(plan, owner, steps)


def _annotation_text(plan: MigrationPlan, owner: str, steps: Sequence[PatchServiceAccount]) -> str:
    names = "\n".join(f"- {each.member.label(plan.inventory.home)}" for each in steps)
    keys = sorted({key for each in steps for key in each.drop})
    language, form = _FORMS.get(owner, _FORMS["Argo CD"])
    text = "\n".join(form.format(key=key) for key in keys)
    return (
        "## In phase `annotation`\n\nTake these annotations away, keep all others:\n\n"
        f"{names}\n\n```{language}\n{text}\n```\n"
    )


_FORMS: Mapping[str, tuple[str, str]] = {
    "Helm": ("yaml", "serviceAccount:\n  annotations:\n    {key}: null"),
    "CDK app": ("typescript", "// drop this key from the service account's manifest: {key}"),
    "Argo CD": ("yaml", "metadata:\n  annotations:\n    # delete in Git: {key}"),
    "Flux": ("yaml", "metadata:\n  annotations:\n    # delete in Git: {key}"),
    PROGRAM: ("python", "# drop this key of metadata.annotations, an update in place: {key}"),
}
