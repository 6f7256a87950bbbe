"""Where a cluster's Kubernetes API is, and how the caller shows who it is."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """A way to a Kubernetes API.

    Attributes:
        server: Its address, without a slash at the end.
        authority: Certificates to trust, PEM; empty for the machine's own.
        token: What the Authorization header bears; empty for none.
        certificate: The caller's certificate, PEM; empty for none.
        key: The key of that certificate, PEM.
        insecure: Whether any certificate of the server is taken.
        tls_name: The name that the server's certificate must have; empty for the address's own.
        proxy: The proxy to go by; empty for the environment's.
    """

    server: str
    authority: str = ""
    token: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    insecure: bool = False
    tls_name: str = ""
    proxy: str = ""


class UnreadableError(Exception):
    """A Kubernetes API cannot be read; the text says why, and what would help."""


class UnreachableError(UnreadableError):
    """Nobody answers at a Kubernetes API, whatever is asked."""
