"""Pods of an add-on find their association when they start, on the real engine.

After https://github.com/awslabs/ai-on-eks/issues/314.
"""

from pathlib import Path

from harness.declared import Component, declared, empty_clusters

_FILE = """\
metadata: {name: ordered, region: eu-west-1}
addons:
  - {name: eks-pod-identity-agent}
  - {name: cert-manager}
iam:
  podIdentityAssociations:
    - namespace: cert-manager
      serviceAccountName: cert-manager
      wellKnownPolicies: {certManager: true}
    - {namespace: shop, serviceAccountName: cart, wellKnownPolicies: {externalDNS: true}}
"""


def test_an_addon_waits_for_the_associations_of_its_namespace(tmp_path: Path) -> None:
    """However slowly IAM spreads; it is deleted before them, too."""
    with empty_clusters(tmp_path, "ordered") as aws:
        stack = declared(tmp_path / "program", aws, "ordered")
        stack.declare(Component("ClusterPodIdentities", "whole", {"config": _FILE}))
        aws.writes()

        run = stack.program.up()
        made = [_named(call) for call in aws.write_calls()]
        destroyed = stack.program.destroy()
        deleted = [call["operation"] for call in aws.write_calls()]

    assert run.code == 0, run.output
    assert destroyed.code == 0, destroyed.output
    association = made.index("CreatePodIdentityAssociation cert-manager")
    assert made.index("CreateAddon eks-pod-identity-agent") < association
    assert association < made.index("CreateAddon cert-manager")
    agent, addon = [place for place, each in enumerate(deleted) if each == "DeleteAddon"][::-1]
    assert addon < deleted.index("DeletePodIdentityAssociation") < agent


def _named(call: dict[str, dict[str, str]]) -> str:
    given = call["parameters"]
    return f"{call['operation']} {given.get('addonName') or given.get('serviceAccount', '')}"
