"""Property values: what travels, and what is left out."""

from google.protobuf import json_format, struct_pb2

from eks_pod_identity_emulator.plugins.values import (
    UNKNOWN,
    Asset,
    Secret,
    contains_unknown,
    from_struct,
    plain,
    to_struct,
)

SIGNATURE = "4dabf18193072939515e22adb298388d"


def struct(value: dict[str, object]) -> struct_pb2.Struct:
    """Return a protobuf struct of JSON."""
    return json_format.ParseDict(value, struct_pb2.Struct())


def test_every_kind_of_unknown_is_read() -> None:
    """The engine has a sentinel per kind of value, and all mean "not known yet"."""
    sentinels = (
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    )

    values = from_struct(struct({str(at): text for at, text in enumerate(sentinels)}))

    assert list(values.values()) == [UNKNOWN, UNKNOWN, UNKNOWN]


def test_secret_output_and_asset_are_read() -> None:
    """The wire format's special objects become values of their own."""
    asset = {SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "hash": "h", "text": "t"}
    secret = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "value": [1, 2.5]}
    output = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4", "secret": True, "value": "x"}
    pending = {SIGNATURE: "d0e6a833031e9bbcd3f4e8bde6ca49a4"}

    values = from_struct(struct({"a": asset, "s": secret, "o": output, "p": pending}))

    assert values == {
        "a": Asset({"hash": "h", "text": "t"}),
        "s": Secret([1, 2.5]),
        "o": Secret("x"),
        "p": UNKNOWN,
    }


def test_what_is_written_is_read_again() -> None:
    """Nothing gets lost on the way, except nulls, which mean the same as absence."""
    values = {
        "text": "x",
        "number": 3600,
        "flag": False,
        "list": ["a", {"b": UNKNOWN}],
        "secret": Secret({"k": "v"}),
        "asset": Asset({"hash": "h", "path": "p"}),
    }

    assert values == from_struct(to_struct({**values, "nothing": None}))


def test_nulls_are_sent() -> None:
    """An output without a value is told, or a preview would call it unknown."""
    assert "externalId" in to_struct({"externalId": None}).fields


def test_plain_takes_off_wrapping_and_the_bridge_s_marks() -> None:
    """A kind sees values only, but keeps keys of users that merely look like marks."""
    given = {"__defaults": [], "tags": {"__mine": "1"}, "s": [Secret({"__meta": "", "k": "v"})]}

    assert plain(given) == {"tags": {"__mine": "1"}, "s": [{"k": "v"}]}


def test_unknown_is_found_at_any_depth() -> None:
    """One unknown part makes a document as a whole unknown."""
    assert contains_unknown({"a": [Secret({"b": UNKNOWN})]})
    assert not contains_unknown({"a": [Secret({"b": "x"})]})


def test_assets_of_one_hash_are_equal() -> None:
    """Where a file lies makes no difference to what is in it."""
    assert Asset({"hash": "h", "path": "one"}) == Asset({"hash": "h", "path": "two"})
    assert Asset({"hash": "h", "path": "one"}) != Asset({"hash": "i", "path": "one"})
