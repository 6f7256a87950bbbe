"""What AWS's service authorization reference says of tags: which actions write them, on what.

Data in `service_reference.json`, with its source and date; read when it is first asked for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("service_reference.json")
_USUAL = ("TagResource", "UntagResource")
REMOVING = ("Untag", "UnTag", "Delete", "Remove")
"""How the names of actions begin that take tags away."""


@lru_cache(maxsize=1)
def _reference() -> Mapping[str, Any]:
    return dict(json.loads(_DATA.read_text(encoding="utf-8")))


def services_with_writers() -> Sequence[str]:
    """Return the services whose actions on tags are not just TagResource and UntagResource."""
    return tuple(_reference()["tagWriters"])


def tag_writers(service: str) -> tuple[str, ...]:
    """Return the actions of a service that write tags of its resources, as `service:Action`."""
    names = _reference()["tagWriters"].get(service, _USUAL)
    return tuple(f"{service}:{name}" for name in names)


def resource_tag_families(service: str) -> frozenset[str]:
    """Return the condition keys with tags of a service's resources, as `aws:resourcetag`."""
    own = _reference()["resourceTagKeys"].get(service, ())
    return frozenset(own) | (
        frozenset() if service in _reference()["withoutResourceTags"] else {"aws:resourcetag"}
    )


@lru_cache(maxsize=1)
def actions_on_objects() -> frozenset[str]:
    """Return the actions on objects of S3, in lower case; objects have no aws:ResourceTag."""
    return frozenset(f"s3:{name}".lower() for name in _reference()["s3ObjectActions"])


def may_write_tags(service: str) -> Iterator[str]:
    """Yield how the actions of a service begin, in lower case, that take tags along."""
    yield from _reference()["requestTagVerbs"].get(service, "").lower().split()
