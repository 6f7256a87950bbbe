"""Session policies of associations: the inline policy that EKS passes when it assumes the role.

In: the `policy` text of an association. Out: the document, or its faults. That it needs
`disableSessionTags` is a matter of the association, not of the document.
"""

from eks_pod_identity.iam.document import SESSION_POLICY_MAX_LENGTH, Document
from eks_pod_identity.iam.fault import DocumentFault
from eks_pod_identity.iam.grammar import DocumentKind
from eks_pod_identity.iam.load import load_document
from eks_pod_identity.iam.plain import Faults


def load_session_policy(text: str) -> Document | Faults:
    """Return a session policy in normal form, or its faults (a tuple, never empty)."""
    loaded = load_document(text, DocumentKind.IDENTITY)
    if len(text) <= SESSION_POLICY_MAX_LENGTH:
        return loaded
    message = f"{len(text):,} characters, STS takes {SESSION_POLICY_MAX_LENGTH:,}, blanks included"
    too_long = DocumentFault("session-policy-too-long", "", message)
    return (too_long, *(loaded if isinstance(loaded, tuple) else ()))
