"""Omitted, null and `[]`: three wishes, told apart however they are written."""

import pytest

from eks_pod_identity.config import ClusterConfig, Presence, load_cluster_config

_HEAD = "metadata: {name: demo, region: eu-west-1}\n"


def _load(text: str) -> ClusterConfig:
    return load_cluster_config(_HEAD + text, file="cluster.yaml").require()


@pytest.mark.parametrize(
    ("text", "presence"),
    [
        ("", Presence.OMITTED),
        ("iam:\n", Presence.OMITTED),
        ("iam: {}\n", Presence.OMITTED),
        ("iam:\n  # podIdentityAssociations: []\n  withOIDC: true\n", Presence.OMITTED),
        ("iam:\n  podIdentityAssociations:\n", Presence.NULL),
        ("iam: {podIdentityAssociations: ~}\n", Presence.NULL),
        ("iam: {podIdentityAssociations: null}\n", Presence.NULL),
        ("iam: {podIdentityAssociations: []}\n", Presence.GIVEN),
        ("vpc: &x {podIdentityAssociations: []}\niam: {<<: *x}\n", Presence.GIVEN),
        ("vpc: &x {podIdentityAssociations: ~}\niam: {<<: *x}\n", Presence.NULL),
        (
            "vpc: &x {podIdentityAssociations: []}\niam: {<<: *x, podIdentityAssociations: ~}\n",
            Presence.NULL,
        ),
    ],
)
def test_presence_of_standalone_associations(text: str, presence: Presence) -> None:
    """Comments omit, merge keys give, and a key of one's own wins over a merged one."""
    assert _load(text).associations_presence is presence


@pytest.mark.parametrize(
    ("entry", "presence"),
    [
        ("{name: adot}", Presence.OMITTED),
        ("{name: adot, podIdentityAssociations: }", Presence.NULL),
        ("{name: adot, podIdentityAssociations: []}", Presence.GIVEN),
    ],
)
def test_presence_of_addon_associations(entry: str, presence: Presence) -> None:
    """Each add-on answers for itself."""
    config = _load(f"addons: [{entry}]\n")

    assert config.addons
    assert config.addons[0].associations_presence is presence


@pytest.mark.parametrize(
    ("text", "presence"),
    [("", Presence.OMITTED), ("addons:\n", Presence.NULL), ("addons: []\n", Presence.GIVEN)],
)
def test_presence_of_addons(text: str, presence: Presence) -> None:
    """The list of add-ons itself may be left out as well."""
    assert _load(text).addons_presence is presence


def test_model_made_in_python_answers_too() -> None:
    """Presence is a matter of the model, not of the file."""
    assert ClusterConfig().addons_presence is Presence.OMITTED
    assert ClusterConfig.model_validate({"addons": None}).addons_presence is Presence.NULL
    assert ClusterConfig.model_validate({"addons": []}).addons_presence is Presence.GIVEN
