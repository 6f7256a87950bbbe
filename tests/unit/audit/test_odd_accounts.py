"""Whatever stands in an account, an audit ends with a report that can be printed."""

import json
from dataclasses import replace
from typing import Any

from harness.lanes import examples
from harness.observed_account import account_state
from hypothesis import given, settings
from hypothesis import strategies as st

from eks_pod_identity.audit.judge import judge
from eks_pod_identity.audit.render_json import report_to_json
from eks_pod_identity.audit.render_sarif import report_to_sarif
from eks_pod_identity.audit.render_text import render_text

_WORDS = st.sampled_from(
    [
        "Version",
        "2012-10-17",
        "Statement",
        "Effect",
        "Allow",
        "Deny",
        "Principal",
        "Service",
        "AWS",
        "*",
        "Action",
        "Resource",
        "sts:AssumeRole",
        "pods.eks.amazonaws.com",
        "Condition",
        "StringEquals",
        "aws:SourceArn",
        "aws:RequestTag/kubernetes-namespace",
        "${aws:username}",
    ]
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | _WORDS
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=12,
)
_DOCUMENTS = st.dictionaries(_WORDS, _VALUES, max_size=4)
_NAMES = st.text(min_size=1, max_size=12).filter(lambda name: "/" not in name)


@given(trust=_DOCUMENTS, inline=_DOCUMENTS, managed=_DOCUMENTS, name=_NAMES, tag=_NAMES)
@settings(max_examples=examples(150))
def test_odd_account_is_reported(
    trust: dict[str, Any], inline: dict[str, Any], managed: dict[str, Any], name: str, tag: str
) -> None:
    """No document and no name ends an audit without a report, and no rule fails over one."""
    arn = "arn:aws:iam::111122223333:policy/odd"
    entry = {"serviceAccount": f"{name}/{name}", "role": name, "tags": {tag: tag}, "policy": name}
    state = account_state(
        {
            "clusters": {"demo": {"associations": [entry]}},
            "roles": {name: {"trust": trust, "inline": {name: inline}, "attached": [arn]}},
            "policies": {arn: managed},
        }
    )

    report = judge(state)

    assert not [each for each in report.breaches if "could not judge" in each.message]
    assert json.loads(json.dumps(report_to_json(report)))
    assert json.loads(json.dumps(report_to_sarif(report, "1")))
    assert list(render_text(report, 80))
    assert judge(replace(state)) == report
