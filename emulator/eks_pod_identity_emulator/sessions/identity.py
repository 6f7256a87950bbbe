"""Who signed a call: a session of a role, or an IAM user; administrators have no identity."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from eks_pod_identity_emulator.authorization import Principal, PrincipalKind
from eks_pod_identity_emulator.sessions.session import Session

_TYPES = {PrincipalKind.ROLE: "AssumedRole", PrincipalKind.USER: "User"}

Keys = dict[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Identity:
    """A caller that IAM's policies restrict.

    Attributes:
        principal: The caller, as policies know it.
        user_id: What GetCallerIdentity says: role id and session name, or the user's id.
        tags: Tags of the role or user, which session tags of the same key hide.
        session: The session, None for a user.
        organization: Id of the organization that the account is in, or None.
    """

    principal: Principal
    user_id: str
    tags: Mapping[str, str] = field(default_factory=dict)
    session: Session | None = None
    organization: str | None = None

    @property
    def principal_tags(self) -> Mapping[str, str]:
        """Tags by key in lower case, as aws:PrincipalTag has them.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
        """
        passed = self.session.assumption.tags if self.session else {}
        return {key.lower(): value for key, value in (*self.tags.items(), *passed.items())}

    def keys(self) -> Keys:
        """Return the context keys that describe the caller.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
        """
        keys: Keys = {
            "aws:PrincipalArn": self.principal.arn,
            "aws:PrincipalAccount": self.principal.account,
            "aws:PrincipalType": _TYPES[self.principal.kind],
            "aws:PrincipalIsAWSService": "false",
            "aws:ViaAWSService": "false",
            "aws:userid": self.user_id,
        }
        if self.organization:
            keys["aws:PrincipalOrgID"] = self.organization
        keys |= {f"aws:PrincipalTag/{key}": value for key, value in self.principal_tags.items()}
        return keys | (_session_keys(self.session) if self.session else self._user_keys())

    def _user_keys(self) -> Keys:
        return {"aws:username": self.principal.name.rpartition("/")[2]}


def _session_keys(session: Session) -> Keys:
    keys: Keys = {
        "aws:TokenIssueTime": session.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:MultiFactorAuthPresent": "false",
    }
    if session.assumption.source_identity:
        keys["aws:SourceIdentity"] = session.assumption.source_identity
    return keys


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a request.

    Attributes:
        account: The account that the request is made in.
        identity: The session or the user, None for the account's administrator.
    """

    account: str
    identity: Identity | None = None
