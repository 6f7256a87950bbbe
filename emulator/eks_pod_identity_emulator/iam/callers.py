"""Whose signature a request bears: a session issued here, a user of IAM, or an administrator."""

from collections.abc import Mapping

from eks_pod_identity_emulator.authorization import Principal
from eks_pod_identity_emulator.http.signature import SigningScope
from eks_pod_identity_emulator.iam import IamStore
from eks_pod_identity_emulator.iam.store import Record
from eks_pod_identity_emulator.iam.users import Users
from eks_pod_identity_emulator.ministack import MiniStack
from eks_pod_identity_emulator.sessions import Identity, Session, Sessions, Signer, invalid_token


class Callers:
    """Knows every access key: a session's, a user's, and that all others are an administrator's."""

    def __init__(
        self,
        ministack: MiniStack,
        store: IamStore,
        sessions: Sessions,
        organizations: Mapping[str, str],
    ) -> None:
        """Set up.

        Args:
            ministack: Knows the accounts of all other keys.
            store: IAM's records.
            sessions: The sessions issued here.
            organizations: Organization's id by account.
        """
        self._ministack = ministack
        self._organizations = organizations
        self._store = store
        self._users = Users(ministack)
        self._sessions = sessions

    def identify(self, scope: SigningScope) -> Signer:
        """Return who signed a request.

        Raises:
            ApiError: The credentials are not valid, or no longer.
        """
        session = self._sessions.find(scope.access_key, scope.session_token)
        if session is not None:
            now = self._sessions.now()
            self._store.note_use(session.assumption.role_arn, now, scope.region)
            return Signer(session.account, self._of_session(session))
        account = self._ministack.account_of(scope.access_key)
        user = self._users.of_key(account, scope.access_key)
        if user is None:
            return Signer(account)
        if not self._users.is_active(account, scope.access_key):
            raise invalid_token()
        return Signer(account, self._of_user(account, user))

    def account_of(self, access_key: str) -> str:
        """Return the account of an access key, whatever its session token.

        Raises:
            ApiError: The key is not known, or its session has expired.
        """
        session = self._sessions.of_key(access_key)
        return session.account if session else self._ministack.account_of(access_key)

    def _of_session(self, session: Session) -> Identity:
        role = self._store.role_in(session.account, session.assumption.role_arn.rpartition("/")[2])
        organization = self._organizations.get(session.account)
        return Identity(session.principal, session.user_id, _tags(role), session, organization)

    def _of_user(self, account: str, user: Record) -> Identity:
        principal, organization = Principal.user(user["Arn"]), self._organizations.get(account)
        return Identity(principal, user["UserId"], _tags(user), None, organization)


def _tags(record: Record | None) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in record.get("Tags") or ()} if record else {}
