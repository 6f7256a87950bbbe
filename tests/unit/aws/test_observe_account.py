"""What is read of a whole account, and how often AWS is asked for it."""

from harness.loopback_aws import ACCOUNT, LoopbackAws

from eks_pod_identity.aws.observe_account import AccountObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.observed.account import Selection

_FOREIGN = "arn:aws:iam::444455556666:role/archive"


def test_role_of_several_clusters_is_read_once(aws: LoopbackAws) -> None:
    """Whatever is shared costs one look, and a cluster that is named twice is one cluster."""
    role = aws.declare_role("shared")
    for cluster in ("demo", "staging"):
        aws.declare_cluster(cluster)
        aws.declare_association(cluster, "shop", "api", roleArn=role)

    state = AccountObserver(AwsSession()).observe(["demo", "staging", "demo"])

    assert [each.name for each in state.clusters] == ["demo", "staging"]
    assert list(state.roles) == [role]
    assert aws.calls.count("GetRole") == 1


def test_progress_tells_of_several_clusters(aws: LoopbackAws) -> None:
    """Whoever waits for many clusters sees how many are left; for one there is nothing to count."""
    told: list[tuple[str, int, int]] = []
    for cluster in ("demo", "staging"):
        aws.declare_cluster(cluster)

    def tell(what: str, done: int, total: int) -> None:
        told.append((what, done, total))

    observer = AccountObserver(AwsSession(), tell)
    observer.observe(["demo"])
    assert "clusters" not in {what for what, _, _ in told}

    observer.observe(observer.cluster_names())
    assert [each for each in told if each[0] == "clusters"] == [
        ("clusters", 1, 2),
        ("clusters", 2, 2),
    ]


def test_role_is_missing_unread_or_not_asked_for(aws: LoopbackAws) -> None:
    """A role of the account that is gone is told apart from one of another account."""
    aws.declare_cluster("demo")
    role = aws.declare_role("source")
    aws.declare_association("demo", "shop", "api", roleArn=role, targetRoleArn=_FOREIGN)
    aws.declare_association("demo", "shop", "gone")
    aws.declare_association("demo", "other", "unasked")

    state = AccountObserver(AwsSession()).observe(["demo"], Selection(namespace="shop"))

    assert set(state.roles) == {role}
    assert state.missing_roles == {f"arn:aws:iam::{ACCOUNT}:role/demo-shop-gone"}
    assert len(state.clusters[0].associations) == 3


def test_other_accounts_are_not_asked_without_need(aws: LoopbackAws) -> None:
    """A profile of another account costs nothing where no target role is of another."""
    aws.declare_cluster("demo")
    aws.declare_association("demo", "shop", "api", roleArn=aws.declare_role("source"))

    AccountObserver(AwsSession(), others=[AwsSession()]).observe(["demo"])

    assert "GetCallerIdentity" not in aws.calls
