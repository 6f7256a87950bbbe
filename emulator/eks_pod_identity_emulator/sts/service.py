"""STS's operations that the emulator answers itself; MiniStack answers the rest.

Parameters and answers use the member names of botocore's model of STS.
"""

from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity_emulator.authorization import (
    CallerPolicies,
    Context,
    Principal,
    context_of,
    parse_policy,
)
from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam import IamStore
from eks_pod_identity_emulator.iam.grants import Grants
from eks_pod_identity_emulator.iam.store import Record
from eks_pod_identity_emulator.sessions import Assumption, Session, Sessions
from eks_pod_identity_emulator.sts.asked import Asked, check_role_arn, read_assume_role
from eks_pod_identity_emulator.sts.limits import check_duration, session_policies
from eks_pod_identity_emulator.sts.role import Assumer, Roles, require_trust
from eks_pod_identity_emulator.sts.web_identity import (
    NoIssuers,
    TokenIssuers,
    registered_audience,
)

Answer = dict[str, Any]
Params = Mapping[str, Any]
Operation = Callable[[Params, Caller], Answer]

_EVERYTHING = parse_policy({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
_ADMINISTRATOR = CallerPolicies(identity=(_EVERYTHING,))
_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"


class StsService:
    """STS of every account."""

    def __init__(
        self,
        store: IamStore,
        grants: Grants,
        sessions: Sessions,
        issuers: TokenIssuers | None = None,
    ) -> None:
        """Set up.

        Args:
            store: IAM's records.
            grants: What roles and users may do.
            sessions: Issues credentials.
            issuers: Verify web identity tokens; none are good without.
        """
        self._store = store
        self._grants = grants
        self._sessions = sessions
        self._roles = Roles(store)
        self._issuers = issuers or NoIssuers()
        self._operations: Mapping[str, Operation] = {
            "AssumeRole": self._assume_role,
            "AssumeRoleWithWebIdentity": self._assume_role_with_web_identity,
            "GetCallerIdentity": self._get_caller_identity,
        }

    @property
    def operations(self) -> frozenset[str]:
        """Names of the operations that `call` answers."""
        return frozenset(self._operations)

    def call(self, operation: str, params: Params, caller: Caller) -> Answer:
        """Answer one request.

        Raises:
            ApiError: STS would refuse the request.
            KeyError: The operation is not in `operations`.
        """
        return self._operations[operation](params, caller)

    def _get_caller_identity(self, _params: Params, caller: Caller) -> Answer:
        """Say who calls; no policy can forbid it."""
        identity = caller.identity
        principal = identity.principal if identity else _root(caller)
        user_id = identity.user_id if identity else caller.account
        return {"UserId": user_id, "Account": caller.account, "Arn": principal.name}

    def _assume_role(self, params: Params, caller: Caller) -> Answer:
        identity = caller.identity
        session = identity.session if identity else None
        asked = read_assume_role(params, session)
        role = self._roles.find(asked.role_arn)
        assumer = self._assumer(asked, role, caller)
        actions = ("sts:AssumeRole", *asked.actions)
        found = _trusted(asked.role_arn, role, assumer, actions)
        check_duration(asked.seconds, found, chained=session is not None)
        account = found["Arn"].split(":")[4]
        policies = session_policies(params, account, self._grants)
        return self._issue(asked, found, "sts:AssumeRole", policies)

    def _assumer(self, asked: Asked, role: Record | None, caller: Caller) -> Assumer:
        identity = caller.identity
        keys = asked.keys(self._roles.tags(role))
        context = {**caller.context, **context_of(keys)}
        if identity is None:
            return Assumer(_root(caller), _ADMINISTRATOR, _as_root(context, caller))
        return Assumer(
            identity.principal,
            self._grants.of(identity),
            {**context, **context_of(identity.keys())},
        )

    def _assume_role_with_web_identity(self, params: Params, caller: Caller) -> Answer:
        arn = params["RoleArn"]
        check_role_arn(arn)
        account = arn.split(":")[4]
        token = self._issuers.verify(params["WebIdentityToken"])
        provider, audience = registered_audience(self._store, token, arn)
        asked = Asked(arn, params["RoleSessionName"], params.get("DurationSeconds", 3_600))
        role = self._roles.find(arn)
        keys = {**asked.keys(self._roles.tags(role)), **token.keys(audience)}
        context = {**caller.context, **context_of({**keys, "aws:FederatedProvider": provider})}
        assumer = Assumer(Principal.federated(provider), CallerPolicies(), context)
        found = _trusted_by_provider(arn, role, assumer)
        check_duration(asked.seconds, found, chained=False)
        policies = session_policies(params, account, self._grants)
        return {
            **self._issue(asked, found, _WEB_IDENTITY, policies),
            "SubjectFromWebIdentityToken": token.subject,
            "Audience": audience,
            "Provider": provider,
        }

    def _issue(
        self, asked: Asked, role: Record, issued_by: str, policies: tuple[str, ...] | None
    ) -> Answer:
        session = self._sessions.issue(
            Assumption(
                role_arn=role["Arn"],
                role_id=role["RoleId"],
                session_name=asked.session_name,
                seconds=asked.seconds,
                issued_by=issued_by,
                tags=asked.tags,
                transitive_keys=asked.transitive_keys,
                policies=policies,
                source_identity=asked.source_identity,
            )
        )
        return _show(session)


def _trusted(arn: str, role: Record | None, assumer: Assumer, actions: tuple[str, ...]) -> Record:
    require_trust(arn, role, assumer, actions)
    if role is None:
        raise AssertionError("a role that is not there trusts nobody")
    return role


def _trusted_by_provider(arn: str, role: Record | None, assumer: Assumer) -> Record:
    try:
        return _trusted(arn, role, assumer, (_WEB_IDENTITY,))
    except ApiError:
        message = f"Not authorized to perform {_WEB_IDENTITY}"
        raise ApiError("AccessDeniedException", message) from None


def _root(caller: Caller) -> Principal:
    return Principal.root(caller.account, caller.partition)


def _as_root(context: Context, caller: Caller) -> Context:
    principal = _root(caller)
    keys = {
        "aws:PrincipalArn": principal.name,
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalType": "Account",
        "aws:PrincipalIsAWSService": "false",
        "aws:userid": principal.account,
    }
    return {**context, **context_of(keys)}


def _show(session: Session) -> Answer:
    shown: Answer = {
        "Credentials": {
            "AccessKeyId": session.access_key_id,
            "SecretAccessKey": session.secret_access_key,
            "SessionToken": session.session_token,
            "Expiration": session.expires_at,
        },
        "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.principal.name},
    }
    if session.assumption.source_identity:
        shown["SourceIdentity"] = session.assumption.source_identity
    return shown
