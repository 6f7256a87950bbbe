"""The JSON Schema for editors: it takes what the loader takes, and refuses what it can see."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from harness.config_case import CASES, read_expectations
from harness.json_schema import SchemaReader
from hypothesis import given
from hypothesis import strategies as st

from eks_pod_identity.config import EXPANSION_KEY, build_cluster_config
from eks_pod_identity.config.plain_scalar import PlainScalar
from eks_pod_identity.config.schema import build_schema
from eks_pod_identity.config.yaml_document import read_document

_SCHEMA = build_schema()
_READER = SchemaReader(_SCHEMA)
# What takes a second key, the text itself or IAM's own grammar to be seen; `validate` tells these.
_BEYOND_SCHEMAS = frozenset(
    {
        "addon-association-namespace-differs",
        "addon-configuration-not-a-mapping",
        "addon-defaults-and-associations",
        "addon-defaults-and-irsa",
        "addon-duplicate",
        "addon-irsa-and-pod-identity",
        "addon-irsa-role-not-made",
        "addon-irsa-sources-combined",
        "agent-external-and-listed",
        "agent-missing",
        "agent-with-associations",
        "association-duplicate",
        "association-of-irsa-account",
        "association-role-and-permissions",
        "association-without-permissions",
        "expansion-block-twice",
        "expansion-singular-and-plural",
        "grant-without-target-role",
        "inline-policy-too-large",
        "managed-policies-too-many",
        "partition-mismatch",
        "permission-policy-name-without-policy",
        "policy-bad-character",
        "policy-duplicate-key",
        "policy-not-json",
        "policy-operator-unknown",
        "policy-sid-twice",
        "policy-too-deep",
        "role-arn-and-permissions-boundary",
        "role-arn-and-role-name",
        "role-arn-and-role-settings",
        "role-name-duplicate",
        "role-name-for-several",
        "trusted-by-too-wide",
        "well-known-policy-of-one-cluster",
        "role-shared-without-name",
        "session-policy-with-session-tags",
        "target-role-not-granted",
        "text-not-quoted",
        "trust-policy-too-large",
        "vpc-cni-ipv6-without-permissions",
        "vpc-cni-too-old-for-ipv6",
        "well-known-argument-not-arn",
        "well-known-placeholder-unknown",
        "well-known-scope-without-policy",
        "yaml-duplicate-key",
        "yaml-key-not-text",
        "yaml-several-documents",
        "yaml-tag",
    }
)


def _instance(text: str) -> Any:  # noqa: ANN401 - JSON
    """The file as an editor reads it, or None if it is no YAML."""
    document = read_document(text, file="", appendix=EXPANSION_KEY)
    return _plain(document.root.value) if document.root else None


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case PlainScalar():
            return value.value
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def _readable_cases() -> Iterator[Any]:
    for path in CASES:
        text = path.read_text(encoding="utf-8")
        if _instance(text) is not None:
            yield pytest.param(text, id=path.stem)


@pytest.mark.parametrize("text", list(_readable_cases()))
def test_schema_and_loader_agree(text: str) -> None:
    """A good file has no squiggle; a faulty one has, unless no schema could see the fault."""
    visible = [
        each
        for each in read_expectations(text)
        if each.id not in _BEYOND_SCHEMAS
        # A session policy is text, of which a schema sees the length.
        and not each.address.endswith(".policy.Statement")
    ]

    faults = list(_READER.faults(_instance(text)))

    assert faults or not visible
    assert not faults or read_expectations(text)


def test_what_is_beyond_schemas_is_seen_by_none() -> None:
    """No fault that the schema can see is excused."""
    excused = {
        each.id
        for text in (path.read_text(encoding="utf-8") for path in CASES)
        if (instance := _instance(text)) is not None and not list(_READER.faults(instance))
        for each in read_expectations(text)
    }

    assert excused >= _BEYOND_SCHEMAS


def _good() -> dict[str, Any]:
    return {
        "metadata": {"name": "demo", "region": "eu-west-1"},
        "iam": {
            "podIdentityAssociations": [
                {
                    "namespace": "backend",
                    "serviceAccountName": "api",
                    "permissionPolicy": {
                        "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
                    },
                }
            ]
        },
        "addons": [
            {
                "name": "vpc-cni",
                "podIdentityAssociations": [{"serviceAccountName": "aws-node"}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("kind", "Cluster"),
        ("metadata", None),
        ("metadata.name", ""),
        ("metadata.name", None),
        ("metadata.region", "Ireland"),
        ("metadata.tags", {"aws:owner": "x"}),
        ("metadata.tags", {"team": "a*b"}),
        ("metadata.tags", {str(number): "x" for number in range(51)}),
        ("iam.podIdentityAssociation", []),
        ("iam.podIdentityAssociations", {}),
        ("iam.podIdentityAssociations.0.namespace", "Backend"),
        ("iam.podIdentityAssociations.0.namespace", "b" * 64),
        ("iam.podIdentityAssociations.0.serviceAccountName", "_api"),
        ("iam.podIdentityAssociations.0.roleARN", "api"),
        ("iam.podIdentityAssociations.0.targetRoleARN", "arn:aws:iam::1:role/x"),
        ("iam.podIdentityAssociations.0.permissionPolicyARNs", ["ReadOnlyAccess"]),
        ("iam.podIdentityAssociations.0.wellKnownPolicies", {"externaldns": True}),
        ("iam.podIdentityAssociations.0.wellKnownPolicies", {"velero": True}),
        ("iam.podIdentityAssociations.0.wellKnownPolicies", {"externalDNS": "yes"}),
        ("iam.podIdentityAssociations.0.permissionPolicy.Statements", []),
        ("iam.podIdentityAssociations.0.permissionPolicy.Statement.Effect", "allow"),
        ("iam.podIdentityAssociations.0.permissionPolicy.Statement.NotAction", "s3:*"),
        ("iam.podIdentityAssociations.0.permissionPolicy.Statement.Principal", "*"),
        ("iam.podIdentityAssociations.0.createServiceAccount", "yes"),
        ("iam.podIdentityAssociations.0.policy", "{" + " " * 2048 + "}"),
        ("addons.0.name", "VPC CNI"),
        ("addons.0.version", "newest"),
        ("addons.0.resolveConflicts", "force"),
        ("addons.0.namespaceConfig", {"name": "kube-system"}),
        ("addons.0.podIdentityAssociations.0.tags", {}),
        ("addons.0.podIdentityAssociations.0.targetRoleARN", "arn:aws:iam::111122223333:role/x"),
        ("addons.0.podIdentityAssociations.0.createServiceAccount", True),
        ("kubernetesNetworkConfig", {"ipFamily": "ipv6"}),
        ("autoModeConfig", {"enabled": "true"}),
    ],
)
def test_fault_is_seen_where_it_is(address: str, value: object) -> None:
    """One broken key of a good file is a fault at that key, or of the section it stands in."""
    instance = _good()
    assert not list(_READER.faults(instance))

    *steps, last = address.split(".")
    section: Any = instance
    for step in steps:
        section = section[int(step) if step.isdigit() else step]
    section[last] = value

    places = {fault.split(":")[0].replace("[0]", ".0") for fault in _READER.faults(instance)}
    assert all(place.startswith(".".join(["$", *steps])) for place in places)
    assert places


_ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(["", "api", "Api", "1.33", "latest", "none", "IPv6", "{}", "eu-west-1"]),
    st.sampled_from(["arn:aws:iam::111122223333:role/api", "arn:aws:iam::aws:policy/ReadOnly"]),
    st.just({}),
    st.just([]),
    st.just(["arn:aws:iam::aws:policy/ReadOnly"]),
    st.sampled_from([["dev", "qa"], ["dev", 7], ["demo"], "shared", "{cluster}-x", "namespace"]),
    st.just({"externalDNS": {"hostedZoneARNs": ["arn:aws:route53:::hostedzone/Z1"]}}),
    st.just({"externalDNS": True}),
    st.just({"team": "x"}),
)


def _section(name: str) -> st.SearchStrategy[dict[str, Any]]:
    known = _SCHEMA["definitions"][name]
    own = {key for key, value in known["properties"].items() if value.keys() != {"description"}}
    optional = dict.fromkeys(sorted(own - set(known.get("required", ()))), _ANYTHING)
    required = {key: st.just("api") for key in known.get("required", ())}
    return st.fixed_dictionaries(required, optional=optional)


@given(
    st.lists(_section("Addon"), max_size=1),
    st.lists(_section("PodIdentityAssociation")),
    st.none() | st.fixed_dictionaries({"associations": st.lists(_section("AssociationPattern"))}),
)
def test_what_the_loader_takes_the_schema_takes(
    addons: list[dict[str, Any]],
    associations: list[dict[str, Any]],
    block: dict[str, Any] | None,
) -> None:
    """Whatever keys are combined, an editor never marks what is right."""
    data = {
        "metadata": {"name": "demo", "region": "eu-west-1"},
        "addons": addons,
        "iam": {"podIdentityAssociations": associations},
        EXPANSION_KEY: block,
    }

    if not build_cluster_config(data, origin="").errors:
        assert not list(_READER.faults(data))


def _walk(schema: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    if isinstance(schema, dict):
        yield schema
        for each in schema.values():
            yield from _walk(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _walk(each)


def test_every_key_of_ours_is_described() -> None:
    """What an editor shows at a key comes from the models' docstrings, and none is missing."""
    policies = {"PolicyDocument", "PolicyStatement"}  # IAM's words, described by AWS
    sections = [
        _SCHEMA,
        *(_SCHEMA["definitions"][key] for key in _SCHEMA["definitions"].keys() - policies),
    ]
    silent = [
        key
        for section in sections
        for key, value in section["properties"].items()
        if not value["description"].endswith((".", '"1.33".'))
    ]

    assert not silent


def test_sections_are_closed_and_eksctls_keys_are_open() -> None:
    """A misspelt key is seen; what is eksctl's alone may hold anything."""
    for name in ("Addon", "Metadata", "Iam", "PodIdentityAssociation"):
        assert _SCHEMA["definitions"][name]["additionalProperties"] is False
    assert _SCHEMA["properties"]["managedNodeGroups"] == {
        "description": "Of eksctl; passed over here."
    }


def test_patterns_are_read_by_editors_as_by_python() -> None:
    """JavaScript's Unicode mode refuses a backslash before a character that needs none."""
    patterns = [each["pattern"] for each in _walk(_SCHEMA) if isinstance(each.get("pattern"), str)]

    assert patterns
    for pattern in patterns:
        escaped = re.findall(r"\\(.)", pattern)
        assert set(escaped) <= set(r"wdsSWD.*?+^$[](){}|\/-"), pattern
        assert "(?P" not in pattern
        assert "(?a" not in pattern
