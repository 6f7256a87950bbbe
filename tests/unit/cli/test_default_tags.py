"""Default tags of a stack, read from its settings."""

from pathlib import Path

import pytest

from eks_pod_identity.cli.stack.default_tags import read_default_tags
from eks_pod_identity.cli.stack.project_file import Programs

_SETTINGS = "config:\n  aws:defaultTags:\n    tags: {team: platform, key: {secure: v1:abc}}\n"


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.prod.yaml").write_text(_SETTINGS)
    (tmp_path / "Pulumi.broken.yaml").write_text("config: [\n")
    folder = tmp_path / "clusters"
    folder.mkdir()
    return folder / "demo.yaml"


def test_tags_are_those_of_the_stack(file: Path) -> None:
    """Found from a folder below the program, and without what is encrypted."""
    assert read_default_tags(Programs.around(file), "shop/prod") == {"team": "platform"}


@pytest.mark.parametrize("stack", [None, "shop", "shop/dev", "shop/broken", "other/prod"], ids=str)
def test_no_settings_are_no_tags(file: Path, stack: str | None) -> None:
    """Another program, a stack without settings or with faulty ones, or none: no tags, no error."""
    assert read_default_tags(Programs.around(file), stack) == {}
