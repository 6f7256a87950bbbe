"""What of a user's AWS settings a command may keep that must not reach the real AWS.

A module of its own, without the emulator behind it: `pod exec` starts in no time.
"""

from collections.abc import Mapping

# Settings of clients that point nowhere and give nothing away.
_HARMLESS = frozenset(
    {"AWS_CLI_AUTO_PROMPT", "AWS_DEFAULT_OUTPUT", "AWS_MAX_ATTEMPTS", "AWS_PAGER", "AWS_RETRY_MODE"}
)


def without_aws(given: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what leads to an AWS, this one or the real one."""
    return {
        name: value
        for name, value in given.items()
        if not name.startswith("AWS_") or name in _HARMLESS
    }
