"""A request as IAM sees it: who asks for which action on what, and the context keys of the call.

A context says what it does not know: keys that are neither given nor known to be absent make the
conditions that ask for them undecidable, instead of silently false.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class PrincipalKind(Enum):
    """The kinds of caller that a Principal element tells apart."""

    ANONYMOUS = "anonymous"
    AWS = "AWS"
    FEDERATED = "Federated"
    SERVICE = "Service"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        kind: What sort of caller.
        name: An ARN of role or user (a session is its role), a service, an identity provider.
    """

    kind: PrincipalKind
    name: str = ""

    @classmethod
    def service(cls, name: str) -> "Principal":
        """Return an AWS service, for example `pods.eks.amazonaws.com`."""
        return cls(PrincipalKind.SERVICE, name)

    @classmethod
    def aws(cls, arn: str) -> "Principal":
        """Return an IAM role or user."""
        return cls(PrincipalKind.AWS, arn)

    def __str__(self) -> str:
        return self.name or "an anonymous caller"


CLAIMS = "claims:"  # of whatever identity provider, such as accounts.google.com:aud


class Missing(Enum):
    """Why a key has no value."""

    ABSENT = "not in the request"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Context:
    """The context keys of a request; names ignore case, tag keys inside of them too.

    Attributes:
        values: What is known to be there, one or several values for each key.
        absent: Keys known not to be there; an entry that ends in `/` stands for all keys under it,
            CLAIMS for those whose service is the host of an identity provider.
        complete: Whether every key that is not in `values` is absent.
    """

    values: Mapping[str, tuple[str, ...]]
    absent: frozenset[str] = frozenset()
    complete: bool = False

    @classmethod
    def of(
        cls,
        values: Mapping[str, str | Iterable[str]],
        *,
        absent: Iterable[str] = (),
        complete: bool = False,
    ) -> "Context":
        """Return a context from plain values; a key without any value counts as absent."""
        found = {key.lower(): _values(value) for key, value in values.items()}
        gone = {key for key, value in found.items() if not value}
        kept = {key: value for key, value in found.items() if value}
        return cls(kept, frozenset(map(str.lower, absent)) | gone, complete)

    def look_up(self, key: str) -> tuple[str, ...] | Missing:
        """Return the values of a key (in lower case), or why there are none."""
        found = self.values.get(key)
        if found is not None:
            return found
        if self.complete or key in self.absent or self._family(key) in self.absent:
            return Missing.ABSENT
        return Missing.UNKNOWN

    @staticmethod
    def _family(key: str) -> str:
        provider = key.partition(":")[0]
        return CLAIMS if "." in provider or provider == "saml" else key[: key.find("/") + 1]


@dataclass(frozen=True, slots=True)
class Request:
    """One call.

    Attributes:
        principal: Who asks.
        action: `service:Action`; case does not count.
        resource: The ARN of what is acted on. A trust policy does not look at it.
        context: What else is known of the call.
    """

    principal: Principal
    action: str
    resource: str = ""
    context: Context = field(default_factory=lambda: Context({}))


def _values(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
