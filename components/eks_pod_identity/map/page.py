"""A map as one HTML page that needs no network.

The page's own script is allowed by its hash and nothing else is, so that a name in AWS cannot
become code: https://developer.mozilla.org/docs/Web/HTTP/CSP.
"""

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from eks_pod_identity.map.account_map import AccountMap
from eks_pod_identity.map.json_report import map_to_json

# A script element ends at `</`, also within JSON; as escapes JSON has the same meaning.
_INERT = str.maketrans({"<": r"\u003c", ">": r"\u003e", "&": r"\u0026"})


def map_to_page(account: AccountMap, heading: str) -> str:
    """Return the page.

    Args:
        account: What to show.
        heading: Its title, for example `demo in eu-west-1`.
    """
    script, style = _part("page.js"), _part("page.css")
    data = {"heading": heading, **map_to_json(account)}
    return _part("page.html").format(
        data=json.dumps(data).translate(_INERT),
        script=script,
        script_hash=_hash(script),
        style=style,
        style_hash=_hash(style),
    )


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
