"""Which role an add-on's pods get that has both: one of IRSA, and an association.

"If the EKS pod identity agent is installed on the cluster, the serviceAccountRoleArn will be
ignored, and EKS will use the provided pod identity association. If Pod Identity is not enabled, the
serviceAccountRoleArn will be used": https://docs.aws.amazon.com/eks/latest/userguide/add-ons-iam.html
"""

from typing import Any

import pytest
from harness.eks import ACCOUNT, CALLER, CLUSTER, Eks

from eks_pod_identity_emulator.kubernetes.clusters import PodIdentityWebhook
from eks_pod_identity_emulator.kubernetes.injection import Injection

_ACCOUNT = "ebs-csi-controller-sa"
_IRSA = f"arn:aws:iam::{ACCOUNT}:role/irsa"


def _eks(cluster: str = "") -> Eks:
    text = f"{{name: {CLUSTER}, version: '1.33'{cluster}}}"
    eks = Eks(seed=f'accounts: {{"{ACCOUNT}": {{regions: {{eu-west-1: {{clusters: [{text}]}}}}}}}}')
    eks.iam.declare_role("irsa")
    return eks


def _install(eks: Eks, **more: Any) -> None:  # noqa: ANN401 - parameters of CreateAddon
    owned = [eks.owned(_ACCOUNT, "ebs")]
    eks.install("aws-ebs-csi-driver", podIdentityAssociations=owned, **more)


def _injection(eks: Eks, account: str = _ACCOUNT) -> Injection:
    webhook = PodIdentityWebhook(eks.service, CALLER, CLUSTER, "ipv4")
    found = webhook.injection("kube-system", account, {})
    assert found is not None
    return found


def test_without_agent_the_irsa_role_is_used() -> None:
    """The pods get IRSA's variables, as if the account were annotated."""
    eks = _eks()
    _install(eks, serviceAccountRoleArn=_IRSA)

    assert _injection(eks).variable == ("AWS_ROLE_ARN", _IRSA)


@pytest.mark.parametrize("cluster", [", autoMode: true", ", externalAgent: true"])
def test_with_an_agent_that_is_no_addon_the_association_is_used(cluster: str) -> None:
    """Auto Mode has the agent built in; one that was declared external counts, too."""
    eks = _eks(cluster)
    _install(eks, serviceAccountRoleArn=_IRSA)

    assert _injection(eks).pod_identity


def test_role_changes_as_the_agent_comes_and_goes() -> None:
    """New pods get the association's role once the agent is ACTIVE, and IRSA's when it is gone."""
    eks = _eks()
    _install(eks, serviceAccountRoleArn=_IRSA)

    eks.call("CreateAddon", clusterName=CLUSTER, addonName="eks-pod-identity-agent")
    while_creating = _injection(eks).pod_identity
    eks.settle()
    with_agent = _injection(eks).pod_identity
    eks.call("DeleteAddon", clusterName=CLUSTER, addonName="eks-pod-identity-agent")
    eks.settle()

    assert (while_creating, with_agent) == (False, True)
    assert not _injection(eks).pod_identity


def test_association_alone_is_injected_without_agent() -> None:
    """Where there is no IRSA role, or no add-on owns the association, admission injects."""
    eks = _eks()
    _install(eks)
    eks.associate("kube-system", "mine")

    assert _injection(eks).pod_identity
    assert _injection(eks, "mine").pod_identity
