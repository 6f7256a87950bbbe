"""The problem ids that the package's source says, found without running it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
# What takes an id by position beside the functions that have a parameter of that name.
_CLASSES = {"Problem": 0, "KnownError": 0, "DocumentFault": 0}
_OTHERS = {"Rule"}  # whose ids are of another kind, with pages of their own


def problem_ids(package: Path) -> dict[str, Path]:
    """Return each id that a call hands on, with a module that does it."""
    modules = {path: ast.parse(path.read_text("utf-8")) for path in package.rglob("*.py")}
    return {id_: path for path, tree in modules.items() for id_ in _ids(tree)}


def bare_ids(folder: Path) -> list[str]:
    """Return the ids that a folder's modules give to `Problem` as text, not by a fault's name."""
    return [
        given.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem"
        for given in (*node.args[:1], *(word.value for word in node.keywords if word.arg == "id"))
        if isinstance(given, ast.Constant)
    ]


def _ids(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target).endswith("_FAULTS"):
            yield from _texts(node)
    takers = _CLASSES | dict(_takers(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            taker = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if taker in _OTHERS:
                continue
            position = takers.get(taker)
            given = [word.value for word in node.keywords if word.arg in {"id", "id_"}]
            if position is not None:
                given += node.args[position : position + 1]
            yield from (text for each in given for text in _texts(each))


def _takers(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = [argument.arg for argument in node.args.args]
            for position, name in enumerate(names):
                if name in {"id", "id_"}:
                    yield node.name, position


def _texts(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        value = part.value if isinstance(part, ast.Constant) else None
        if isinstance(value, str) and _ID.fullmatch(value):
            yield value
