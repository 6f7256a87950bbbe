"""What no rule reports lets nobody in from elsewhere, looked at call by call.

The rules ask a document a few questions that are chosen by what it says. Here documents at random
are asked about everything: many accounts, clusters, namespaces, with tags and without.
"""

import json
from itertools import product
from random import Random

from harness.lanes import examples
from harness.odd_trusts import OWN_ACCOUNT, OWN_ORGANIZATION, odd_trust
from harness.policy_wire import Pack
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_pod_identity.iam.evaluation import Decision, compile_policy, is_allowed
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity_policies.trust.call import ASSUME, Cluster, PodCall

_ACCOUNTS = (
    "999999999999",
    "888888888888",
    "444455556666",
    "111122223334",
    "211122223333",
    "000000000000",
    "111199993333",
)
_NAMES = ("prod", "dev", OWN_ACCOUNT, "prod2", "xprod")
_PODS = (("payments", "api"), ("kube-system", "x"))
_FOREIGN_CALLS = [
    PodCall(Cluster(account, name, region), *pod, org, OWN_ORGANIZATION, OWN_ACCOUNT, tags, source)
    for account, name, region, pod, org, tags, source in product(
        _ACCOUNTS,
        _NAMES,
        ("eu-west-1", "us-east-1"),
        _PODS,
        ("o-zzzzzzzzzz", ""),
        (True, False),
        (True, False),
    )
]
_PACK = Pack({"pid-trust-source-bound": {"accounts": [OWN_ACCOUNT]}})
# A document that is open, one that works for nobody, one that cannot be read.
_REPORTS = {"pid-trust-source-bound", "pid-trust-works", "pid-doc-wellformed"}


@settings(max_examples=examples(300), derandomize=True)
@given(st.integers(0, 2**32))
def test_what_is_let_pass_refuses_other_accounts(seed: int) -> None:
    """No call for a cluster of another account and organization is allowed."""
    document = odd_trust(Random(seed))  # noqa: S311 - a choice of documents
    role = {"type": "aws:iam/role:Role", "props": {"assumeRolePolicy": json.dumps(document)}}
    if _REPORTS & {each.policyName for each in _PACK.analyze(role)}:
        return

    loaded = load_document(document, DocumentKind.TRUST)
    assert not isinstance(loaded, tuple)
    policy = compile_policy(loaded)
    for call in Random(seed).sample(_FOREIGN_CALLS, 200):  # noqa: S311 - as above
        assert is_allowed(policy, call.request(ASSUME)).decision is not Decision.ALLOWED, call
