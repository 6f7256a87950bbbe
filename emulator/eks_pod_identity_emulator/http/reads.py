"""Which operations only read: the call log tells them from writes."""

import re
from collections.abc import Set as AbstractSet

_READ = re.compile(
    r"(BatchGet|Check|Describe|Detect|Estimate|Get|Head|List|Lookup|Search|Select|Simulate|Validate)[A-Z]"
)
# Named otherwise, but they leave everything as it was.
_ALSO_READ: AbstractSet[str] = frozenset(
    {
        "AssumeRole",
        "AssumeRoleForPodIdentity",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "DecodeAuthorizationMessage",
        "Decrypt",
        "Encrypt",
        "GenerateDataKey",
    }
)


def is_write(operation: str) -> bool:
    """Say whether an operation may change anything; an unknown one counts as a write."""
    return _READ.match(operation) is None and operation not in _ALSO_READ
