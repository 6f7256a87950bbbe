"""Check: what the aws plugin says of arguments."""

from collections.abc import Callable

import grpc
import pytest
from harness.plugin_engine import UNKNOWN, CheckFailedError, ProviderClient
from harness.policy_documents import READ_ONLY, trust

ROLE = "aws:iam/role:Role"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
ADDON = "aws:eks/addon:Addon"
BUCKET = "aws:s3/bucket:Bucket"


def reasons(provider: ProviderClient, token: str, news: dict[str, object]) -> list[str]:
    """Return what the plugin finds wrong with arguments."""
    with pytest.raises(CheckFailedError) as caught:
        provider.check(token, "x", news)
    return caught.value.reasons


def test_role_gets_name_and_defaults_and_remembers_which(provider: ProviderClient) -> None:
    """The bridge's own arguments come out: a later run must tell a default from a choice."""
    inputs = provider.check(ROLE, "app", {"assumeRolePolicy": trust()})

    assert inputs["__defaults"] == ["maxSessionDuration", "name", "path"]
    assert inputs["name"].startswith("app-")
    assert (inputs["maxSessionDuration"], inputs["path"]) == (3600, "/")
    assert inputs["assumeRolePolicy"].startswith('{"Statement":[{"Action":["sts:AssumeRole"')


def test_name_that_was_made_here_stays(provider: ProviderClient) -> None:
    """A second run does not rename what the first one named."""
    first = provider.check(ROLE, "app", {"assumeRolePolicy": trust()})

    again = provider.check(ROLE, "renamed-in-program", {"assumeRolePolicy": trust()}, first)

    assert again["name"] == first["name"]


def test_name_is_made_anew_when_the_user_s_own_goes(provider: ProviderClient) -> None:
    """A name that the user takes back is not kept as if it had been made here."""
    named = provider.check(ROLE, "app", {"assumeRolePolicy": trust(), "name": "mine"})

    again = provider.check(ROLE, "app", {"assumeRolePolicy": trust()}, named)

    assert again["name"].startswith("app-")


def test_prefix_takes_the_place_of_a_name(provider: ProviderClient) -> None:
    """Terraform makes the name of a prefix itself, at the update."""
    inputs = provider.check(ROLE, "app", {"assumeRolePolicy": trust(), "namePrefix": "p-"})

    assert "name" not in inputs


def test_missing_unknown_and_wrong_arguments_are_all_told(provider: ProviderClient) -> None:
    """One run of a program shows every mistake of a resource."""
    news = {"roleARN": "x", "clusterName": "demo", "namespace": ["default"]}

    assert reasons(provider, ASSOCIATION, news) == [
        "expected a string, got a list. Examine values at 'x.namespace'.",
        "Invalid or unknown key 'roleARN'; did you mean 'roleArn'?. Examine values at 'x.roleARN'.",
        "Missing required property 'roleArn'",
        "Missing required property 'serviceAccount'",
    ]


@pytest.mark.parametrize(
    ("news", "fault"),
    [
        ({"assumeRolePolicy": "{"}, '"assumeRolePolicy" contains an invalid JSON policy'),
        ({"assumeRolePolicy": "[]"}, "contains a JSON array, not a JSON object"),
        ({"maxSessionDuration": 60}, "in the range (3600 - 43200), got 60"),
        ({"name": "x" * 65}, "cannot be longer than 64 characters"),
        ({"name": "a b"}, "must only contain alphanumeric characters"),
        ({"name": "a", "namePrefix": "b"}, "conflicts with namePrefix"),
        ({"managedPolicyArns": [READ_ONLY, "nope"]}, "(nope) is an invalid ARN"),
        ({"inlinePolicies": [{"name": "a", "policy": "x"}]}, '"inlinePolicies.policy" contains'),
    ],
)
def test_values_that_terraform_refuses_are_refused(
    provider: ProviderClient, news: dict[str, object], fault: str
) -> None:
    """A faulty value is found in the preview, not by AWS."""
    [reason] = reasons(provider, ROLE, {"assumeRolePolicy": trust(), **news})

    assert fault in reason


def test_logical_name_that_makes_too_long_a_name_is_refused(provider: ProviderClient) -> None:
    """A role's made-up name has 64 characters at most, too."""
    with pytest.raises(CheckFailedError, match="exceeds maximum length of 64"):
        provider.check(ROLE, "x" * 60, {"assumeRolePolicy": trust()})


def test_logical_name_that_makes_a_faulty_name_is_refused(provider: ProviderClient) -> None:
    """A made-up name is judged like one that the user gave."""
    [reason] = reasons_of(provider, "app[0]")

    assert "must only contain alphanumeric characters" in reason


def reasons_of(provider: ProviderClient, name: str) -> list[str]:
    """Return what the plugin finds wrong with a role of a logical name."""
    with pytest.raises(CheckFailedError) as caught:
        provider.check(ROLE, name, {"assumeRolePolicy": trust()})
    return caught.value.reasons


def test_empty_target_role_is_no_arn(provider: ProviderClient) -> None:
    """The plugin framework's ARN type refuses an empty text, so it cannot clear a target role."""
    news = {"clusterName": "c", "namespace": "n", "serviceAccount": "s", "roleArn": READ_ONLY}

    [reason] = reasons(provider, ASSOCIATION, {**news, "targetRoleArn": ""})

    assert 'value "" cannot be parsed as an ARN' in reason


def test_framework_resource_gets_no_defaults_mark(provider: ProviderClient) -> None:
    """The framework's bridge fills in region and tags only."""
    news = {"clusterName": "c", "namespace": "n", "serviceAccount": "s", "roleArn": READ_ONLY}

    inputs = provider.check(ASSOCIATION, "x", news)

    assert inputs == {**news, "region": "eu-west-1", "tagsAll": {}}


def test_omitted_and_empty_list_stay_apart(provider: ProviderClient) -> None:
    """A hook that compares arguments can tell "nothing said" from "none wanted"."""
    news = {"clusterName": "c", "addonName": "vpc-cni"}

    assert "podIdentityAssociations" not in provider.check(ADDON, "x", news)
    empty = provider.check(ADDON, "x", {**news, "podIdentityAssociations": []})
    assert empty["podIdentityAssociations"] == []


def test_nested_objects_carry_the_bridge_s_mark(provider: ProviderClient) -> None:
    """A policy pack meets the same arguments as with the real provider."""
    association = {"serviceAccount": "aws-node", "roleArn": READ_ONLY}
    news = {"clusterName": "c", "addonName": "vpc-cni", "podIdentityAssociations": [association]}

    inputs = provider.check(ADDON, "x", news)

    assert inputs["podIdentityAssociations"] == [{**association, "__defaults": []}]


def test_unknown_values_pass_the_rules(provider: ProviderClient) -> None:
    """A preview judges what it knows and lets the rest be."""
    document = {"Version": "2012-10-17", "Statement": [{"Resource": UNKNOWN}]}

    inputs = provider.check(ROLE, "app", {"assumeRolePolicy": document, "name": UNKNOWN})

    assert (inputs["assumeRolePolicy"], inputs["name"]) == (UNKNOWN, UNKNOWN)


def test_default_tags_are_joined_with_a_resource_s_own(
    configured: Callable[..., ProviderClient],
) -> None:
    """A resource's tag wins over the provider's, and ignored tags are left alone."""
    provider = configured(
        defaultTags={"tags": {"team": "a", "env": "dev"}}, ignoreTags={"keyPrefixes": ["skip"]}
    )
    tags = {"env": "prod", "skip-me": "1"}

    inputs = provider.check(ROLE, "app", {"assumeRolePolicy": trust(), "tags": tags})

    assert inputs["tags"] == tags
    assert inputs["tagsAll"] == {"team": "a", "env": "prod"}


def test_unknown_tag_makes_all_tags_unknown(provider: ProviderClient) -> None:
    """What AWS will have cannot be told while one tag is open."""
    inputs = provider.check(ROLE, "app", {"assumeRolePolicy": trust(), "tags": {"a": UNKNOWN}})

    assert inputs["tagsAll"] == UNKNOWN


def test_deprecated_bucket_settings_are_refused_not_passed_over(provider: ProviderClient) -> None:
    """What the stand-in does not do is told, with where AWS has it."""
    [reason] = reasons(provider, BUCKET, {"versioning": {"enabled": True}})

    assert "is not supported by the emulator's aws plugin" in reason
    assert "aws.s3.BucketVersioning" in reason


def test_type_that_is_not_there_is_an_error(provider: ProviderClient) -> None:
    """A resource that the stand-in lacks stops the preview, with what it has."""
    with pytest.raises(grpc.RpcError) as caught:
        provider.check("aws:sqs/queue:Queue", "q", {})

    assert "unrecognized resource type: aws:sqs/queue:Queue" in caught.value.details()
    assert ROLE in caught.value.details()


def test_inline_policy_without_a_name_gets_one_that_stays(provider: ProviderClient) -> None:
    """A policy is not passed over because nobody named it."""
    news = {"assumeRolePolicy": trust(), "inlinePolicies": [{"policy": '{"Statement":[]}'}, {}]}

    first = provider.check(ROLE, "app", news)
    again = provider.check(ROLE, "renamed", news, first)

    [made, nothing] = first["inlinePolicies"]
    assert made["name"].startswith("app-")
    assert made["__defaults"] == ["name"]
    assert nothing == {"__defaults": []}
    assert again["inlinePolicies"] == first["inlinePolicies"]
