"""A YAML text as plain data with places: one document, merge keys applied, faults told.

    base: &base {resolveConflicts: overwrite}
    addons:
      - <<: *base            # keys of the alias, each with the place where it is written
        name: vpc-cni

A second document is taken if it holds one key alone that the caller names; the key then counts as
one of the first document.

Goes in: text of any kind. Comes out: Located data, or none, and problems. Never raises.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.places import Located, Path, Places
from eks_pod_identity.config.plain_scalar import resolve_plain
from eks_pod_identity.config.words import quoted
from eks_pod_identity.config.yaml_node import Node, NodeKind, read_nodes
from eks_pod_identity.errors import ConfigError, Place, Problem

_MERGE_KEY = "<<"

_Children: TypeAlias = dict[str | int, tuple[Place, Located]]


@dataclass(frozen=True, slots=True)
class Document:
    """What a text holds.

    Attributes:
        root: The content, or None if there is none.
        problems: What is wrong with the text as YAML.
    """

    root: Located | None
    problems: tuple[Problem, ...] = ()


def read_document(text: str, *, file: str, appendix: str = "") -> Document:
    """Return the one document of a text.

    Args:
        text: YAML, or anything else.
        file: The name to show in positions.
        appendix: A key that may stand in a second document, alone.
    """
    try:
        nodes, problems = read_nodes(text, file=file)
    except ConfigError as error:
        return Document(None, error.problems)
    # `---` at the top or the end makes an empty document, which says nothing and hurts nobody.
    filled = [node for node in nodes if not _is_null(node)]
    if not filled:
        message = "the file is empty"
        return Document(None, (_problem(Fault.FILE_EMPTY, (), message, Place(file, 1, 1)),))
    reader = _Reader(problems)
    # Two documents the wrong way round are one fault, not all the faults of a block by itself.
    body = filled[1] if _is_second_due_first(filled, appendix) else filled[0]
    root = reader.locate(body, ())
    if appendix and len(filled) == 2 and _holds_alone(filled[1], appendix):  # noqa: PLR2004 - two
        root = reader.append(root, filled[1], appendix)
        filled = filled[:1]
    return Document(root, (*reader.problems, *_several_documents(filled, appendix)))


def _is_second_due_first(nodes: list[Node], key: str) -> bool:
    first, *others = nodes
    return len(others) == 1 and _holds_alone(first, key) and not _holds_alone(others[0], key)


def _holds_alone(node: Node, key: str) -> bool:
    return set(_keys(node)) == {key}


def _keys(node: Node) -> list[str]:
    return [key.text for key in node.parts[::2]] if node.kind is NodeKind.MAPPING else []


def _several_documents(nodes: list[Node], appendix: str) -> Iterator[Problem]:
    if nodes[1:]:
        message = f"{len(nodes)} documents in one file, expected one"
        help_ = "move each cluster to a file of its own"
        if appendix and any(appendix in _keys(node) for node in nodes):
            help_ = f"put the ClusterConfig first, and {appendix}: alone into the second document"
        place = nodes[1].place
        if appendix and _holds_alone(nodes[1], appendix):
            place, help_ = nodes[2].place, f"take out what follows {appendix}:, the second document"
        yield _problem(Fault.YAML_SEVERAL_DOCUMENTS, (), message, place, help_=help_)


def _is_null(node: Node) -> bool:
    return node.kind is NodeKind.SCALAR and node.plain and resolve_plain(node.text) is None


def _problem(fault: Fault, path: Path, message: str, *places: Place, help_: str = "") -> Problem:
    help_lines = (help_,) if help_ else ()
    return Problem(fault.id, Places().address(path), message, places=places, help=help_lines)


@dataclass(slots=True)
class _Reader:
    """Turns nodes into located data; an aliased node is read once and shared."""

    problems: list[Problem]
    _read: dict[Node, Located] = field(default_factory=dict)

    def locate(self, node: Node, path: Path) -> Located:
        if node not in self._read:
            self._read[node] = self._locate(node, path)
        return self._read[node]

    def append(self, root: Located, node: Node, key: str) -> Located:
        """Return the root with the key of a document that holds nothing else."""
        appended = self.locate(node, ())
        if key in root.children:
            places = root.children[key][0], appended.children[key][0]
            message = f"{quoted(key)} stands in the first document and is the second"
            help_ = "keep the second, which eksctl passes over"
            fault = Fault.EXPANSION_BLOCK_TWICE
            self.problems.append(_problem(fault, (key,), message, *places, help_=help_))
        if not isinstance(root.value, Mapping):
            return root
        children = {**appended.children, **root.children}
        return Located(_values(children), root.place, children)

    def _locate(self, node: Node, path: Path) -> Located:
        match node.kind:
            case NodeKind.SCALAR:
                value = resolve_plain(node.text) if node.plain else node.text
                return Located(value, node.place)
            case NodeKind.SEQUENCE:
                items = [self.locate(item, (*path, i)) for i, item in enumerate(node.parts)]
                children: _Children = {i: (item.place, item) for i, item in enumerate(items)}
                return Located([item.value for item in items], node.place, children)
            case NodeKind.MAPPING:
                if template := _braces(node):
                    return Located(template, node.place)
                children = self._children(node, path)
                return Located(_values(children), node.place, children)

    def _children(self, node: Node, path: Path) -> _Children:
        own: _Children = {}
        merged: _Children = {}
        for key_node, value_node in zip(node.parts[::2], node.parts[1::2], strict=True):
            if key_node.plain and key_node.text == _MERGE_KEY and not merged:
                merged = self._merged(value_node, path)
                continue
            key = self._key(key_node, path)
            if key is None or self._is_duplicate(key, key_node.place, own, path):
                continue
            own[key] = (key_node.place, self.locate(value_node, (*path, key)))
        return {**merged, **own}

    def _key(self, node: Node, path: Path) -> str | None:
        key = resolve_plain(node.text) if node.plain else node.text
        if node.kind is NodeKind.SCALAR and key is not None:
            return key
        found = "null" if node.kind is NodeKind.SCALAR else f"a {node.kind.name.lower()}"
        message = f"a key must be text, found {found}"
        self.problems.append(_problem(Fault.YAML_KEY_NOT_TEXT, path, message, node.place))
        return None

    def _is_duplicate(self, key: str, place: Place, own: _Children, path: Path) -> bool:
        if key not in own:
            return False
        message = f"key {quoted(key)} stands here twice"
        first = own[key][0]
        address = (*path, key)
        help_ = "delete one of the two"
        problem = _problem(Fault.YAML_DUPLICATE_KEY, address, message, first, place, help_=help_)
        self.problems.append(problem)
        return True

    def _merged(self, node: Node, path: Path) -> _Children:
        sources = node.parts if node.kind is NodeKind.SEQUENCE else [node]
        merged: _Children = {}
        for source in sources:
            if source.kind is not NodeKind.MAPPING:
                message = "a merge key takes a mapping or a list of mappings"
                fault = Fault.YAML_MERGE_NOT_A_MAPPING
                self.problems.append(_problem(fault, (*path, _MERGE_KEY), message, source.place))
                continue
            # YAML 1.1, merge type: of several mappings, the earlier one wins.
            merged = {**self.locate(source, path).children, **merged}
        return merged


def _braces(node: Node) -> str:
    """Return `{{ x }}` without quotes as the text that it was written as.

    To YAML it is a mapping with a mapping for its key, which nobody means.
    """
    match node.parts:
        case [Node(kind=NodeKind.MAPPING, parts=[Node(text=name), Node(text="")]), Node(text="")]:
            return f"{{{{ {name} }}}}"
        case _:
            return ""


def _values(children: Mapping[str | int, tuple[Place, Located]]) -> dict[str | int, Any]:
    return {key: located.value for key, (_, located) in children.items()}
