"""The small parts that the rest stands on: table, timeline, identifiers, refusals."""

from hypothesis import given
from hypothesis import strategies as st

from eks_pod_identity_emulator.eks.identifiers import Identifiers
from eks_pod_identity_emulator.eks.table import Table
from eks_pod_identity_emulator.eks.timeline import Timeline
from eks_pod_identity_emulator.eks.tokens import Tokens
from eks_pod_identity_emulator.errors import ApiError

KEYS = st.integers(min_value=0, max_value=20)


@given(st.lists(st.tuples(st.booleans(), KEYS)), st.integers(min_value=1, max_value=5))
def test_table_is_an_ordered_mapping_with_pages(steps: list[tuple[bool, int]], size: int) -> None:
    """After any adds and removes the pages together are what a plain dict would hold."""
    table: Table[int] = Table()
    model: dict[str, int] = {}
    for adds, key in steps:
        if adds and str(key) not in model:
            table.add(str(key), key)
            model[str(key)] = key
        elif not adds:
            table.remove(str(key))
            model.pop(str(key), None)

    paged: list[int] = []
    position: int | None = -1
    while position is not None:
        items, position = table.page(position, size)
        assert len(items) <= size
        paged += items

    assert paged == list(model.values()) == list(table)
    assert len(table) == len(model)
    assert all((str(key) in table) == (str(key) in model) for key in range(21))


def test_timeline_does_what_is_due_in_order() -> None:
    """Earlier first, equals in the order planned, later not yet."""
    timeline = Timeline()
    done: list[str] = []
    for when, name in ((2, "b"), (1, "a"), (2, "c"), (3, "later")):
        timeline.plan(when, lambda name=name: done.append(name))

    timeline.settle(2)

    assert done == ["a", "b", "c"]


def test_timeline_does_what_its_actions_plan() -> None:
    """An action planned by another and due already is done in the same settling."""
    timeline = Timeline()
    done: list[str] = []
    timeline.plan(1, lambda: timeline.plan(2, lambda: done.append("inner")))

    timeline.settle(2)

    assert done == ["inner"]


def test_identifiers_repeat_for_a_seed_and_differ_between_seeds() -> None:
    """A run can be repeated with the same ids."""
    first, again, other = Identifiers(1), Identifiers(1), Identifiers(2)

    ids = [first.association_id() for _ in range(3)]

    assert ids == [again.association_id() for _ in range(3)]
    assert ids != [other.association_id() for _ in range(3)]
    assert all(len(id_) == 19 for id_ in ids)


def test_status_of_a_refusal_follows_from_its_code() -> None:
    """Known codes have AWS's status, unknown ones 400, and a status given wins."""
    assert ApiError("ResourceInUseException", "x").status == 409
    assert ApiError("ThrottlingException", "x").status == 429
    assert ApiError("SomethingElse", "x").status == 400
    assert ApiError("ServerException", "x", status=503).status == 503


def test_tokens_of_long_ago_are_forgotten() -> None:
    """Memory is bounded: after ten thousand others a token is new again."""
    tokens = Tokens()
    runs: list[str] = []

    def use(token: str) -> None:
        tokens.once("CreateAddon", {"clientRequestToken": token}, lambda: {"n": runs.append(token)})

    use("first")
    for number in range(9_999):
        use(str(number))
    use("first")
    assert runs.count("first") == 1

    use("one more")
    use("first")
    assert runs.count("first") == 2
