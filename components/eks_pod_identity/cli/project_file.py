"""The name of a Pulumi program's project, for when Pulumi itself cannot tell it."""

from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


def project_name(folder: Path) -> str:
    """Return the project of a folder, or of the nearest one above it, as Pulumi looks for it.

    Returns:
        Its name; nothing if there is no project, which Pulumi says better.
    """
    place = folder.resolve()
    files = (above / name for above in (place, *place.parents) for name in _FILES)
    file = next((file for file in files if file.is_file()), None)
    if file is None:
        return ""
    try:
        project = YAML(typ="safe", pure=True).load(file)
    except YAMLError:
        return ""
    return str(project.get("name", "")) if isinstance(project, dict) else ""
