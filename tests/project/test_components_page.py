"""docs/components.md: complete, and in agreement with the schema that other languages see."""

import json
import re

import pytest
from harness.emulated import ROOT
from harness.markdown import relative_links

import eks_pod_identity
from eks_pod_identity.components.attributes import inherited_types
from eks_pod_identity.components.hosting import COMPONENTS, ComponentHost
from tools.docs.components import COMPONENTS as SHOWN
from tools.docs.components import SHARED

_PAGE = ROOT / "docs" / "components.md"


def test_every_component_is_shown() -> None:
    """No component that can be hosted is left out."""
    assert sorted(SHOWN) == sorted(component.__name__ for component in COMPONENTS)


@pytest.mark.parametrize("name", SHOWN)
def test_arguments_and_outputs_are_those_of_the_schema(name: str) -> None:
    """The page has each input and output that the plugin's schema has, in Python's spelling."""
    schema = json.loads(ComponentHost().schema or "{}")
    resource = schema["resources"][f"eks-pod-identity:index:{name}"]
    text = _PAGE.read_text()
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    if "RolePermissionsArgs" in section:
        for shared in ("RolePermissionsArgs", "RoleSettingsArgs"):
            section += text.partition(f"\n### {shared}\n")[2].partition("\n### ")[0]
    rows = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))

    assert {_camel(row) for row in rows} == {*resource["inputProperties"], *resource["properties"]}


@pytest.mark.parametrize("name", SHARED)
def test_shared_types_are_complete(name: str) -> None:
    """Each key of a shared type has a row."""
    section = _PAGE.read_text().partition(f"\n### {name}\n")[2].partition("\n### ")[0]

    bases = inherited_types(getattr(eks_pod_identity, name))
    inherited = {key for base in bases for key in base.__annotations__}
    wanted = set(getattr(eks_pod_identity, name).__annotations__) - inherited
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == wanted


def test_links_lead_somewhere() -> None:
    """No link to a page that is not there."""
    assert [str(link) for link in relative_links(_PAGE) if not link.exists()] == []


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
