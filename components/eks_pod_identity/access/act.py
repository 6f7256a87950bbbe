"""An action on a resource, and the condition keys that only such a call has.

In: what is done, to what, which tags it writes, which tags the resource has. Out: keys as texts of
unknowns; what the caller's kind knows comes from `callers`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from eks_pod_identity.access import domains
from eks_pod_identity.access.callers.calls import Calls
from eks_pod_identity.access.callers.pods import REQUEST_TAG
from eks_pod_identity.access.clause import EMPTY, Box, present
from eks_pod_identity.access.space import (
    Entries,
    Order,
    Reading,
    Text,
    Value,
    constant,
    optional_value,
)

_RESOURCE_TAG = ("resourcetag", "existingobjecttag", "buckettag", "accesspointtag")
_GLOBAL_REGIONS: Mapping[str, str] = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
}
_GLOBAL_SERVICES = frozenset({"iam", "organizations", "cloudfront", "route53"})
_REGION, _PARTS = 3, 6  # of an ARN


@dataclass(frozen=True, eq=False)
class Act:
    """One call that is asked about.

    Attributes:
        action: `service:Action`.
        resource: The ARN of what is acted on.
        writes: Tags that it writes, by key in lower case.
        removes: Keys of tags that it removes.
        decoys: Keys of tags that the caller may write or remove along, if he likes.
        has: The resource's tags by key in lower case; None for one that it has not.
        keys: Other keys of the call, in lower case.
        lacks: Keys that the call does not have, in lower case.
        free: Whether other keys of its service, and other tags, may be whatever the caller likes;
            else nothing but a call without them is thought of.
    """

    action: str
    resource: str
    writes: Mapping[str, Text] = field(default_factory=dict)
    removes: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ()
    has: Mapping[str, Text | None] = field(default_factory=dict)
    keys: Mapping[str, Text] = field(default_factory=dict)
    lacks: frozenset[str] = frozenset()
    free: bool = False

    @property
    def service(self) -> str:
        """The service's prefix."""
        return self.action.partition(":")[0].lower()


class ActKeys:
    """Reads the keys of one act of a caller."""

    def __init__(self, calls: Calls, act: Act) -> None:
        self._calls = calls
        self._act = act
        self._space = calls.space

    def read_key(self, key: str) -> Reading:
        """Return what a key (in lower case) holds in the call."""
        if key in self._act.lacks:
            return None
        if key in self._act.keys:
            return Value((self._act.keys[key],))
        if key.startswith(REQUEST_TAG):
            return self._written(key.removeprefix(REQUEST_TAG))
        return self._tag_keys() if key == "aws:tagkeys" else self._other(key)

    def _other(self, key: str) -> Reading:
        service, _, name = key.partition(":")
        family, _, tag = name.partition("/")
        if family in _RESOURCE_TAG and service in {"aws", self._act.service, "iam"}:
            return self._of_resource(tag)
        if key == "aws:requestedregion":
            return self._region()
        if "." not in service and service not in {"aws", "sts", "saml"}:
            return self._of_service(service, key)
        return self._calls.read_key(key)

    def _written(self, tag: str) -> Reading:
        if tag in self._act.writes:
            return Value((self._act.writes[tag],))
        if tag not in self._act.decoys or self._act.removes:
            return None
        key = REQUEST_TAG + tag
        word = self._space.word(self._space.spelling(key), domains.TAG, order=Order.KEY)
        return Value(((word,),), self._sent(tag))

    def _sent(self, tag: str) -> Box:
        return frozenset({present(self._space.flag(f"tag {tag}", Order.KEY))})

    def _tag_keys(self) -> Reading:
        surely = [(key, EMPTY) for key in (*self._act.writes, *self._act.removes)]
        maybe = [(key, self._sent(key)) for key in self._act.decoys]
        return Entries((*surely, *maybe)) if surely else None

    def _of_resource(self, tag: str) -> Reading:
        if tag in self._act.has:
            text = self._act.has[tag]
            return None if text is None else Value((text,))
        if not self._act.free:
            return None
        word = self._space.word(f"tag {tag} of the resource", domains.TAG, optional=True)
        return optional_value(word)

    def _region(self) -> Reading:
        service, partition = self._act.service, self._calls.setting.partition
        if service in _GLOBAL_SERVICES and partition in _GLOBAL_REGIONS:
            return constant(_GLOBAL_REGIONS[partition])
        parts = self._act.resource.split(":")
        if len(parts) >= _PARTS and parts[_REGION]:
            return constant(parts[_REGION])
        domain = domains.region_of(partition)
        return Value(((self._space.word(f"region of {service}", domain),),))

    def _of_service(self, service: str, key: str) -> Reading:
        if service != self._act.service or not self._act.free:
            return None
        return self._space.free_key(key, self._calls.free_keys)


def decoys_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return keys of tags that fit what conditions ask of `aws:TagKeys`, and one that fits none."""
    return (*dict.fromkeys(each for each in texts if each), "another-tag")
