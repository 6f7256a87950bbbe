"""Templates that nobody rendered: `${CLUSTER}`, `{{ .Values.account }}`, `<ACCOUNT>`.

A file that skipped its renderer has one fault, however many rules its placeholders break. Goes in:
the draft of a file and the values that did not fit their keys. Comes out: a problem for each
placeholder, and the paths that have one. Variables of the policy language (`${aws:username}`) and
the text of configurationValues, which an add-on may render itself, are none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from eks_pod_identity.config.cluster import ClusterConfig
from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.places import Path, Places
from eks_pod_identity.errors import Problem

# Shell, Terraform, CloudFormation and GitHub; Go, Helm, Jinja and Mustache; the angle brackets of
# pages that a file was copied from. A name and a colon make a variable of a policy, but for the
# defaults of a shell.
_PLACEHOLDER = re.compile(
    r"""\$\{\{.*?\}\}
      | \{\{.*?\}\}
      | \$\{[A-Za-z_](?:[\w.\[\]"'-]|::)*(?::?[-=?+][^}]*)?\}
      | \$\([A-Za-z_]\w*\)
      | \$[A-Z_][A-Z0-9_]+
      | <[A-Za-z_][\w .-]*>""",
    re.VERBOSE,
)
_OPAQUE = frozenset({"attachPolicy", "configurationValues", "permissionPolicy", "policy"})


def placeholder_in(value: object) -> str:
    """Return the first placeholder in a text, or nothing."""
    match = _PLACEHOLDER.search(value) if isinstance(value, str) else None
    return match[0] if match else ""


def placeholders_of(draft: ClusterConfig) -> Iterator[tuple[Path, str]]:
    """Yield each path of a draft that has a placeholder, with the placeholder."""
    yield from _walk(draft.model_dump(by_alias=True, exclude_unset=True), ())


def _walk(value: Any, path: Path) -> Iterator[tuple[Path, str]]:  # noqa: ANN401 - JSON border
    match value:
        case str():
            if found := placeholder_in(value):
                yield path, found
        case Mapping():
            for key, each in value.items():
                if key not in _OPAQUE:
                    yield from _walk(each, (*path, key))
        case list() | tuple():
            for index, each in enumerate(value):
                yield from _walk(each, (*path, index))
        case _:
            pass


def template_problems(found: Iterable[tuple[Path, str]], places: Places) -> Iterator[Problem]:
    """Yield one problem for each placeholder, at all the places that have it."""
    by_placeholder: dict[str, list[Path]] = {}
    for path, placeholder in found:
        by_placeholder.setdefault(placeholder, []).append(path)
    for placeholder, paths in by_placeholder.items():
        yield Problem(
            Fault.TEMPLATE_NOT_RENDERED.id,
            places.address(paths[0]),
            f"{placeholder} is a placeholder of a template",
            places=places.places(*paths),
            help=(
                "render the file first (envsubst, helm template, terraform), or write the value",
            ),
        )
