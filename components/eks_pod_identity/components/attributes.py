"""What each argument and output is: annotations, and the sentence below each of them.

In: an argument type or a component. Out: name, type and meaning of its attributes, and a docstring
that `help` shows. Python forgets the sentences, so they are read from the source.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import is_typeddict


@dataclass(frozen=True, slots=True)
class Attribute:
    """An argument of an argument type, or an output of a component.

    Attributes:
        name: Its name in Python.
        type: Its type, as the source writes it, without NotRequired.
        required: False if the source says NotRequired.
        meaning: The sentence below it.
    """

    name: str
    type: str
    required: bool
    meaning: str


def own_attributes(class_: type) -> tuple[Attribute, ...]:
    """Return the attributes that a class itself declares, in its order.

    Raises:
        OSError: The source is not there.
    """
    return tuple(_attributes(_definition(class_).body))


def inherited_types(class_: type) -> tuple[type, ...]:
    """Return the argument types of its module that a class is written to inherit from.

    Before Python 3.12 a TypedDict does not know them.
    """
    scope = vars(sys.modules[class_.__module__])
    names = (base.id for base in _definition(class_).bases if isinstance(base, ast.Name))
    return tuple(scope[name] for name in names if is_typeddict(scope[name]))


def with_attributes(class_: type) -> str:
    """Return the docstring of an argument type with all its arguments, inherited ones too."""
    lines = [inspect.cleandoc(class_.__doc__ or ""), "", "Arguments:"]
    for each in _inherited(class_):
        optional = "" if each.required else ", optional"
        lines.append(f"    {each.name} ({each.type}{optional}): {each.meaning}")
    return "\n".join(lines)


def _inherited(class_: type) -> Iterator[Attribute]:
    yield from own_attributes(class_)
    for base in inherited_types(class_):
        yield from _inherited(base)


def _definition(class_: type) -> ast.ClassDef:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(class_))).body
    if not isinstance(definition, ast.ClassDef):
        raise TypeError(f"{class_} is no class")
    return definition


def _attributes(body: list[ast.stmt]) -> Iterator[Attribute]:
    for declared, below in pairwise(body):
        if not (isinstance(declared, ast.AnnAssign) and isinstance(declared.target, ast.Name)):
            continue
        match below:
            case ast.Expr(value=ast.Constant(value=str(meaning))):
                one_line = " ".join(meaning.split())
                yield _attribute(declared.target.id, declared.annotation, one_line)


def _attribute(name: str, annotation: ast.expr, meaning: str) -> Attribute:
    match annotation:
        case ast.Subscript(value=ast.Name(id="NotRequired"), slice=inner):
            return Attribute(name, _written(inner), required=False, meaning=meaning)
    return Attribute(name, _written(annotation), required=True, meaning=meaning)


def _written(annotation: ast.expr) -> str:
    return ast.unparse(annotation).replace("pulumi.", "")
