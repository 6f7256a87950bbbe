"""The classes of names held against z3's theory of strings."""

from collections import Counter
from itertools import product
from random import Random
from typing import Any, TypeAlias

import pytest
import z3

from eks_pod_identity.access import domains
from eks_pod_identity.access.classes import classes_of
from eks_pod_identity.access.pattern import Item, Shape, shape_of
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation.glob import to_pattern

_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
_CASES = {
    "namespace": (domains.NAMESPACE, ("a", "a*", "*-*", "?", "??", "prod-*", "*b", "-a", "*a*b*")),
    "cluster": (domains.CLUSTER, ("A*", "*_", "prod", "p?od", "*", "*x*", "_a")),
    "account": (domains.ACCOUNT, ("1*", "*1", "111122223333", "?" * 12, "*12*", "?" * 11, "0*0")),
    "organization": (domains.ORGANIZATION, ("o-*", "o-a*", "*z", "o-a1b2c3d4e5", "o-?", "*-*-*")),
}
_SETS = 6
_PATIENCE = 1_000  # milliseconds; z3 gives up on a few, which then say nothing


_Signs: TypeAlias = tuple[bool, ...]


@pytest.mark.parametrize("name", sorted(_CASES))
def test_classes_are_all_the_combinations_that_a_value_can_have(name: str) -> None:
    """The solver agrees on the value of each class, and finds none for any other combination."""
    domain, texts = _CASES[name]
    random = Random(name)  # noqa: S311 - a choice of patterns
    answers: Counter[str] = Counter()
    for _ in range(_SETS):
        shapes = [shape_of(to_pattern(each)) for each in random.sample(texts, 3)]
        unknown = Unknown(name, 0, domain)
        predicates = [unknown.is_like(each) for each in shapes]
        found: set[_Signs] = set()
        for each in classes_of(unknown):
            signs = tuple(_holds(each.bits, predicate) for predicate in predicates)
            assert _agrees(domain, shapes, signs, each.witness or "")
            found.add(signs)
        missing = set(product((True, False), repeat=len(shapes))) - found
        answers.update(_ask(domain, shapes, signs) for signs in missing)

    assert not answers["sat"]
    assert answers["unsat"] > answers["unknown"]


def _holds(bits: int, predicate: int | bool) -> bool:  # noqa: FBT001 - as is_like gives it
    return predicate if isinstance(predicate, bool) else bool(bits >> predicate & 1)


def _agrees(domain: domains.Domain, shapes: list[Shape], signs: _Signs, value: str) -> bool:
    """Tell whether z3 says the same of a value."""
    languages = (_LANGUAGES[domain.name], *map(_regular, shapes))
    says = (z3.is_true(z3.simplify(z3.InRe(z3.StringVal(value), each))) for each in languages)
    return tuple(says) == (True, *signs)


def _ask(domain: domains.Domain, shapes: list[Shape], signs: _Signs) -> str:
    """Return whether z3 finds a value of a combination, or cannot say in time."""
    solver = z3.Solver()
    solver.set("timeout", _PATIENCE)
    fitting = map(_regular, shapes)
    parts = (
        each if sign else z3.Complement(each) for each, sign in zip(fitting, signs, strict=True)
    )
    # One expression: z3 is good at combinations of languages, and not at several of them.
    solver.add(z3.InRe(z3.String("value"), z3.Intersect(_LANGUAGES[domain.name], *parts)))
    return str(solver.check())


def _regular(shape: Shape) -> Any:  # noqa: ANN401 - z3 has no types
    parts = [_item(item) for item in shape]
    return z3.Concat(*parts) if len(parts) > 1 else parts[0]


def _item(item: Item) -> Any:  # noqa: ANN401 - as above
    if item.characters is not None:
        return z3.Re(item.characters)
    anything = z3.AllChar(z3.ReSort(z3.StringSort()))
    return z3.Star(anything) if item.many else anything


def _of(characters: str) -> Any:  # noqa: ANN401 - as above
    return z3.Union(*map(z3.Re, characters))


def _label() -> Any:  # noqa: ANN401 - as above
    inner = z3.Star(z3.Union(_of(_LOWER), z3.Re("-")))
    return z3.Concat(_of(_LOWER), z3.Option(z3.Concat(inner, _of(_LOWER))))


# The patterns of the pages that `domains` names, written once more and in another way.
_LANGUAGES = {
    "namespace": _label(),
    "cluster": z3.Concat(
        _of(_LOWER + _LOWER[:26].upper()),
        z3.Star(_of(_LOWER + _LOWER[:26].upper() + "_-")),
    ),
    "account": z3.Loop(z3.Range("0", "9"), 12, 12),
    "organization": z3.Concat(z3.Re("o-"), z3.Loop(_of(_LOWER), 10, 12)),
}
