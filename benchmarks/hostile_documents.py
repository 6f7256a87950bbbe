"""Trust policies made to keep a judge busy: large, deep, full of wildcards, or all at once.

Each is JSON text; the policy pack has to be through with one in no time.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

_PODS: Mapping[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "pods.eks.amazonaws.com"},
    "Action": ["sts:AssumeRole", "sts:TagSession"],
}
_NAMESPACE = "aws:RequestTag/kubernetes-namespace"
_ARN = "aws:SourceArn"


def _text(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _asking(operator: str, key: str, values: object) -> Mapping[str, Any]:
    return {**_PODS, "Condition": {operator: {key: values}}}


def _denying(operator: str, key: str, values: object) -> Mapping[str, Any]:
    return {**_asking(operator, key, values), "Effect": "Deny"}


_PARTS = [f"*a*b*c*d*e*f*{i}" for i in range(120)]

HOSTILE: Final[Mapping[str, str]] = {
    "a megabyte": "x" * 1_000_000,
    "a megabyte of JSON": _text({**_PODS, "Sid": "a" * 1_000_000}),
    "a megabyte of escapes": '{"Statement":"' + "\\u00e9" * 166_000 + '"}',
    "deep lists": '{"Statement":' + "[" * 60_000 + "]" * 60_000 + "}",
    "deep objects": '{"Statement":' * 20_000,
    "a long number": '{"Version":' + "1" * 100_000 + "}",
    "many keys": json.dumps({str(i): i for i in range(12_000)}),
    "many statements": _text(*[_PODS] * 30),
    "many values": _text(_asking("StringLike", _NAMESPACE, [f"*{i}*" for i in range(480)])),
    "stars": _text(_asking("StringLike", _NAMESPACE, "*a" * 1_900)),
    "question marks": _text(_asking("StringLike", _NAMESPACE, "?" * 1_900)),
    "variables": _text(_asking("StringLike", _NAMESPACE, "${aws:RequestTag/team}" * 80)),
    "open variables": _text(_asking("StringLike", _NAMESPACE, "${" * 900)),
    "stars in an ARN": _text(_asking("StringLike", _ARN, "*a" * 900)),
    "stars over colons": _text(_asking("StringLike", _ARN, _PARTS)),
    "colons and stars": _text(_asking("StringLike", _ARN, [f"*:{i}*:*" for i in range(150)])),
    "many clusters": _text(
        _asking("ArnLike", _ARN, [f"arn:aws:eks:*:111122223333:cluster/a{i}*" for i in range(70)])
    ),
    "many accounts": _text(
        _asking("StringLike", "aws:SourceAccount", [f"{i}*" for i in range(250)])
    ),
    "many strangers": _text(
        _PODS,
        {**_asking("StringLike", "aws:PrincipalArn", _PARTS[:100]), "Principal": {"AWS": "*"}},
    ),
    "many services": _text(
        {**_PODS, "Principal": {"Service": [f"p{i}ods.eks.amazonaws.com" for i in range(110)]}}
    ),
    "many conditions": _text(
        *(
            {
                **_PODS,
                "Condition": {
                    "StringLike": {_NAMESPACE: f"a{i}*", _ARN: f"arn:aws:eks:*:{i}*"},
                    "StringNotEquals": {"aws:SourceAccount": f"{i}"},
                },
            }
            for i in range(15)
        )
    ),
    "many denials": _text(
        *(_asking("StringLike", _NAMESPACE, f"{i}*") for i in range(12)),
        *(_denying("StringLike", _NAMESPACE, f"*{i}*{i}*") for i in range(12)),
    ),
    "many open denials": _text(
        *(
            _denying("StringNotLike", _ARN, [f"arn{i}*:*{j}*:*" for j in range(12)])
            for i in range(9)
        ),
        *[{**_PODS, "Action": "sts:*"}] * 48,
    ),
}
