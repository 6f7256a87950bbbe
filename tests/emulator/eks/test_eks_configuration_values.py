"""Configuration values of add-ons: JSON or YAML, held to the schema of the catalog."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from harness.eks import CLUSTER, Eks

from eks_pod_identity_emulator.eks.catalog_data import load_catalog
from eks_pod_identity_emulator.eks.json_schema import KEYWORDS, schema_faults

PREFIX = "ConfigurationValue provided in request is not supported: "
BROKEN = PREFIX + "Json schema validation failed with error: "


@pytest.mark.parametrize(
    "values",
    [
        '{"replicaCount": 3}',
        "replicaCount: 3\nresources:\n  limits: {cpu: 100m}\n",
        '{"tolerations": [{"key": "a"}], "podAnnotations": {"a": "b"}}',
        '{"autoScaling": {"enabled": true, "minReplicas": 2}}',
        "{}",
        "",
    ],
)
def test_good_values_are_taken(eks: Eks, values: str) -> None:
    """JSON, YAML, an empty object and an empty text pass."""
    eks.call("CreateAddon", clusterName=CLUSTER, addonName="coredns", configurationValues=values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            '{"nope": 1}',
            BROKEN + "[$.nope: is not defined in the schema and the schema does not allow "
            "additional properties]",
        ),
        ('{"replicaCount": "3"}', BROKEN + "[$.replicaCount: string found, integer expected]"),
        ('{"replicaCount": true}', BROKEN + "[$.replicaCount: boolean found, integer expected]"),
        ('{"replicaCount": 0}', BROKEN + "[$.replicaCount: must have a minimum value of 1]"),
        (
            '{"computeType": "moon"}',
            BROKEN + '[$.computeType: does not have a value in the enumeration ["ec2", "fargate"]]',
        ),
        ('{"tolerations": [1]}', BROKEN + "[$.tolerations[0]: integer found, object expected]"),
        ('{"corefile": null}', BROKEN + "[$.corefile: null found, string expected]"),
        ('{"podLabels": {"a": 1}}', BROKEN + "[$.podLabels.a: integer found, string expected]"),
        ("just text", PREFIX + "The values must be a JSON or YAML object"),
        ("[1, 2]", PREFIX + "The values must be a JSON or YAML object"),
    ],
)
def test_broken_values_are_refused_with_the_place(eks: Eks, values: str, message: str) -> None:
    """The refusal begins as EKS's does and names the path of the fault."""
    refusal = eks.refusal(
        "CreateAddon", clusterName=CLUSTER, addonName="coredns", configurationValues=values
    )

    assert refusal.code == "InvalidParameterException"
    assert refusal.message == message


def test_every_fault_is_told_at_once(eks: Eks) -> None:
    """Two faults come in one refusal."""
    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName="coredns",
        configurationValues='{"replicaCount": "x", "nope": 1}',
    )

    assert "$.replicaCount" in refusal.message
    assert "$.nope" in refusal.message


def test_text_that_is_no_yaml_is_refused_in_one_line(eks: Eks) -> None:
    """A syntax error is told without line breaks."""
    refusal = eks.refusal(
        "CreateAddon", clusterName=CLUSTER, addonName="coredns", configurationValues="{broken"
    )

    assert refusal.message.startswith(PREFIX)
    assert "\n" not in refusal.message


def test_numbers_of_vpc_cni_are_texts(eks: Eks) -> None:
    """Environment variables of the CNI are texts of a certain form."""
    good = {"clusterName": CLUSTER, "addonName": "vpc-cni"}

    for values, fault in (
        ('{"env": {"WARM_IP_TARGET": 5}}', "integer found, string expected"),
        ('{"env": {"WARM_IP_TARGET": "five"}}', "does not match the integer pattern"),
        ('{"env": {"ENABLE_POD_ENI": "yes"}}', "does not match the boolean pattern"),
    ):
        assert fault in eks.refusal("CreateAddon", **good, configurationValues=values).message

    eks.call("CreateAddon", **good, configurationValues='{"env": {"WARM_IP_TARGET": "5"}}')


@pytest.mark.parametrize(
    ("schema", "value", "faults"),
    [
        ({"required": ["a"]}, {}, ["$.a: is missing but it is required"]),
        ({"pattern": "^a+$"}, "b", ["$: does not match the regex pattern ^a+$"]),
        ({"maximum": 3}, 4, ["$: must have a maximum value of 3"]),
        ({"type": "number"}, 4, []),
        ({"type": "number"}, 4.5, []),
        ({"type": "integer"}, 4.5, ["$: number found, integer expected"]),
        ({}, {"anything": [1]}, []),
    ],
)
def test_keywords_that_coredns_does_not_use(
    schema: Mapping[str, Any], value: object, faults: list[str]
) -> None:
    """The remaining keywords work too."""
    assert list(schema_faults(schema, value)) == faults


def keywords(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keywords of a schema and of those inside it."""
    yield from schema
    for member in schema.get("properties", {}).values():
        yield from keywords(member)
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), Mapping):
            yield from keywords(schema[name])


@pytest.mark.parametrize("addon", sorted(load_catalog().addons))
def test_schemas_of_the_catalog_use_known_keywords_only(addon: str) -> None:
    """No schema says something that the validator would pass over."""
    assert set(keywords(load_catalog().addons[addon].configuration_schema)) <= KEYWORDS
