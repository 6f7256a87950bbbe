"""Tags as they stand in properties, in the two forms that providers have for them.

In: properties. Out: plain tags.
"""

import json
from collections.abc import Mapping

from eks_pod_identity_policies.values import Plain


def default_tags(provider: Mapping[str, Plain]) -> Plain:
    """Return the tags that a provider puts on all its resources, None if it has none."""
    default = provider.get("defaultTags")
    if isinstance(default, str):  # the configuration of a provider made in a program is JSON text
        try:
            default = json.loads(default)
        except (ValueError, RecursionError):
            return None
    return default.get("tags") if isinstance(default, dict) else None
