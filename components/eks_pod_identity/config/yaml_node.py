"""YAML text to a tree of nodes with places, within bounds.

The tree is built from ruamel.yaml's events rather than by its constructor, so that depth and size
are checked before memory is spent, keys stay as they are written, and nothing depends on tags.

Goes in: text of any kind. Comes out: the nodes of its documents and problems, or a ConfigError if
the text cannot be read to its end. Raises nothing else, for any text.
"""

import re
from dataclasses import dataclass, field
from enum import Enum

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark
from ruamel.yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.words import quoted
from eks_pod_identity.config.yaml_syntax import explain_syntax
from eks_pod_identity.errors import ConfigError, Place, Problem

MAX_CHARACTERS = 4 * 1024 * 1024
MAX_DEPTH = 64  # a policy document inside of an association needs about 12
MAX_NODES = 300_000  # aliases counted as often as they are used

_CORE_TAG = "tag:yaml.org,2002:"


_SURROGATE = re.compile("[\ud800-\udfff]")


def join_surrogates(text: str) -> str | None:
    """Return text with surrogate pairs joined, as JSON escapes write them; None if one is alone."""
    if not _SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        return None


class NodeKind(Enum):
    """The three kinds of YAML nodes."""

    SCALAR = "str"
    SEQUENCE = "seq"
    MAPPING = "map"


@dataclass(slots=True, eq=False)
class Node:
    """A YAML node; an alias is the node that it stands for.

    Attributes:
        kind: Scalar, sequence or mapping.
        place: Where the node begins.
        text: A scalar's text.
        plain: Whether a scalar is unquoted, so that it may be a null, number or boolean.
        parts: Items of a sequence; keys and values of a mapping in turn.
        size: Number of nodes, itself included, aliases counted as often as they are used.
        height: Levels, itself included.
    """

    kind: NodeKind
    place: Place
    text: str = ""
    plain: bool = False
    parts: list["Node"] = field(default_factory=list)
    size: int = 1
    height: int = 1


def read_nodes(text: str, *, file: str) -> tuple[list[Node], list[Problem]]:
    """Return the root node of each document of a text, and faults that leave it readable.

    Raises:
        ConfigError: The text is not YAML, or too large, or nested too deep.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"{len(text):,} characters, and at most {MAX_CHARACTERS:,} are read"
        raise _refusal(Fault.FILE_TOO_LARGE, Place(file, 1, 1), message, "one file per cluster")
    tree = _Tree(file)
    text = text.removeprefix("\ufeff")
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            tree.feed(event)
    except ReaderError as error:
        raise _character_refusal(text, error, file) from error
    except MarkedYAMLError as error:
        raise _syntax_refusal(error, tree.place, text) from error
    except (ValueError, OverflowError) as error:  # ruamel.yaml on "\UFFFFFFFF"; no position
        message = "an escape in double quotes names no character"
        raise _refusal(Fault.YAML_SYNTAX, tree.place, message) from error
    return tree.documents, tree.problems


class _Tree:
    """Takes events in, keeps documents and problems, and refuses what goes out of bounds."""

    def __init__(self, file: str) -> None:
        self.documents: list[Node] = []
        self.problems: list[Problem] = []
        self.place = Place(file, 1, 1)
        self._open: list[Node] = []
        self._anchors: dict[str, Node] = {}

    def feed(self, event: Event) -> None:
        self.place = _place(event.start_mark, self.place.file)
        match event:
            case DocumentStartEvent():
                self._anchors = {}
            case AliasEvent():
                self._add(self._aliased(event.anchor))
            case ScalarEvent() | CollectionStartEvent():
                self._begin(event)
            case SequenceEndEvent() | MappingEndEvent():
                self._add(self._open.pop())
            case _:
                pass

    def _begin(self, event: ScalarEvent | CollectionStartEvent) -> None:
        node = self._node(event)
        if event.anchor:
            self._anchors[event.anchor] = node
        if node.kind is NodeKind.SCALAR:
            self._add(node)
            return
        self._open.append(node)
        if len(self._open) > MAX_DEPTH:
            raise self._too_deep()

    def _node(self, event: ScalarEvent | CollectionStartEvent) -> Node:
        match event:
            case ScalarEvent():
                node = Node(NodeKind.SCALAR, self.place, text=self._text(event.value))
                node.plain = event.implicit[0] and not event.tag
            case SequenceStartEvent():
                node = Node(NodeKind.SEQUENCE, self.place)
            case _:
                node = Node(NodeKind.MAPPING, self.place)
        self._check_tag(event, node.kind)
        return node

    def _text(self, text: str) -> str:
        whole = join_surrogates(text)
        if whole is None:
            message = "an escape names half of a surrogate pair, which is no character"
            self.problems.append(_problem(Fault.YAML_CHARACTER, self.place, message))
        return whole or ""

    def _check_tag(self, event: ScalarEvent | CollectionStartEvent, kind: NodeKind) -> None:
        if event.tag not in (None, "!", f"{_CORE_TAG}{kind.value}"):
            shown = str(event.tag).replace(_CORE_TAG, "!!")
            message = f"tag {quoted(shown)} means nothing in a ClusterConfig"
            self.problems.append(_problem(Fault.YAML_TAG, self.place, message, "delete the tag"))

    def _aliased(self, anchor: str) -> Node:
        node = self._anchors.get(anchor)
        if node is None:
            message = f"alias *{anchor} has no anchor &{anchor} above it"
            raise _refusal(Fault.YAML_ALIAS_UNKNOWN, self.place, message)
        if any(node is each for each in self._open):
            message = f"alias *{anchor} stands inside of what &{anchor} names"
            raise _refusal(Fault.YAML_ALIAS_RECURSIVE, self.place, message)
        return node

    def _add(self, node: Node) -> None:
        if not self._open:
            self.documents.append(node)
            return
        parent = self._open[-1]
        parent.parts.append(node)
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        self._check_bounds(parent)

    def _check_bounds(self, parent: Node) -> None:
        if parent.size > MAX_NODES:
            message = f"more than {MAX_NODES:,} values, aliases counted as often as they are used"
            raise _refusal(Fault.FILE_TOO_LARGE, self.place, message)
        if parent.height + len(self._open) - 1 > MAX_DEPTH:
            raise self._too_deep()

    def _too_deep(self) -> ConfigError:
        message = f"lists and mappings are nested more than {MAX_DEPTH} levels deep"
        return _refusal(Fault.YAML_TOO_DEEP, self.place, message)


def _refusal(fault: Fault, place: Place, message: str, *help_: str) -> ConfigError:
    return ConfigError([_problem(fault, place, message, *help_)])


def _problem(fault: Fault, place: Place, message: str, *help_: str) -> Problem:
    return Problem(fault.id, "", message, places=(place,), help=help_)


def _character_refusal(text: str, error: ReaderError, file: str) -> ConfigError:
    before = text[: error.position]
    place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    message = f"character U+{error.character:04X} is not allowed in YAML"
    help_ = "delete it, or write it as an escape in double quotes"
    return _refusal(Fault.YAML_CHARACTER, place, message, help_)


def _syntax_refusal(error: MarkedYAMLError, near: Place, text: str) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    place = _place(mark, near.file) if mark else near
    lines = text.splitlines()[max(place.line - 2, 0) : place.line]
    advice = explain_syntax(error.problem or "", error.context or "", "\n".join(lines))
    return _refusal(Fault.YAML_SYNTAX, place, advice.message, *advice.help)


def _place(mark: StringMark, file: str) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)
