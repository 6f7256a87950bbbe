"""The acts of the demo: what is changed in cluster.yaml, what is typed, what has to come of it.

Each act has its expectation; if AWS does otherwise the demo says so and fails.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from stage import Outcome, Stage

UP = "pulumi up --yes --skip-preview"
EBS_LIST = """\
    podIdentityAssociations:
      - namespace: kube-system
        serviceAccountName: ebs-csi-controller-sa
        permissionPolicyARNs:
          - arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy
"""
ALL = {
    "backend/cluster-autoscaler",
    "backend/reports",
    "dev/app-cache-access",
    "dev/s3-reader",
    "kube-system/aws-node",
    "kube-system/ebs-csi-controller-sa",
    "shop/orders",
}
ORDERS_START = "\n    # 5. A role that is made, chained"


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    Attributes:
        title: What happens, in the user's words.
        command: What is typed.
        edit: What is changed in cluster.yaml before.
        expect: What must hold afterwards, as a sentence and a test.
    """

    title: str
    command: str
    expect: tuple[str, Callable[[Outcome], bool]]
    edit: Callable[[str], str] = str


def _replace(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        if old not in text:
            raise ValueError(f"cluster.yaml has no {old!r}")
        return text.replace(old, new)

    return edit


ACTS = (
    Act(
        "The cluster's pod identities come up",
        UP,
        ("all 7 associations are there", lambda o: o.succeeded and o.associations == ALL),
    ),
    Act(
        "Up again: nothing to do",
        UP,
        ("AWS got no write", lambda o: o.succeeded and o.writes == 0),
    ),
    Act(
        "A permission changes: the role alone is updated",
        UP,
        (
            "the add-on was not touched, no pod restarted",
            lambda o: (
                o.succeeded
                and o.operations == {"AttachRolePolicy", "DetachRolePolicy"}
                and o.restarts == 0
            ),
        ),
        _replace("service-role/AmazonEBSCSIDriverPolicy", "AmazonEBSCSIDriverPolicyV2"),
    ),
    Act(
        "An entry is removed: association first, then its role",
        UP,
        (
            "shop/orders is gone, with its role",
            lambda o: o.succeeded and "shop/orders" not in o.associations,
        ),
        lambda text: text[: text.index(ORDERS_START)] + "\n",
    ),
    Act(
        "A list is left out: refused at preview",
        "pulumi preview",
        (
            "the run stopped and AWS got no write",
            lambda o: not o.succeeded and o.writes == 0,
        ),
        _replace(
            EBS_LIST.replace("service-role/AmazonEBSCSIDriverPolicy", "AmazonEBSCSIDriverPolicyV2"),
            "",
        ),
    ),
    Act(
        "`[]` says it in words: cleared",
        UP,
        (
            "the add-on's association is gone",
            lambda o: o.succeeded and "kube-system/ebs-csi-controller-sa" not in o.associations,
        ),
        _replace(
            "  - name: aws-ebs-csi-driver\n",
            "  - name: aws-ebs-csi-driver\n    podIdentityAssociations: []\n",
        ),
    ),
    Act(
        "Destroy: nothing is left",
        "pulumi destroy --yes --skip-preview",
        (
            "no association and no role of ours is left",
            lambda o: o.succeeded and not o.associations and not o.our_roles,
        ),
    ),
)


def main() -> int:
    """Play all acts; return 0 if each ended as it should."""
    with Stage(acts=len(ACTS)) as stage:
        held = [
            stage.play(number, act.title, act.command, act.edit, act.expect)
            for number, act in enumerate(ACTS, start=1)
        ]
    return stage.close(held)


if __name__ == "__main__":
    sys.exit(main())
