"""A target role lets in the pods of its associations, through their role, and nobody else."""

from typing import Any

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

from eks_pod_identity.iam.document import canonical_json
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.target_trust import (
    ChainedAssociation,
    build_target_grant,
    build_target_trust_policy,
)
from eks_pod_identity.names import ServiceAccountRef

ACCOUNT, CLUSTER = ACCOUNTS[0], CLUSTERS[0]
ARN = cluster_arn(ACCOUNT, CLUSTER)
SOURCE = f"arn:aws:iam::{ACCOUNT}:role/prod-dev-api-0a1b2c3d"
TARGET = f"arn:aws:iam::{ACCOUNTS[1]}:role/reports"
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}

pairs = st.builds(ServiceAccountRef, st.sampled_from(NAMESPACES), st.sampled_from(NAMES))
pair_lists = st.lists(pairs, min_size=1, max_size=9)


def _trust(*accounts: ServiceAccountRef, tags: bool) -> dict[str, Any]:
    return build_target_trust_policy(
        ChainedAssociation(SOURCE, ARN, each, session_tags=tags) for each in accounts
    )


@given(pair_lists, st.booleans())
def test_target_lets_in_exactly_the_associations(
    accounts: list[ServiceAccountRef],
    tags: bool,  # noqa: FBT001 - a drawn value
) -> None:
    """Bound by tags or by external id, no other pod of any cluster reaches the target."""
    document = _trust(*accounts, tags=tags)
    let_in = {
        request
        for request in every_request(tags=tags)
        if "sts:AssumeRole" in allowed_actions(document, ROOT, request.chained_context(SOURCE))
    }
    assert let_in == {
        Request(ACCOUNT, CLUSTER, each.namespace, each.name, tags) for each in set(accounts)
    }


@pytest.mark.parametrize("tags", [True, False])
def test_another_role_of_the_account_is_refused(tags: bool) -> None:  # noqa: FBT001
    """The account is the principal, but only the one role of it gets in."""
    document = _trust(ServiceAccountRef("dev", "api"), tags=tags)
    context = Request(ACCOUNT, CLUSTER, "dev", "api", tags).chained_context(SOURCE)
    assert allowed_actions(document, ROOT, context)
    assert not allowed_actions(document, ROOT, context | {"aws:PrincipalArn": f"{SOURCE}-2"})


@pytest.mark.parametrize(
    ("tags", "actions"),
    [(True, ["sts:AssumeRole", "sts:TagSession"]), (False, ["sts:AssumeRole"])],
)
def test_tag_session_is_granted_while_tags_travel(tags: bool, actions: list[str]) -> None:  # noqa: FBT001
    """Trust and grant agree on the actions, else the chained call fails on TagSession."""
    trust = _trust(ServiceAccountRef("dev", "api"), tags=tags)
    grant = build_target_grant([TARGET, TARGET], session_tags=tags)
    assert trust["Statement"][0]["Action"] == actions
    assert grant["Statement"] == [
        {
            "Sid": "AssumeTargetRoles",
            "Effect": "Allow",
            "Action": actions,
            "Resource": [TARGET],
        }
    ]


@given(pair_lists, st.booleans())
def test_order_never_changes_the_text_and_documents_load(
    accounts: list[ServiceAccountRef],
    tags: bool,  # noqa: FBT001 - a drawn value
) -> None:
    """The same associations give the same bytes, and these are what the strict loader takes."""
    documents = [_trust(*each, tags=tags) for each in (accounts, accounts[::-1] + accounts)]
    assert len(set(map(canonical_json, documents))) == 1
    assert not isinstance(load_document(documents[0], DocumentKind.TRUST), tuple)


def test_no_association_is_refused() -> None:
    """A target role without an association would be open to the whole source role."""
    with pytest.raises(ValueError, match="at least one association"):
        build_target_trust_policy([])


def test_each_association_has_its_own_way_in() -> None:
    """One with tags needs no external id, one without them exactly its own; roles are not mixed."""
    tagged = ChainedAssociation(SOURCE, ARN, ServiceAccountRef("dev", "api"))
    bare = ChainedAssociation(
        f"{SOURCE}-2", ARN, ServiceAccountRef("qa", "api"), session_tags=False
    )
    document = build_target_trust_policy([bare, tagged])

    assert [each["Action"] for each in document["Statement"]] == [
        ["sts:AssumeRole", "sts:TagSession"],
        ["sts:AssumeRole"],
    ]
    assert document["Statement"][1]["Condition"]["StringEquals"] == {
        "sts:ExternalId": f"eu-west-1/{ACCOUNT}/{CLUSTER}/qa/api"
    }
    swapped = Request(ACCOUNT, CLUSTER, "dev", "api", tags=True).chained_context(
        bare.source_role_arn
    )
    assert not allowed_actions(document, ROOT, swapped)
