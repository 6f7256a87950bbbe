"""Pulumi programs by their project files: which are around a file, and what they are called."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

_FILES = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs that a ClusterConfig may be of.

    Attributes:
        folders: The folder of each, by the name of its project; the nearest first.
    """

    folders: Mapping[str, Path] = field(default_factory=dict, hash=False)

    @classmethod
    def around(cls, place: Path) -> Self:
        """Return the programs whose folder is the one of a place, or above it.

        Args:
            place: A folder, or a file in it, that need not exist.
        """
        absolute = place.absolute()
        folders: dict[str, Path] = {}
        for folder in (absolute, *absolute.parents):
            if name := _name_in(folder):
                folders.setdefault(name, folder)
        return cls(folders)

    def folder_of(self, stack: str | None) -> Path | None:
        """Return the folder of a `project/stack`; None if its program is not among them."""
        project, _, name = (stack or "").partition("/")
        return self.folders.get(project) if name else None


def project_name(folder: Path) -> str:
    """Return the project of a folder, or of the nearest one above it, as Pulumi looks for it.

    Returns:
        Its name; nothing if there is no project, which Pulumi says better.
    """
    nearest = project_folder(folder)
    return _name_in(nearest) if nearest else ""


def project_folder(folder: Path) -> Path | None:
    """Return the nearest folder with a project file, this one or above it."""
    place = folder.resolve()
    return next((each for each in (place, *place.parents) if any(_project_files(each))), None)


def _project_files(folder: Path) -> Iterator[Path]:
    return (folder / name for name in _FILES if (folder / name).is_file())


def _name_in(folder: Path) -> str:
    file = next(_project_files(folder), None)
    if file is None:
        return ""
    try:
        project = YAML(typ="safe", pure=True).load(file)
    except (OSError, UnicodeDecodeError, YAMLError):
        return ""
    return str(project.get("name", "")) if isinstance(project, dict) else ""
