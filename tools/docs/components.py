"""docs/components.md: every component, with its arguments and outputs.

In: the argument types and components themselves. Out: a section per component, and one for the
arguments that several share.
"""

import inspect
from collections.abc import Iterable, Iterator

import eks_pod_identity as package
from eks_pod_identity.components.args import RolePermissionsArgs, RoleSettingsArgs
from eks_pod_identity.components.attributes import Attribute, inherited_types, own_attributes
from eks_pod_identity.iam.trust import TrustScope
from tools.docs.page import Page, table_lines

COMPONENTS = (
    "ClusterPodIdentities",
    "PodIdentityAssociation",
    "Addon",
    "PodIdentityAgent",
    "PodIdentityRole",
    "TargetRole",
)
# Types inside of arguments and outputs, and arguments that components share.
SHARED = (
    "RolePermissionsArgs",
    "RoleSettingsArgs",
    "TargetAssociationArgs",
    "AddonPodIdentityAssociationArgs",
    "ServiceAccountArgs",
    "AdoptsArgs",
    "AssociationSummary",
    "AddonSummary",
)
_PERMISSIONS = "[RolePermissionsArgs](#rolepermissionsargs)"
_SETTINGS = "[RoleSettingsArgs](#rolesettingsargs)"


def _parts() -> dict[str, Iterable[str]]:
    return {
        "components": _joined(_component(name) for name in COMPONENTS),
        "shared": _joined(_type(name) for name in SHARED),
        "scopes": (", ".join(f"`{each.value}`" for each in TrustScope) + ".",),
    }


def _joined(sections: Iterable[Iterable[str]]) -> Iterator[str]:
    for index, lines in enumerate(sections):
        yield from ([""] if index else ())
        yield from lines


def _component(name: str) -> Iterator[str]:
    yield from (f"## {name}", "", *_prose(getattr(package, name)), "")
    yield from _arguments(f"{name}Args")
    yield ""
    outputs = own_attributes(getattr(package, name))
    yield from table_lines(
        ("Output", "Type", "Meaning"),
        ((f"`{each.name}`", f"`{_output_type(each)}`", each.meaning) for each in outputs),
    )


def _type(name: str) -> Iterator[str]:
    yield from (f"### {name}", "", *_prose(getattr(package, name)), "")
    yield from _arguments(name)


def _arguments(name: str) -> Iterator[str]:
    arguments = getattr(package, name)
    yield from table_lines(
        ("Argument" if name.endswith("Args") else "Key", "Type", "", "Meaning"),
        map(_row, own_attributes(arguments)),
    )
    if RolePermissionsArgs in inherited_types(arguments):
        yield from ("", f"And all arguments of {_PERMISSIONS}.")
    if RoleSettingsArgs in inherited_types(arguments):
        yield from ("", f"And all arguments of {_SETTINGS}.")


def _row(each: Attribute) -> tuple[str, ...]:
    required = "required" if each.required else ""
    return f"`{each.name}`", f"`{each.type}`", required, each.meaning


def _output_type(each: Attribute) -> str:
    return each.type.removeprefix("Output[").removesuffix("]")


def _prose(class_: type) -> Iterator[str]:
    """Yield the docstring up to what it raises, or to the arguments that `help` shows."""
    text = inspect.cleandoc(class_.__doc__ or "")
    for part in ("Raises:", "Arguments:"):
        text = text.partition(f"\n{part}\n")[0]
    yield from text.strip().splitlines()


PAGE = Page("components.md", _parts)
