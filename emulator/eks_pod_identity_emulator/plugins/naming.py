"""Names for resources that a program did not name: the logical name and a random end.

What goes in: the logical name, the engine's seed and its own proposal (`pulumi:autonaming`). What
comes out: a name such as `backend-3f2a9c1`. The same seed gives the same name, so that a preview
and the update that follows it agree.
"""

import hashlib
import secrets
from dataclasses import dataclass
from enum import Enum

_HEX = "0123456789abcdef"


class AutonamingError(ValueError):
    """A name cannot be made: autonaming is switched off, or the name would be too long."""


class NameMode(Enum):
    """How firmly `pulumi:autonaming` proposes, by the protocol's numbers."""

    PROPOSE = 0
    ENFORCE = 1
    DISABLE = 2


@dataclass(frozen=True, slots=True)
class NameProposal:
    """The name that the engine proposes."""

    mode: NameMode
    name: str


@dataclass(frozen=True, slots=True)
class NameRule:
    """How a property is named.

    Attributes:
        longest: The most characters that the service takes; 0 for no limit.
        random: How many characters are random; with 0 the logical name is taken as it is.
        lower: Whether the service takes lower case only.
    """

    longest: int = 0
    random: int = 7
    lower: bool = False

    def name(self, logical: str, seed: bytes, proposal: NameProposal | None = None) -> str:
        """Make a name for a resource that has none.

        Args:
            logical: The resource's name in the program.
            seed: The engine's seed; empty where the engine sends none.
            proposal: The engine's proposal, if the stack configures autonaming.

        Raises:
            AutonamingError: The stack switches autonaming off, or the name is too long.
        """
        if proposal and proposal.mode is NameMode.DISABLE:
            raise AutonamingError("automatic naming is disabled but a name is required")
        name = proposal.name if proposal else logical + _ending(seed, logical, self.random)
        name = name.lower() if self.lower else name
        if self.longest and len(name) > self.longest:
            raise AutonamingError(_too_long(name, self.longest))
        return name


def _too_long(name: str, longest: int) -> str:
    return f"calculated name {name!r} exceeds maximum length of {longest}"


def _ending(seed: bytes, logical: str, length: int) -> str:
    if not length:
        return ""
    entropy = hashlib.sha256(seed + logical.encode()).digest() if seed else secrets.token_bytes(32)
    return "-" + "".join(_HEX[byte % len(_HEX)] for byte in entropy[:length])
