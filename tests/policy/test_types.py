"""Every type that can hold a document of interest is known by its right name, and judged."""

import json
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from harness.policy_wire import Pack

from eks_pod_identity_policies.documents import DOCUMENT_TYPES, TRUST_PROPERTIES
from eks_pod_identity_policies.resource import ASSOCIATIONS
from eks_pod_identity_policies.stack.view import JOINED_TYPES

_TOKEN = re.compile(r"aws:\w+/\w+:\w+")
_PULUMI_AWS = Path(str(find_spec("pulumi_aws").origin)).parent  # type: ignore[union-attr] # it is installed
_OF_PULUMI_AWS = sorted(
    each for each in (JOINED_TYPES | DOCUMENT_TYPES | ASSOCIATIONS) if _TOKEN.fullmatch(each)
)
_MISSPELT: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/kubernetes_namespace": "payments"}},
        }
    ],
}
_PROPERTIES = ("policy", "policyDocument", "keyPolicy", "resourcePolicy", "repositoryPolicyText")
_LISTS = ("inlinePolicies", "policies")


@pytest.mark.parametrize("token", _OF_PULUMI_AWS)
def test_pulumi_aws_has_the_type(token: str) -> None:
    """A misspelt token would never be seen by any rule, and nothing would say so."""
    module = token.split(":")[1].split("/", maxsplit=1)[0]

    sources = (_PULUMI_AWS / module).glob("*.py")  # importing them all would take a minute

    assert any(f'type_token("{token}")' in source.read_text("utf-8") for source in sources)


@pytest.mark.parametrize("token", sorted(DOCUMENT_TYPES))
def test_document_of_every_type_is_judged(token: str) -> None:
    """Wherever a document stands, a tag that EKS never sets is found in it."""
    statement = _MISSPELT["Statement"][0]
    if not token.split(":")[1].startswith("iam"):
        statement = {**statement, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}
    text = json.dumps(_MISSPELT | {"Statement": [statement]})
    entry: dict[str, Any] = dict.fromkeys(_PROPERTIES, text)
    props = {**entry, **{name: [entry] for name in _LISTS}}

    found = {each.policyName for each in Pack().analyze({"type": token, "props": props})}

    assert "pid-tag-known-key" in found


def test_both_kinds_of_role_have_a_trust_policy() -> None:
    """Of pulumi-aws and of aws-native."""
    assert set(TRUST_PROPERTIES) == {"aws:iam/role:Role", "aws-native:iam:Role"}
