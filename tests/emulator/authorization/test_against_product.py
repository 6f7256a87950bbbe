"""Independent readings of IAM, the emulator's, the product's, MiniStack's, on documents at random.

The product's evaluator is three-valued: what AWS leaves open is not proved. The emulator has to
decide, and then does so against the caller. Wherever the product decides, both have to agree.
`IAM_DIFFERENTIAL_DOCUMENTS` sets how many documents a run takes, `IAM_DIFFERENTIAL_SEED` where it
starts; with 100,000 it takes some minutes.
"""

import importlib
import json
import os
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from harness.random_policies import Call, Caller, RandomPolicies

from eks_pod_identity.iam import evaluation as product
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity_emulator import authorization as emulator

_DOCUMENTS = int(os.environ.get("IAM_DIFFERENTIAL_DOCUMENTS", "6000"))
_SEED = int(os.environ.get("IAM_DIFFERENTIAL_SEED", "20261130"))
_CALLS = 3
_KINDS = {
    "identity": DocumentKind.IDENTITY,
    "resource": DocumentKind.RESOURCE,
    "trust": DocumentKind.TRUST,
}


@pytest.mark.parametrize("kind", _KINDS)
def test_both_readings_agree(kind: str) -> None:
    """Wherever the product proves a verdict, the emulator has the same."""
    made = RandomPolicies(_SEED)
    verdicts: Counter[product.Decision] = Counter()
    for _ in range(_DOCUMENTS // len(_KINDS)):
        document = made.document(kind)
        theirs = _compiled(document, kind)
        if theirs is None:
            continue
        ours = emulator.parse_policy(document)
        for call in (made.call() for _ in range(_CALLS)):
            verdict = product.is_allowed(theirs, _product_request(call)).decision
            verdicts[verdict] += 1
            if verdict is not product.Decision.UNPROVED:
                allowed = _emulator_allows(ours, call)
                assert allowed is (verdict is product.Decision.ALLOWED), (document, call, verdict)
    _assert_meaningful(verdicts)


def _assert_meaningful(verdicts: Counter[product.Decision]) -> None:
    """Hold that both answers come up, and that most are proved."""
    total = verdicts.total()
    assert total >= _DOCUMENTS // len(_KINDS)
    assert verdicts[product.Decision.ALLOWED] > total * 0.05, verdicts
    assert verdicts[product.Decision.DENIED] > total * 0.3, verdicts
    assert verdicts[product.Decision.UNPROVED] < total * 0.4, verdicts


def _compiled(document: Mapping[str, Any], kind: str) -> product.Policy | None:
    """Return the product's policy, None of a document that it does not take."""
    loaded = load_document(document, _KINDS[kind])
    return None if isinstance(loaded, tuple) else product.compile_policy(loaded)


def _product_request(call: Call) -> product.Request:
    principals = {
        "role": product.PrincipalKind.AWS,
        "service": product.PrincipalKind.SERVICE,
        "federated": product.PrincipalKind.FEDERATED,
        "anonymous": product.PrincipalKind.ANONYMOUS,
    }
    principal = product.Principal(principals[call.caller.kind], call.caller.name)
    context = product.Context.of(call.context, complete=True)
    return product.Request(principal, call.action, call.resource, context)


def _emulator_allows(policy: emulator.Policy, call: Call) -> bool:
    request = emulator.Request(
        _emulator_principal(call.caller),
        call.action,
        call.resource,
        emulator.context_of(call.context),
    )
    return not policy.denies(request) and bool(policy.allows(request))


def _emulator_principal(caller: Caller) -> emulator.Principal:
    if caller.kind == "role":
        return emulator.Principal.session(caller.name, "one")
    if caller.kind == "service":
        return emulator.Principal.service(caller.name)
    if caller.kind == "federated":
        return emulator.Principal.federated(caller.name)
    return emulator.Principal(emulator.PrincipalKind.ANONYMOUS)


# MiniStack takes these from its own clock and connection, and several values of a request tag for
# several tags.
_ITS_OWN = (
    "principalarn",
    "currenttime",
    "epochtime",
    "securetransport",
    "sourceip",
    "requesttag",
)


def test_ministack_reads_the_same() -> None:
    """A third reading agrees on what it knows: identity policies without variables."""
    theirs = importlib.import_module("ministack.core.iam_evaluator")
    made, compared = RandomPolicies(_SEED), 0
    for _ in range(_DOCUMENTS):
        document = made.document("identity")
        text = json.dumps(document).lower()
        policy = _compiled(document, "identity")
        if policy is None or "${" in text or any(key in text for key in _ITS_OWN):
            continue
        call = made.call()
        if ("",) in call.context.values():
            continue  # an empty text is no value to ForAllValues, says AWS, and one to MiniStack
        verdict = product.is_allowed(policy, _product_request(call)).decision
        if verdict is not product.Decision.UNPROVED:
            compared += 1
            found = theirs.evaluate(
                _ministack_context(theirs, call), [theirs.parse_policy_document(document)]
            )
            allowed = _emulator_allows(emulator.parse_policy(document), call)
            assert (found.decision == "Allow") is allowed, (document, call)
    assert compared > _DOCUMENTS / 10


def _ministack_context(theirs: Any, call: Call) -> Any:  # noqa: ANN401 - MiniStack has no types
    keys = {key.lower(): list(values) for key, values in call.context.items()}
    single = {key: each if each[1:] else each[0] for key, each in keys.items()}
    return theirs.EvalContext(
        principal_arn=call.caller.name,
        principal_type="AssumedRole",
        principal_account="111122223333",
        action=call.action,
        resource_arn=call.resource,
        region="eu-west-1",
        service_context={"aws:tagkeys": None, **single},
    )
