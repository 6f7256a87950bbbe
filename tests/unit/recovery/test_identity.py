"""By what a recovery knows things in AWS and in Kubernetes, before they have an id."""

from typing import Any

import pytest

from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.ownership import STACK_TAG
from eks_pod_identity.observed.stack import UNKNOWN, StackResource
from eks_pod_identity.recovery.identity import AssociationIdentity, identify
from eks_pod_identity.recovery.objects import is_made_by

_ROLE = "aws:iam/role:Role"
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({}, id="not given"),
        pytest.param({"name": UNKNOWN}, id="known later"),
        pytest.param({"name": {"4dabf18193072939515e22adb298388d": "secret"}}, id="secret"),
    ],
)
def test_role_whose_name_is_not_known_has_no_identity(inputs: dict[str, Any]) -> None:
    """What cannot be looked up by name is never guessed."""
    assert identify(StackResource("urn", _ROLE, inputs=inputs)) is None


def test_association_has_the_identity_that_eks_keeps_unique() -> None:
    """Cluster, namespace and service account tell an association apart before it has an id."""
    inputs = {"clusterName": "demo", "namespace": "backend", "serviceAccount": "api"}

    assert identify(StackResource("urn", _ASSOCIATION, inputs=inputs)) == AssociationIdentity(
        "demo", ServiceAccountRef("backend", "api")
    )


@pytest.mark.parametrize(
    ("observed", "ours"),
    [
        pytest.param({"annotations": {STACK_TAG: "p/s"}}, True, id="this stack"),
        pytest.param(
            {"annotations": {STACK_TAG: "p/other"}, "labels": {"managed-by": "us"}},
            False,
            id="another stack",
        ),
        pytest.param({"labels": {"managed-by": "us", "a": "1"}}, True, id="earlier release"),
        pytest.param({"name": "api"}, False, id="nobody's"),
    ],
)
def test_object_is_told_by_what_a_run_writes_on_it(observed: dict[str, Any], *, ours: bool) -> None:
    """An account that was there before, or that is of another stack, is not ours."""
    made = StackResource("urn", "t", inputs={"metadata": {"labels": {"managed-by": "us"}}})
    known = StackResource("urn", "t", outputs={"metadata": observed})

    assert is_made_by("p/s", made, known) is ours
