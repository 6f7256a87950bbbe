"""Shapes read from the SDK, and values held against them."""

import pulumi_aws
import pulumi_kubernetes

from eks_pod_identity_emulator.plugins.conformance import Misfit, fit
from eks_pod_identity_emulator.plugins.introspection import function_shape, resource_shape
from eks_pod_identity_emulator.plugins.paths import format_path
from eks_pod_identity_emulator.plugins.shapes import Choice, ListOf, MapOf, ObjectShape, Scalar
from eks_pod_identity_emulator.plugins.values import UNKNOWN

ROLE = resource_shape(pulumi_aws.iam.Role, pulumi_aws.iam.RoleArgs)
ADDON = resource_shape(pulumi_aws.eks.Addon, pulumi_aws.eks.AddonArgs)
POD = resource_shape(pulumi_kubernetes.core.v1.Pod, pulumi_kubernetes.core.v1.PodInitArgs)


def told(misfits: tuple[Misfit, ...]) -> list[str]:
    """Return faults as one line each."""
    return [f"{format_path(misfit.path)}: {misfit.reason}" for misfit in misfits]


def test_required_given_and_told_properties_are_told_apart() -> None:
    """The SDK's classes say who sets a property."""
    assert ROLE.fields["assumeRolePolicy"].required
    assert ROLE.fields["name"].computed
    assert not ROLE.fields["description"].computed
    assert not ROLE.fields["arn"].settable


def test_types_of_properties_are_read_through_inputs_and_outputs() -> None:
    """Optional, Input and Output do not change what a value looks like."""
    document = ROLE.fields["assumeRolePolicy"].shape

    assert ROLE.fields["maxSessionDuration"].shape is Scalar.INTEGER
    assert ROLE.fields["tags"].shape == MapOf(Scalar.STRING)
    assert ROLE.fields["managedPolicyArns"].shape == ListOf(Scalar.STRING)
    assert isinstance(document, Choice)
    assert document.options[0] is Scalar.STRING


def test_nested_objects_are_read_when_asked_for() -> None:
    """A pod's containers have the kubernetes names of their fields."""
    spec = POD.fields["spec"].shape
    assert isinstance(spec, ObjectShape)
    containers = spec.fields["containers"].shape
    assert isinstance(containers, ListOf)
    assert isinstance(containers.item, ObjectShape)

    assert containers.item.fields["imagePullPolicy"].shape is Scalar.STRING


def test_a_function_s_parameters_are_read() -> None:
    """Functions are held to their SDK's parameters, too."""
    fields = function_shape(pulumi_aws.iam.get_policy_document).fields

    assert "sourcePolicyDocuments" in fields
    assert "opts" not in fields


def test_fitting_value_is_returned_as_the_shape_has_it() -> None:
    """Numbers and booleans written as text become what they stand for, as in Terraform."""
    given = {"assumeRolePolicy": UNKNOWN, "maxSessionDuration": "7200", "description": 1}

    assert fit(ROLE, {**given, "forceDetachPolicies": "true"}) == (
        {
            "assumeRolePolicy": UNKNOWN,
            "maxSessionDuration": 7200,
            "description": "1",
            "forceDetachPolicies": True,
        },
        (),
    )


def test_all_faults_are_told_with_their_places() -> None:
    """One look finds what is missing, misspelt and of the wrong type, also inside lists."""
    _, misfits = fit(
        ADDON,
        {
            "clusterName": ["demo"],
            "preserve": "perhaps",
            "podIdentityAssociations": [{"serviceAccount": "a", "roleARN": "r"}, "x"],
            "tags": {"a": {"b": "c"}},
        },
    )

    assert told(misfits) == [
        "addonName: required property is not set",
        "clusterName: expected a string, got a list",
        (
            "podIdentityAssociations[0].roleARN: "
            "Invalid or unknown key 'roleARN'; did you mean 'roleArn'?"
        ),
        "podIdentityAssociations[0].roleArn: required property is not set",
        "podIdentityAssociations[1]: expected an object, got 'x'",
        "preserve: expected a boolean, got 'perhaps'",
        "tags.a: expected a string, got an object",
    ]
