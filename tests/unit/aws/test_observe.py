"""What is read of a cluster, and what is told when it cannot be."""

import resource

import pytest
from harness.loopback_aws import ACCOUNT, LoopbackAws

from eks_pod_identity.aws.observe import STANDALONE, ClusterObserver
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, HealthIssue, IpFamily

_TARGET = "arn:aws:iam::444455556666:role/archive"


def _observer(cluster: str = "prod") -> ClusterObserver:
    return ClusterObserver(AwsSession(), cluster)


def _error_of(observe: object) -> ObservationError:
    assert callable(observe)
    with pytest.raises(ObservationError) as caught:
        observe()
    return caught.value


def test_cluster_is_read_with_network_and_auto_mode(aws: LoopbackAws) -> None:
    """Version, IP family and Auto Mode decide about add-ons, so they are read."""
    aws.declare_cluster(
        "prod", kubernetesNetworkConfig={"ipFamily": "ipv6"}, computeConfig={"enabled": True}
    )

    cluster = _observer().observe_cluster()

    assert (cluster.version, cluster.ip_family, cluster.auto_mode) == ("1.33", IpFamily.IPV6, True)
    assert cluster.arn == f"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/prod"


def test_association_is_read_with_all_its_settings(aws: LoopbackAws) -> None:
    """Target role, session tags, policy, external id, owner and tags all come along."""
    addon = aws.declare_addon("prod", "vpc-cni")
    aws.declare_association(
        "prod",
        "kube-system",
        "aws-node",
        ownerArn=addon,
        targetRoleArn=_TARGET,
        disableSessionTags=True,
        policy="{}",
        externalId="eu-west-1/111122223333/prod/kube-system/aws-node",
        tags={"team": "net"},
    )

    (found,) = _observer().observe_associations()

    assert found.service_account == ServiceAccountRef("kube-system", "aws-node")
    assert found.role_arn == f"arn:aws:iam::{ACCOUNT}:role/prod-kube-system-aws-node"
    assert (found.owner_addon, found.target_role_arn) == ("vpc-cni", _TARGET)
    assert (found.disable_session_tags, found.policy, found.tags) == (True, "{}", {"team": "net"})
    assert found.external_id == "eu-west-1/111122223333/prod/kube-system/aws-node"
    assert found.created is not None


def test_every_page_is_read_with_one_description_each(aws: LoopbackAws) -> None:
    """250 associations take 3 pages and 250 descriptions, and come in order of accounts."""
    for number in reversed(range(250)):
        aws.declare_association("prod", f"team-{number % 7}", f"app-{number:03}")

    found = _observer().observe_associations()

    refs = [each.service_account for each in found]
    assert len(refs) == 250
    assert refs == sorted(refs)
    assert len(aws.calls) == 3 + 250


def test_filters_save_descriptions(aws: LoopbackAws) -> None:
    """What a filter lets not pass is not described, whoever filters."""
    addon = aws.declare_addon("prod", "vpc-cni")
    aws.declare_association("prod", "kube-system", "aws-node", ownerArn=addon)
    aws.declare_association("prod", "dev", "app")
    aws.declare_association("prod", "qa", "app")
    observer = _observer()

    def accounts(**filters: str) -> list[str]:
        aws.calls.clear()
        found = observer.observe_associations(**filters)
        assert len(aws.calls) == 1 + len(found)
        return [str(each.service_account) for each in found]

    assert accounts(namespace="dev") == ["dev/app"]
    assert accounts(service_account="app") == ["dev/app", "qa/app"]
    assert accounts(namespace="qa", service_account="app") == ["qa/app"]
    assert accounts(owner="vpc-cni") == ["kube-system/aws-node"]
    assert accounts(owner=STANDALONE) == ["dev/app", "qa/app"]
    assert accounts(owner="coredns") == []


def test_association_deleted_while_reading_is_left_out(aws: LoopbackAws) -> None:
    """Somebody else's deletion between list and description is no error."""
    gone = aws.declare_association("prod", "dev", "gone")
    aws.declare_association("prod", "dev", "stays")
    aws.refuse(gone, "ResourceNotFoundException", status=404)

    assert [each.service_account.name for each in _observer().observe_associations()] == ["stays"]


def test_addon_is_read_with_associations_and_issues(aws: LoopbackAws) -> None:
    """An add-on's associations are known by id, its faults by code and message."""
    issue = {"code": "AccessDenied", "message": "no role", "resourceIds": ["r"]}
    arn = aws.declare_addon(
        "prod",
        "aws-ebs-csi-driver",
        status="DEGRADED",
        podIdentityAssociations=["arn:aws:eks:eu-west-1:1:podidentityassociation/prod/a-1"],
        namespaceConfig={"namespace": "kube-system"},
        health={"issues": [issue]},
    )

    assert _observer().observe_addons() == {
        "aws-ebs-csi-driver": AddonState(
            name="aws-ebs-csi-driver",
            version="v1.0.0-eksbuild.1",
            status="DEGRADED",
            arn=arn,
            association_ids=("a-1",),
            namespace="kube-system",
            health_issues=(HealthIssue("AccessDenied", "no role"),),
        )
    }


def test_roles_are_read_with_policies_and_missing_ones_told_apart(aws: LoopbackAws) -> None:
    """A role that is gone, or of another path than asked for, is missing and no error."""
    document = {"Version": "2012-10-17", "Statement": []}
    arn = aws.declare_role(
        "app",
        trust=document,
        attached=["arn:aws:iam::aws:policy/B", "arn:aws:iam::aws:policy/A"],
        inline={"own": document},
        boundary="arn:aws:iam::111122223333:policy/edge",
        tags={"team": "net"},
    )
    gone = f"arn:aws:iam::{ACCOUNT}:role/gone"
    moved = f"arn:aws:iam::{ACCOUNT}:role/elsewhere/app"

    found = _observer().observe_roles([arn, gone, moved])

    role = found.roles[arn]
    assert found.missing == {gone, moved}
    assert role.trust_policy == document
    assert role.attached_policy_arns == ("arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B")
    assert (role.inline_policies, role.tags) == ({"own": document}, {"team": "net"})
    assert role.permissions_boundary_arn == "arn:aws:iam::111122223333:policy/edge"


def test_unknown_cluster_is_told_with_those_that_exist(aws: LoopbackAws) -> None:
    """Whoever mistypes a name sees the names."""
    aws.declare_cluster("prod")
    aws.declare_cluster("staging")

    (problem,) = _error_of(_observer("porduction").observe_cluster).problems

    assert problem.id == "cluster-not-found"
    assert problem.observed == ("eu-west-1 has prod, staging",)


def test_unknown_cluster_is_told_even_if_none_may_be_listed(aws: LoopbackAws) -> None:
    """An addition to the report never hides the report."""
    aws.refuse(r"/clusters\b(?!/)", "AccessDeniedException", status=403)

    (problem,) = _error_of(_observer().observe_cluster).problems

    assert problem.id == "cluster-not-found"


def test_refusal_keeps_code_request_and_cause(aws: LoopbackAws) -> None:
    """What AWS said, its request id and the original exception stay with our error."""
    aws.declare_association("prod", "dev", "app")
    aws.refuse("associations/a-", "AccessDeniedException", "not authorized: eks:D", status=403)

    error = _error_of(_observer().observe_associations)

    (problem,) = error.problems
    assert problem.id == "aws-access-denied"
    assert "answered AccessDeniedException: not authorized: eks:D (request req-1)" in str(problem)
    assert error.__cause__ is not None


def test_throttling_is_retried_until_it_ends(aws: LoopbackAws) -> None:
    """A burst of refusals costs time, not the run."""
    aws.declare_association("prod", "dev", "app")
    aws.refuse("associations/a-", "ThrottlingException", status=429, times=2)

    assert len(_observer().observe_associations()) == 1


@pytest.mark.parametrize(
    ("variables", "id_"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "aws-credentials-missing"),
        ({"AWS_PROFILE": "nobody"}, "aws-profile-unknown"),
        ({"AWS_REGION": ""}, "aws-region-missing"),
        ({"AWS_REGION": "not a region"}, "aws-region-malformed"),
        ({"AWS_ENDPOINT_URL": "somewhere"}, "aws-endpoint-malformed"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "aws-unreachable"),
    ],
)
def test_faults_of_the_caller_have_ids(
    aws: LoopbackAws,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    id_: str,
) -> None:
    """No credentials, profile, region or network is told as such, before anything is read."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name)

    (problem,) = _error_of(_observer().observe_cluster).problems

    assert problem.id == id_
    assert problem.help
    assert aws.calls == []


def test_thousands_of_associations_fit_into_little_memory(aws: LoopbackAws) -> None:
    """Memory grows by less than 20 kB per association, so 5,000 stay far below 200 MB."""
    for number in range(1_000):
        aws.declare_association("prod", "dev", f"app-{number}", tags={"team": "x" * 100})
    observer = _observer()
    observer.observe_associations(service_account="app-1")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    observer.observe_associations()

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20 * 1_000
