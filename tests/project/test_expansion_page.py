"""docs/expansion.md: its files are valid, and its table of keys is that of the model."""

import re

import pytest
from harness.emulated import ROOT
from harness.markdown import fenced_blocks, relative_links

from eks_pod_identity.config import AssociationPattern, PodIdentityAssociation, load_cluster_config
from eks_pod_identity.config.role_settings import RoleSettings
from eks_pod_identity.config.section import eksctl_key
from eks_pod_identity.iam.document import TRUST_POLICY_QUOTA_MAX
from eks_pod_identity.iam.well_known import PLACEHOLDERS

_PAGE = ROOT / "docs" / "expansion.md"
_FILES = [block.text for block in fenced_blocks(_PAGE) if block.language == "yaml"]


@pytest.mark.parametrize("text", _FILES)
def test_files_are_valid(text: str) -> None:
    """Every YAML block is a file of two documents without a problem."""
    loaded = load_cluster_config(text, file="page.yaml")

    assert loaded.problems == ()
    assert loaded.require().patterns


def test_keys_are_those_of_the_model() -> None:
    """Each key that eksctl's entries lack is told, and none that is not there."""
    table = _PAGE.read_text().partition("| Key | |\n|---|---|\n")[2].partition("\n\n")[0]
    told = {
        key for line in table.splitlines() for key in re.findall("`(\\w+)`", line.split("|")[1])
    }

    settings = RoleSettings.model_fields.keys()
    eksctls = PodIdentityAssociation.model_fields.keys() - settings
    added = AssociationPattern.model_fields.keys() - eksctls
    assert told == {eksctl_key(field) for field in added} | {"roleName"}


def test_facts_are_those_of_the_code() -> None:
    """The quota, the placeholders and the links are what they are."""
    text = _PAGE.read_text()

    assert f"{TRUST_POLICY_QUOTA_MAX:,}" in text
    assert all(f"`{{{name}}}`" in text for name in PLACEHOLDERS)
    assert all(page.exists() for page in relative_links(_PAGE))
