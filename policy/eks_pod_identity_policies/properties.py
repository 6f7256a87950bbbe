"""Properties that a rule may be configured with, as JSON Schema.

Several rules have one of the same kind; each kind is written down here once. `Config` reads them.
"""

from collections.abc import Iterable
from typing import Any

_ACCOUNT = {"type": "string", "pattern": "^[0-9]{12}$"}


def text_list(description: str, default: Iterable[str] = (), pattern: str = ".") -> dict[str, Any]:
    """Return the schema of a list of texts, for `Config.texts`."""
    return _list({"type": "string", "pattern": pattern}, description, default)


def account_list(description: str) -> dict[str, Any]:
    """Return the schema of a list of AWS accounts, 12 digits each, for `Config.texts`."""
    return _list(_ACCOUNT, description)


def flag(description: str) -> dict[str, Any]:
    """Return the schema of a switch that is off by default, for `Config.flag`."""
    return {"type": "boolean", "default": False, "description": description}


def _list(items: dict[str, Any], description: str, default: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "type": "array",
        "items": dict(items),
        "default": list(default),
        "description": description,
    }
