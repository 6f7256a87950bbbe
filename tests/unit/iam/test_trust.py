"""The trust policy of a role lets in the requests that were asked for, and no neighbour of them."""

import json
from collections.abc import Callable

import pytest
from harness.pod_identity_world import (
    ACCOUNTS,
    CLUSTERS,
    NAMES,
    NAMESPACES,
    Request,
    allowed_actions,
    cluster_arn,
    every_request,
)
from hypothesis import given
from hypothesis import strategies as st

from eks_pod_identity.iam.document import canonical_json, document_size
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.trust import (
    TrustScope,
    build_trust_policy,
    validate_trust_policy_size,
)
from eks_pod_identity.names import ServiceAccountRef

ACCOUNT, CLUSTER = ACCOUNTS[0], CLUSTERS[0]
ARN = cluster_arn(ACCOUNT, CLUSTER)
EKS = {"Service": "pods.eks.amazonaws.com"}
BOTH = {"sts:AssumeRole", "sts:TagSession"}

pairs = st.builds(ServiceAccountRef, st.sampled_from(NAMESPACES), st.sampled_from(NAMES))
pair_lists = st.lists(pairs, min_size=1, max_size=12)


def let_in(document: object, *, tags: bool = True) -> set[Request]:
    """The requests of the world that may assume the role; all or nothing of both actions."""
    assert isinstance(document, dict)
    answers = {
        request: allowed_actions(document, EKS, request.context())
        for request in every_request(tags=tags)
    }
    assert all(actions in (set(), BOTH) for actions in answers.values())
    return {request for request, actions in answers.items() if actions}


def refs(*texts: str) -> list[ServiceAccountRef]:
    """Service accounts from `namespace/name`."""
    return [ServiceAccountRef(*text.split("/")) for text in texts]


@given(pair_lists)
def test_default_scope_lets_in_exactly_the_pairs(accounts: list[ServiceAccountRef]) -> None:
    """No combination of a given namespace with a given name gets in unless it was given."""
    wanted = {(ACCOUNT, CLUSTER, each.namespace, each.name) for each in accounts}
    document = build_trust_policy(cluster_arn=ARN, service_accounts=accounts)
    assert let_in(document) == {Request(*each) for each in wanted}


@pytest.mark.parametrize(
    ("scope", "is_wanted"),
    [
        (
            TrustScope.NAMESPACE,
            lambda request: request.cluster_arn == ARN and request.namespace in {"dev", "qa"},
        ),
        (TrustScope.CLUSTER, lambda request: request.cluster_arn == ARN),
        (TrustScope.ACCOUNT, lambda request: request.account == ACCOUNT),
    ],
)
def test_wider_scopes_keep_the_next_guard(
    scope: TrustScope, is_wanted: Callable[[Request], bool]
) -> None:
    """Each wider scope gives up one guard only."""
    document = build_trust_policy(
        cluster_arn=ARN, service_accounts=refs("dev/api", "qa/web"), scope=scope
    )
    assert let_in(document) == {request for request in every_request() if is_wanted(request)}


@pytest.mark.parametrize("scope", TrustScope)
def test_nobody_else_gets_in(scope: TrustScope) -> None:
    """No other service and no IAM principal may assume the role, even with the right context."""
    document = build_trust_policy(cluster_arn=ARN, service_accounts=refs("dev/api"), scope=scope)
    context = Request(ACCOUNT, CLUSTER, "dev", "api").context()
    for principal in ({"Service": "ec2.amazonaws.com"}, {"AWS": ACCOUNT}, {"AWS": "*"}):
        assert allowed_actions(document, principal, context) == set()


@pytest.mark.parametrize("missing", ["aws:SourceAccount", "aws:SourceArn"])
def test_absent_source_keys_are_refused(missing: str) -> None:
    """A request that says nothing of its source does not get in."""
    document = build_trust_policy(cluster_arn=ARN, service_accounts=refs("dev/api"))
    context = Request(ACCOUNT, CLUSTER, "dev", "api").context()
    del context[missing]
    assert allowed_actions(document, EKS, context) == set()


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        (TrustScope.SERVICE_ACCOUNT, TrustScope.CLUSTER),
        (TrustScope.NAMESPACE, TrustScope.CLUSTER),
        (TrustScope.CLUSTER, TrustScope.CLUSTER),
        (TrustScope.ACCOUNT, TrustScope.ACCOUNT),
    ],
)
def test_without_session_tags_the_cluster_is_the_guard(
    scope: TrustScope, reached: TrustScope
) -> None:
    """No condition stays that can never hold, and the cluster stays bound."""
    document = build_trust_policy(
        cluster_arn=ARN, service_accounts=refs("dev/api"), scope=scope, session_tags=False
    )
    assert document == build_trust_policy(cluster_arn=ARN, scope=reached)
    wanted = {request for request in every_request(tags=False) if request.cluster_arn == ARN}
    assert wanted <= let_in(document, tags=False)
    assert (wanted == let_in(document, tags=False)) is (reached is TrustScope.CLUSTER)


@given(pair_lists, st.randoms(), st.sampled_from(TrustScope))
def test_order_and_repetition_never_change_the_text(
    accounts: list[ServiceAccountRef], random: object, scope: TrustScope
) -> None:
    """The same associations give the same bytes, so no diff appears from nowhere."""
    shuffled = accounts + accounts[:2]
    random.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis types its Random privately
    texts = {
        canonical_json(build_trust_policy(cluster_arn=ARN, service_accounts=each, scope=scope))
        for each in (accounts, shuffled, iter(shuffled))
    }
    assert len(texts) == 1


@given(pair_lists, st.sampled_from(TrustScope), st.booleans())
def test_documents_load_strictly(
    accounts: list[ServiceAccountRef],
    scope: TrustScope,
    tags: bool,  # noqa: FBT001 - a drawn value
) -> None:
    """What we write is what our own strict loader takes: elements, unique Sids, operators."""
    document = build_trust_policy(
        cluster_arn=ARN, service_accounts=accounts, scope=scope, session_tags=tags
    )
    assert not isinstance(load_document(document, DocumentKind.TRUST), tuple)


def test_one_name_in_many_namespaces_takes_one_statement() -> None:
    """A shared application in 30 namespaces with one extra account stays under the quota."""
    accounts = refs(*(f"team-{number}/app" for number in range(30)), "team-0/extra")
    document = build_trust_policy(cluster_arn=ARN, service_accounts=accounts)
    assert len(document["Statement"]) == 2
    assert validate_trust_policy_size(document, address="role") == ()


def test_names_with_different_namespaces_group_by_name() -> None:
    """Where grouping by namespace would take seven statements, grouping by name takes three."""
    accounts = refs(
        *(
            f"n{number}/{name}"
            for number in range(1, 8)
            for bit, name in enumerate("abc")
            if number >> bit & 1
        )
    )
    document = build_trust_policy(cluster_arn=ARN, service_accounts=accounts)
    assert len(document["Statement"]) == 3


def test_size_problem_names_the_way_out() -> None:
    """Too many associations for one role are a problem before IAM says so, with what to type."""
    accounts = refs(*(f"team-{number}/app-{number}" for number in range(10)))
    document = build_trust_policy(cluster_arn=ARN, service_accounts=accounts)
    (problem,) = validate_trust_policy_size(document, address="iam.podIdentityAssociations[3]")
    assert problem.id == "trust-policy-too-large"
    assert problem.address == "iam.podIdentityAssociations[3]"
    assert f"{document_size(document):,}" in problem.message
    assert any("trust_scope: namespace" in entry for entry in problem.help)
    assert validate_trust_policy_size(document, address="role", limit=4_096) == ()


def test_aws_sample_shape() -> None:
    """One association gives the document that AWS's launch blog shows, bound to the pod as well."""
    document = build_trust_policy(cluster_arn=ARN, service_accounts=refs("dev/api"))
    assert json.loads(canonical_json(document)) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "AllowServiceAccounts",
                "Effect": "Allow",
                "Principal": EKS,
                "Action": ["sts:AssumeRole", "sts:TagSession"],
                "Condition": {
                    "ArnEquals": {"aws:SourceArn": ARN},
                    "StringEquals": {
                        "aws:SourceAccount": ACCOUNT,
                        "aws:RequestTag/kubernetes-namespace": ["dev"],
                        "aws:RequestTag/kubernetes-service-account": ["api"],
                    },
                },
            }
        ],
    }


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_principal_is_the_same_in_every_partition(partition: str) -> None:
    """The service principal has no suffix of its own in China or GovCloud."""
    arn = f"arn:{partition}:eks:some-region-1:{ACCOUNT}:cluster/prod"
    document = build_trust_policy(cluster_arn=arn, scope=TrustScope.CLUSTER)
    assert document["Statement"][0]["Principal"] == EKS


@pytest.mark.parametrize(
    "arn", ["prod", "arn:aws:s3:::bucket", f"{ARN}*", "arn:aws:eks:*:111122223333:cluster/prod"]
)
def test_an_arn_of_many_things_is_refused(arn: str) -> None:
    """A wildcard or an ARN without account would open the trust, so it never gets into one."""
    with pytest.raises(ValueError, match="not the ARN of one thing"):
        build_trust_policy(cluster_arn=arn, service_accounts=refs("dev/api"))


@pytest.mark.parametrize("scope", [TrustScope.SERVICE_ACCOUNT, TrustScope.NAMESPACE])
def test_narrow_scope_without_service_account_is_refused(scope: TrustScope) -> None:
    """Nothing to bind to never means bound to nothing."""
    with pytest.raises(ValueError, match="at least one service account"):
        build_trust_policy(cluster_arn=ARN, scope=scope)
