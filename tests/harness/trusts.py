"""Trust policies made ready to be asked."""

from typing import Any

from eks_pod_identity.iam.evaluation import Policy, compile_policy
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document


def policy_of(document: Any) -> Policy:  # noqa: ANN401 - JSON text or object
    """Return the policy that a document says; it has to load."""
    loaded = load_document(document, DocumentKind.TRUST)
    assert not isinstance(loaded, tuple), loaded
    return compile_policy(loaded)
