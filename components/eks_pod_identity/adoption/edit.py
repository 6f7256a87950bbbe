"""Writes names of roles into the text of a file: a line each, and everything else as it was.

In: the text and where its entries are. Out: the new text, or problems of entries whose form the
command cannot change by itself (an alias, a merge, a flow mapping over several lines).
"""

import json
import re
from collections.abc import Sequence

from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.adoption.names import NamedRole
from eks_pod_identity.config import LoadedConfig, load_cluster_config
from eks_pod_identity.config.places import Located, Path, Places
from eks_pod_identity.errors import Place, Problem
from eks_pod_identity.planning.desired import DesiredAssociation, MadeRole
from eks_pod_identity.planning.report import Reporter

_KEY = "roleName"
# Before these a name reads as in eksctl's own examples; else before the first key.
_BEFORE = ("permissionPolicyARNs", "permissionPolicy", "wellKnownPolicies", "createServiceAccount")
_ACCOUNTS = ("serviceAccountName", "serviceAccountNames")
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def with_names(
    text: str, places: Places, roles: Sequence[NamedRole], *, file: str
) -> tuple[str, tuple[Problem, ...]]:
    """Return the text with names written into its entries, and a problem for each that has none.

    Args:
        text: The content of the file.
        places: Where its parts are.
        roles: What to write.
        file: The name of the file, for positions.
    """
    report = Reporter(places)
    anchors = {each: _anchor(places.root, each.path) for each in roles}
    problems = [_unwritable(each, report) for each, anchor in anchors.items() if anchor is None]
    lines = text.splitlines(keepends=True)
    found = sorted(((a, each) for each, a in anchors.items() if a), reverse=True)
    for anchor, each in found:
        _insert(lines, anchor, each.name)
    written = "".join(lines)
    loaded = load_cluster_config(written, file=file)
    problems += [_unwritable(each, report) for _, each in found if not _has(loaded, each)]
    return written, tuple(problems)


def _anchor(root: Located | None, path: Path) -> Place | None:
    """Return the place of the key before which the name goes; None if the entry is no mapping."""
    entry = _at(root, path)
    keys = {key: place for key, (place, _) in entry.children.items()} if entry else {}
    if not any(each in keys for each in _ACCOUNTS):
        return None
    return next((keys[key] for key in _BEFORE if key in keys), min(keys.values()))


def _insert(lines: list[str], anchor: Place, name: str) -> None:
    line, column = lines[anchor.line - 1], anchor.column - 1
    before, after = line[:column], line[column:]
    is_block = re.fullmatch(r"[\s-]*", before) is not None
    end = "\n" + " " * column if is_block else ", "
    lines[anchor.line - 1] = f"{before}{_pair(name, after)}{end}{after}"


def _pair(name: str, after: str) -> str:
    is_json = after.startswith('"')
    is_plain = _PLAIN.fullmatch(name) and name.lower() not in _WORDS and not is_json
    return f"{json.dumps(_KEY) if is_json else _KEY}: {name if is_plain else json.dumps(name)}"


def _has(loaded: LoadedConfig, role: NamedRole) -> bool:
    entry = _at(loaded.places.root, role.path)
    _, name = entry.children.get(_KEY, (None, None)) if entry else (None, None)
    return loaded.config is not None and name is not None and name.value == role.name


def _at(root: Located | None, path: Path) -> Located | None:
    found = root
    for part in path:
        found = found.children[part][1] if found and part in found.children else None
    return found


def _unwritable(role: NamedRole, report: Reporter) -> Problem:
    entry = role.entry
    help_ = f"{_KEY}: {role.name}\nin the entry, or in an entry of its own"
    if entry.addon and len(role.path) == len(("addons", 0)):
        help_ = f"in place of what EKS recommends\n{_listed(entry, role.name)}"
    return report.problem(
        AdoptionFault.NAME_UNWRITABLE,
        role.path,
        f"{entry.service_account} has role {role.name}, which the command cannot write here",
        observed=(role.arn,),
        help=(help_,),
    )


def _listed(entry: DesiredAssociation, name: str) -> str:
    """Return the entry that says in words what EKS recommends."""
    policies = entry.role.managed_policy_arns if isinstance(entry.role, MadeRole) else ()
    return (
        "podIdentityAssociations:\n"
        f"- serviceAccountName: {entry.service_account.name}\n"
        f"  {_KEY}: {name}\n"
        f"  permissionPolicyARNs: [{', '.join(policies)}]"
    )
