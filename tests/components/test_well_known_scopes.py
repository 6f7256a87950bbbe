"""Well-known policies narrowed by the arguments of a component."""

import gc
import json
from collections.abc import Mapping
from typing import Any, cast

import pulumi
import pytest
from harness.graph import Graph, draw
from pulumi.output import UNKNOWN
from pulumi.provider.experimental.analyzer import Analyzer, PropertyType

from eks_pod_identity import (
    Addon,
    AddonArgs,
    PodIdentityAssociation,
    PodIdentityAssociationArgs,
    PodIdentityRole,
    PodIdentityRoleArgs,
    RefusedError,
)

_ZONE = "arn:aws:route53:::hostedzone/Z0A1B"
_BUCKET = "arn:aws:s3:::backups"
_KEY = "arn:aws:kms:eu-west-1:111122223333:key/0a1b"
_LATER = pulumi.Output.from_input


def _args(scopes: object, *policies: str, **more: object) -> PodIdentityAssociationArgs:
    args = {
        "cluster_name": "demo",
        "namespace": "backend",
        "service_account": "api",
        "well_known_policies": list(policies),
        "well_known_policy_scopes": scopes,
        **more,
    }
    return cast("PodIdentityAssociationArgs", args)


def _associate(scopes: object, *policies: str, **more: object) -> Graph:
    return draw(lambda: PodIdentityAssociation("api", _args(scopes, *policies, **more)))


def _problems(scopes: object, *policies: str) -> list[tuple[str, str]]:
    with pytest.raises(RefusedError) as refused:
        _associate(scopes, *policies)
    return [(problem.id, problem.address) for problem in refused.value.problems]


def _resources(graph: Graph) -> Mapping[str, list[str]]:
    """What each statement of the only inline policy is about."""
    document = json.loads(graph.one(":RolePolicy").inputs["policy"])
    return {each["Sid"]: each["Resource"] for each in document["Statement"]}


def test_policy_is_narrowed_to_the_arns_given() -> None:
    """The document names the hosted zone instead of all of them."""
    graph = _associate({"externalDNS": {"hosted_zone_arns": [_ZONE]}}, "externalDNS")

    assert _resources(graph) == {"FindZones": ["*"], "Records": [_ZONE]}


@pytest.mark.parametrize(("policy", "sid"), [("velero", "Bucket"), ("mountpointS3CSI", "Buckets")])
def test_policy_that_needs_a_scope_can_be_used(policy: str, sid: str) -> None:
    """What a file cannot ask for by a flag, a program can."""
    graph = _associate({policy: {"bucket_arns": [_BUCKET]}}, policy)

    assert _resources(graph)[sid] == [_BUCKET]


@pytest.mark.parametrize("zones", [[_LATER(_ZONE)], _LATER([_ZONE]), [_ZONE, _LATER(_ZONE)]])
def test_arns_may_come_from_other_resources(zones: object) -> None:
    """An ARN, or a list of them, that is an Output ends up in the document."""
    graph = _associate({"externalDNS": {"hosted_zone_arns": zones}}, "externalDNS")

    assert _resources(graph)["Records"] == [_ZONE]


def test_scope_adds_the_policy_that_only_it_asks_for() -> None:
    """A key given for the EBS driver adds an inline policy beside the one that AWS manages."""
    graph = _associate({"ebsCSIController": {"kms_key_arns": [_LATER(_KEY)]}}, "ebsCSIController")

    assert len(graph.of_type(":RolePolicyAttachment")) == 1
    assert _resources(graph) == {"Encrypt": [_KEY]}


def test_policies_are_planned_before_their_arns_are_known() -> None:
    """A preview shows the policy, though its text waits for a resource that is not there yet."""
    unknown = _LATER(UNKNOWN)

    graph = _associate({"velero": {"bucket_arns": [unknown]}}, "velero", role_name="backup")

    assert graph.one(":RolePolicy").inputs["name"] == "Velero"
    assert "policy" not in graph.one(":RolePolicy").inputs


@pytest.mark.parametrize(
    ("scopes", "policies", "id_", "address"),
    [
        ({}, ["velero"], "well-known-argument-missing", "velero"),
        (
            {"externalDNS": {"zones": [_ZONE]}},
            ["externalDNS"],
            "well-known-argument-unknown",
            "externalDNS.zones",
        ),
        (
            {"velero": {"bucket_arns": [_LATER(_BUCKET), "backups"]}},
            ["velero"],
            "well-known-argument-not-arn",
            "velero.bucket_arns[1]",
        ),
        (
            {"velero": {"bucket_arns": [None]}},
            ["velero"],
            "well-known-argument-not-arn",
            "velero.bucket_arns[0]",
        ),
        (
            {"velero": {"bucket_arns": []}},
            ["velero"],
            "well-known-argument-empty",
            "velero.bucket_arns",
        ),
        (
            {"velero": {"bucket_arns": _BUCKET}},
            ["velero"],
            "well-known-argument-not-list",
            "velero.bucket_arns",
        ),
        (
            {"velero": {"bucket_arns": [_BUCKET]}},
            ["externalDNS"],
            "well-known-scope-without-policy",
            "velero",
        ),
        ({"velero": [_BUCKET]}, ["velero"], "well-known-scope-not-mapping", "velero"),
    ],
)
def test_faulty_scope_is_refused_before_anything_is_made(
    scopes: object, policies: list[str], id_: str, address: str
) -> None:
    """Each fault has its address in the program's own words."""
    assert _problems(scopes, *policies) == [(id_, f"api.well_known_policy_scopes.{address}")]


def test_scopes_whose_keys_are_known_later_are_refused() -> None:
    """Which arguments there are decides which resources there are."""
    assert _problems(_LATER({"velero": {"bucket_arns": [_BUCKET]}}), "velero") == [
        ("well-known-scope-not-mapping", "api.well_known_policy_scopes")
    ]


def test_all_faults_of_all_scopes_are_told_at_once() -> None:
    """Beside each other, and beside those of other arguments."""
    scopes = {"velero": {"kms": [_KEY]}, "externalDNS": {"hosted_zone_arns": ["Z0A1B"]}}

    with pytest.raises(RefusedError) as refused:
        _associate(scopes, "velero", "externalDNS", role_name="no/name")

    assert [problem.id for problem in refused.value.problems] == [
        "role-name-malformed",
        "well-known-argument-not-arn",
        "well-known-argument-missing",
        "well-known-argument-unknown",
    ]


def test_arn_that_turns_out_to_be_none_is_refused_then() -> None:
    """The policy is not made, and the report reads as if it had been known."""
    assert _problems({"velero": {"bucket_arns": [_LATER("backups")]}}, "velero") == [
        ("well-known-argument-not-arn", "api.well_known_policy_scopes.velero.bucket_arns[0]")
    ]

    gc.collect()  # Outputs that hung on it say so when they go: here, not within another test


def test_documents_that_outgrow_a_role_are_refused() -> None:
    """IAM's limit for all inline policies of a role is held against the documents as narrowed."""
    secrets = [
        f"arn:aws:secretsmanager:eu-west-1:111122223333:secret:backend/number-{each}-??????"
        for each in range(200)
    ]

    assert _problems({"externalSecrets": {"secret_arns": secrets}}, "externalSecrets") == [
        ("inline-policy-too-large", "api.well_known_policy_scopes")
    ]


def test_role_takes_scopes_too() -> None:
    """A role for several service accounts is narrowed like that of one."""
    args: PodIdentityRoleArgs = {
        "cluster_name": "demo",
        "role_name": "backup",
        "service_accounts": [{"namespace": "a", "name": "x"}, {"namespace": "b", "name": "x"}],
        "well_known_policies": ["velero"],
        "well_known_policy_scopes": {"velero": {"bucket_arns": [_BUCKET]}},
    }

    assert _resources(draw(lambda: PodIdentityRole("backup", args)))["Bucket"] == [_BUCKET]


def test_addon_tells_which_entry_is_faulty() -> None:
    """The address leads to the entry of the list."""
    args: dict[str, Any] = {
        "cluster_name": "demo",
        "addon_name": "aws-ebs-csi-driver",
        "pod_identity_associations": [
            {
                "service_account": "ebs-csi-controller-sa",
                "permission_policy_arns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                "well_known_policy_scopes": {"ebsCSIController": {"kms_key_arns": [_KEY]}},
            }
        ],
    }

    with pytest.raises(RefusedError) as refused:
        draw(lambda: Addon("ebs", cast("AddonArgs", args)))

    assert [problem.address for problem in refused.value.problems] == [
        "ebs.pod_identity_associations[0].well_known_policy_scopes.ebsCSIController"
    ]


def test_hosted_component_offers_scopes_to_other_languages() -> None:
    """Pulumi's analyzer reads the argument as a mapping of mappings of lists of text."""
    definitions = Analyzer("eks-pod-identity").analyze([PodIdentityAssociation])
    inputs = definitions["component_definitions"]["PodIdentityAssociation"].inputs
    by_policy = inputs["wellKnownPolicyScopes"]
    by_argument = by_policy.additional_properties
    arns = by_argument and by_argument.additional_properties

    assert (by_policy.optional, by_policy.plain) == (True, True)
    assert arns
    assert arns.items
    assert (arns.type, arns.items.type) == (PropertyType.ARRAY, PropertyType.STRING)
