"""Temporary credentials of a role, and what AWS remembers of how they came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from eks_pod_identity_emulator.authorization import Principal


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a session is issued for.

    Attributes:
        role_arn: ARN of the role with its path.
        role_id: The role's unique id, AROA...
        session_name: RoleSessionName.
        seconds: How long the session lasts.
        issued_by: Service and operation, such as `sts:AssumeRole`.
        tags: Session tags, passed and inherited; tags of the role are not among them.
        transitive_keys: Keys of the tags that sessions of further roles inherit.
        policies: Documents of session policies, inline first; None if none were passed.
        source_identity: SourceIdentity, which sessions of further roles keep.
    """

    role_arn: str
    role_id: str
    session_name: str
    seconds: int
    issued_by: str
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_keys: frozenset[str] = frozenset()
    policies: tuple[str, ...] | None = None
    source_identity: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Credentials and the session that they are for.

    Attributes:
        access_key_id: ASIA..., unique.
        secret_access_key: 40 characters. Requests signed with it are not verified.
        session_token: What a request has to carry besides.
        issued_at: When the session began, in UTC.
        expires_at: When it ends, in UTC.
        principal: The role's session, as policies know it.
        assumption: What it was issued for.
    """

    access_key_id: str
    secret_access_key: str
    session_token: str
    issued_at: datetime
    expires_at: datetime
    principal: Principal
    assumption: Assumption

    @property
    def account(self) -> str:
        """The role's account, in which the session's calls are made."""
        return self.principal.account

    @property
    def user_id(self) -> str:
        """What GetCallerIdentity and aws:userid say: role id and session name."""
        return f"{self.assumption.role_id}:{self.assumption.session_name}"

    @property
    def inherited_tags(self) -> Mapping[str, str]:
        """The tags that the session of a role assumed with this one will have."""
        keys = {key.lower() for key in self.assumption.transitive_keys}
        return {key: value for key, value in self.assumption.tags.items() if key.lower() in keys}
