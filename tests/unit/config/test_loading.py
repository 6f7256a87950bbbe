"""Loading from text and from Python: no input raises, and every problem has its place."""

import json
from typing import Any

import pytest
from harness.config_case import CASES
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eks_pod_identity.config import (
    Addon,
    Fault,
    LoadedConfig,
    PodIdentityAssociation,
    build_cluster_config,
    load_cluster_config,
    validate_cluster_config,
)
from eks_pod_identity.config.cluster import ClusterConfig, Iam, Metadata
from eks_pod_identity.config.load import MAX_PROBLEMS
from eks_pod_identity.config.pattern import AssociationPattern, Expansion
from eks_pod_identity.config.section import Section
from eks_pod_identity.config.yaml_node import MAX_CHARACTERS
from eks_pod_identity.errors import ConfigError, Severity, render_problems, sorted_problems

_GOOD = "metadata: {name: demo, region: eu-west-1}\n"
_ROLE = "arn:aws:iam::111122223333:role/app"
_TEXTS = [path.read_text(encoding="utf-8") for path in CASES]


def _ids(loaded: LoadedConfig) -> list[str]:
    return [problem.id for problem in loaded.problems]


def _check(loaded: LoadedConfig, text: str) -> None:
    """A report is complete, sorted, printable, catalogued, and points into the text."""
    assert loaded.problems == sorted_problems(loaded.problems)
    assert loaded.config is not None or loaded.errors
    assert all(Fault.by_id(problem.id) for problem in loaded.problems)
    # U+2028 and the like break lines for str.splitlines, NEL for YAML 1.1: count them all.
    lines = len(text.splitlines()) + 1
    for problem in loaded.problems:
        assert all(1 <= place.line <= lines and place.column >= 1 for place in problem.places)
    render_problems(loaded.problems).encode("utf-8")


@settings(deadline=None)  # the machine may be busy; time is no promise of these
@given(st.text())
@example("\ufeff" + _GOOD)
@example(_GOOD.replace("\n", "\r\n") + "\r\naddons: []\r\n")
@example('a: "\\UFFFFFFFF"')
@example('"\\ud800": "\\udfff"')
@example("? {a: b}\n: c")
@example("%YAML 9.9\n---\na: b")
def test_no_text_raises(text: str) -> None:
    """Whatever is in a file, there is a report or a config."""
    _check(load_cluster_config(text, file="cluster.yaml"), text)


@settings(deadline=None)
@given(st.sampled_from(_TEXTS), st.integers(0, 800), st.integers(0, 12), st.text(max_size=3))
def test_no_damaged_file_raises(text: str, start: int, length: int, put: str) -> None:
    """Real files with something cut out or put in are files that users have."""
    damaged = text[:start] + put + text[start + length :]

    _check(load_cluster_config(damaged, file="cluster.yaml"), damaged)


_KEYS = sorted(
    {
        key
        for section in (ClusterConfig, Metadata, Iam, Addon, AssociationPattern, Expansion)
        for key in section.own_keys()
    }
)
_WORDS = [
    "",
    "demo",
    "eu-west-1",
    "vpc-cni",
    "IPv6",
    "latest",
    _ROLE,
    "true",
    "1.30",
    "{}",
    "\ud800",
]
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(_WORDS)
    | st.text(max_size=5)
)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=3), inner, max_size=6)
    ),
    max_leaves=25,
)


def _sections(section: type[Section]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping that has the section's own keys, with anything under them."""
    return st.dictionaries(st.sampled_from(sorted(section.own_keys())), _ANYTHING, max_size=5)


_NAMES = st.lists(
    st.sampled_from(["dev", "qa", "*", "${a}", "{cluster}", "arn:aws:s3:::{b}-{region}", "\ud800"])
    | st.text(max_size=4),
    max_size=3,
)
_PATTERN = st.fixed_dictionaries(
    {"namespaces": _NAMES, "serviceAccountNames": _NAMES},
    optional={
        "clusters": _NAMES,
        "role": st.sampled_from(["each", "shared"]),
        "roleName": st.sampled_from(["{cluster}-x", "{x}", "}{", "x"]) | st.text(max_size=3),
        "trustScope": st.sampled_from(["namespace", "cluster", "account"]),
        "disableSessionTags": st.booleans(),
        "wellKnownPolicies": st.just({"velero": True, "externalDNS": True}),
        "wellKnownPolicyScopes": st.dictionaries(
            st.sampled_from(["velero", "externalDNS", "x"]),
            st.dictionaries(st.sampled_from(["bucketARNs", "hostedZoneARNs", "x"]), _NAMES),
        ),
        "permissionPolicyARNs": _NAMES,
    },
)
_NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "metadata": _sections(Metadata)
        | st.builds(lambda name: {"name": name, "region": "eu-west-1"}, st.text(max_size=3))
        | _ANYTHING,
        "iam": st.fixed_dictionaries(
            {"podIdentityAssociations": st.lists(_sections(PodIdentityAssociation), max_size=3)}
        ),
        "addons": st.lists(_sections(Addon), max_size=3) | _ANYTHING,
        "x-eks-pod-identity": st.fixed_dictionaries(
            {
                "associations": st.lists(_sections(AssociationPattern) | _PATTERN, max_size=3)
                | _ANYTHING
            },
            optional={"trustPolicyQuota": _ANYTHING},
        ),
        "addonsConfig": _ANYTHING,
        "kubernetesNetworkConfig": st.just({"ipFamily": "IPv6"}) | _ANYTHING,
    },
)


@settings(deadline=None)
@given(_ANYTHING | _NEARLY)
def test_no_structure_raises(data: object) -> None:
    """Any JSON is YAML, so any JSON value is a file."""
    text = json.dumps(data)

    _check(load_cluster_config(text, file="cluster.yaml"), text)


@settings(deadline=None)
@given(_NEARLY)
def test_no_python_mapping_raises(data: dict[str, Any]) -> None:
    """What a program passes is judged by the same rules, without places."""
    loaded = build_cluster_config(data, origin="config")

    _check(loaded, "")
    assert not any(problem.places for problem in loaded.problems)


def test_text_and_mapping_have_the_same_problems() -> None:
    """A program and a file that say the same are told the same."""
    data = {
        "metadata": {"name": "demo"},
        "addons": [{"nam": "vpc-cni", "tags": ["a"]}],
        "iam": {"podIdentityAssociations": [{"namespace": "Backend", "roleARN": "x"}]},
    }

    from_text = load_cluster_config(json.dumps(data), file="cluster.yaml")
    from_python = build_cluster_config(data, origin="")

    assert sorted((p.id, p.address, p.message, p.help) for p in from_text.problems) == sorted(
        (p.id, p.address, p.message, p.help) for p in from_python.problems
    )
    assert len(from_python.problems) > 5


def test_origin_stands_in_front_of_addresses() -> None:
    """A Python argument is named as its caller spells it."""
    loaded = build_cluster_config({"addons": [{"name": "A"}]}, origin="config")

    assert {problem.address for problem in loaded.problems} == {
        "config.metadata",
        "config.addons[0].name",
    }


@pytest.mark.parametrize(
    ("data", "id_"),
    [
        ({1: "x"}, "yaml-key-not-text"),
        ({"metadata": {None: "x"}}, "yaml-key-not-text"),
        ({"metadata": {"name": 5, "region": "eu-west-1"}}, "wrong-type"),
        ({"metadata": {"name": b"demo", "region": "eu-west-1"}}, "wrong-type"),
        ({"metadata": {"name": "demo", "region": "eu-west-1"}, "addons": {"a"}}, "wrong-type"),
    ],
)
def test_python_values_of_the_wrong_kind_are_told(data: dict[Any, Any], id_: str) -> None:
    """Python has kinds of values that no file has."""
    loaded = build_cluster_config(data, origin="config")

    assert _ids(loaded) == [id_]
    assert loaded.config is None


def test_mapping_inside_of_itself_is_refused() -> None:
    """A cycle is told as nesting, and nobody runs in a circle."""
    data: dict[str, Any] = {}
    data["iam"] = {"podIdentityAssociations": [data]}

    assert _ids(build_cluster_config(data, origin="config")) == ["yaml-too-deep"]


def test_models_may_stand_in_a_mapping() -> None:
    """A program may mix models and plain values."""
    addon = Addon.model_validate({"name": "eks-pod-identity-agent"})
    data = {"metadata": {"name": "demo", "region": "eu-west-1"}, "addons": (addon,)}

    config = build_cluster_config(data, origin="config").require()

    assert config.addons == (addon,)


def test_model_is_validated_on_its_own() -> None:
    """Rules judge a model that somebody else has made."""
    config = ClusterConfig.model_validate({"metadata": {"name": "demo"}})

    assert [problem.id for problem in validate_cluster_config(config)] == ["region-missing"]


def test_config_with_errors_is_not_handed_out() -> None:
    """`require` is the way to a config that may be acted upon."""
    loaded = load_cluster_config("metadata: {name: demo}", file="cluster.yaml")

    with pytest.raises(ConfigError) as caught:
        loaded.require()

    assert loaded.config is not None
    assert caught.value.problems == loaded.problems == loaded.errors


def test_config_with_warnings_is_handed_out() -> None:
    """A warning is told and passed over."""
    path = next(path for path in CASES if path.stem == "role-arn-and-role-name")

    loaded = load_cluster_config(path.read_text(encoding="utf-8"), file="cluster.yaml")

    assert [problem.severity for problem in loaded.problems] == [Severity.WARNING]
    assert loaded.errors == ()
    assert loaded.require() is loaded.config


def test_place_of_a_path_is_where_its_key_or_item_stands() -> None:
    """Problems found later are told with the same positions; what is missing has its parent's."""
    text = _GOOD + "addons:\n  - name: vpc-cni\n    version: latest\n"

    places = load_cluster_config(text, file="cluster.yaml").places

    assert str(places.place(("addons",))) == "cluster.yaml:2:1"
    assert str(places.place(("addons", 0))) == "cluster.yaml:3:5"
    assert str(places.place(("addons", 0, "version"))) == "cluster.yaml:4:5"
    assert str(places.place(("addons", 0, "podIdentityAssociations"))) == "cluster.yaml:3:5"
    assert str(places.place(("iam",))) == "cluster.yaml:1:1"
    assert places.address(("addons", 0, "tags", "a b")) == 'addons[0].tags["a b"]'


def test_place_of_a_merged_key_is_where_it_is_written() -> None:
    """An anchor's content is corrected at the anchor."""
    text = _GOOD + "vpc: &x\n  version: nonsense\naddons:\n  - <<: *x\n    name: vpc-cni\n"

    (problem,) = load_cluster_config(text, file="cluster.yaml").problems

    assert problem.id == "addon-version-malformed"
    assert [str(place) for place in problem.places] == ["cluster.yaml:3:3"]


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x7f", "\ufffe"])
def test_character_that_yaml_forbids_is_told_with_its_place(character: str) -> None:
    """Control codes get into files by broken pipes and bad merges."""
    (problem,) = load_cluster_config(f"{_GOOD}a: b{character}", file="cluster.yaml").problems

    assert problem.id == "yaml-character"
    assert [str(place) for place in problem.places] == ["cluster.yaml:2:5"]


def test_text_without_end_is_refused_before_it_is_parsed() -> None:
    """A wrong file, such as a database dump, costs no time."""
    loaded = load_cluster_config("#" * (MAX_CHARACTERS + 1), file="cluster.yaml")

    assert _ids(loaded) == ["file-too-large"]


@pytest.mark.parametrize(
    "line",
    ["key{0}: x\n", "a: x\n", "{0}: x\n? [{0}]\n: x\n"],
    ids=["unknown keys", "one key", "keys of all kinds"],
)
def test_report_of_a_foreign_file_is_bounded(line: str) -> None:
    """A file with thousands of problems is told to be one."""
    text = "".join(map(line.format, range(MAX_PROBLEMS * 3)))

    loaded = load_cluster_config(text, file="cluster.yaml")

    assert len(loaded.problems) == MAX_PROBLEMS + 1
    assert "too-many-problems" in _ids(loaded)


def test_report_of_a_long_list_is_bounded() -> None:
    """Rules end early, too."""
    arns = ", ".join(f"p{number}" for number in range(MAX_PROBLEMS * 3))
    entry = f"{{namespace: a, serviceAccountName: b, permissionPolicyARNs: [{arns}]}}"

    loaded = load_cluster_config(
        f"{_GOOD}iam: {{podIdentityAssociations: [{entry}]}}", file="cluster.yaml"
    )

    assert len(loaded.problems) == MAX_PROBLEMS + 1
    assert loaded.problems[-1].id == "too-many-problems"


def _entries(number: int) -> str:
    entry = "    - {{namespace: n{0}, serviceAccountName: s, roleARN: " + _ROLE + "}}\n"
    return "iam:\n  podIdentityAssociations:\n" + "".join(map(entry.format, range(number)))


@pytest.mark.parametrize(("number", "ids"), [(5000, []), (5001, ["cluster-too-many-associations"])])
def test_cluster_takes_5000_associations(number: int, ids: list[str]) -> None:
    """The limit of EKS is known before the first of them is made."""
    assert _ids(load_cluster_config(_GOOD + _entries(number), file="cluster.yaml")) == ids


def test_policy_of_any_size_is_told_without_being_shown() -> None:
    """A document of megabytes is a fault of one line."""
    statement = {
        "Effect": "Allow",
        "Action": "s3:GetObject",
        "Resource": "arn:aws:s3:::" + "x" * 200_000,
    }
    entry = {
        "namespace": "backend",
        "serviceAccountName": "api",
        "permissionPolicy": {"Version": "2012-10-17", "Statement": [statement]},
    }
    data = {
        "metadata": {"name": "demo", "region": "eu-west-1"},
        "iam": {"podIdentityAssociations": [entry]},
    }

    loaded = build_cluster_config(data, origin="")

    assert _ids(loaded) == ["inline-policy-too-large", "policy-too-long"]
    assert len(render_problems(loaded.problems)) < 1000


def test_secrets_in_configuration_values_are_not_told() -> None:
    """Configuration values may hold secrets, so no report shows them."""
    text = _GOOD + "addons:\n  - name: coredns\n    configurationValues: 'token: [s3cr3t'\n"

    (problem,) = load_cluster_config(text, file="cluster.yaml").problems

    assert problem.id == "addon-configuration-not-a-mapping"
    assert "s3cr3t" not in str(problem)
