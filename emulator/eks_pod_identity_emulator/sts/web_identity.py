"""AssumeRoleWithWebIdentity: a token of an identity provider that IAM knows, for a role's session.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from dataclasses import dataclass
from typing import Protocol

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam import IamStore
from eks_pod_identity_emulator.sessions import Keys


@dataclass(frozen=True, slots=True)
class WebIdentity:
    """What a good token says.

    Attributes:
        issuer: `iss`, a URL.
        subject: `sub`.
        audiences: `aud`.
    """

    issuer: str
    subject: str
    audiences: tuple[str, ...]

    @property
    def host(self) -> str:
        """The issuer as IAM names its provider and its context keys."""
        return self.issuer.removeprefix("https://").rstrip("/")

    def keys(self, audience: str) -> Keys:
        """Return the context keys that trust policies see."""
        return {f"{self.host}:sub": self.subject, f"{self.host}:aud": audience}


class TokenIssuers(Protocol):
    """Knows the issuers of the emulated clusters."""

    def verify(self, token: str) -> WebIdentity:
        """Return what a token says.

        Raises:
            ApiError: InvalidIdentityToken or ExpiredTokenException.
        """
        ...


class NoIssuers:
    """An AWS without any issuer that could be asked."""

    def verify(self, token: str) -> WebIdentity:  # noqa: ARG002 - no token is good
        """Refuse every token."""
        raise invalid_token("Couldn't retrieve verification key from your identity provider")


def registered_audience(store: IamStore, identity: WebIdentity, role: str) -> tuple[str, str]:
    """Return the provider of a token in the account of a role's ARN, and the audience it accepts.

    Raises:
        ApiError: InvalidIdentityToken; the account knows no such provider or audience.
    """
    _, partition, _, _, account, _ = role.split(":", 5)
    arn = f"arn:{partition}:iam::{account}:oidc-provider/{identity.host}"
    provider: dict[str, list[str]] | None = store.providers.get_scoped(account, None, arn)
    if provider is None:
        raise invalid_token(
            f"No OpenIDConnect provider found in your account for {identity.issuer}"
        )
    accepted = [each for each in identity.audiences if each in provider["ClientIDList"]]
    if not accepted:
        raise invalid_token("Incorrect token audience")
    return arn, accepted[0]


def invalid_token(message: str) -> ApiError:
    """Return STS's refusal of a token."""
    return ApiError("InvalidIdentityToken", message)
