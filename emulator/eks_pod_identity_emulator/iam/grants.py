"""What roles and users may do by their own policies, for those who decide on calls."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from eks_pod_identity_emulator.authorization import CallerPolicies, Policy, parse_policy
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.store import IamStore, Record
from eks_pod_identity_emulator.iam.users import Users
from eks_pod_identity_emulator.sessions import Identity, Session


class Grants:
    """Reads the policies of every account; each document is parsed once."""

    def __init__(self, store: IamStore) -> None:
        self._store = store
        self._users = Users(store.ministack)

    def of(self, identity: Identity) -> CallerPolicies:
        """Return everything on the side of a caller that has a say.

        Raises:
            ApiError: What an attached policy says is not known.
        """
        session = identity.session
        return (
            self.of_user(identity.principal.name) if session is None else self._of_session(session)
        )

    def _of_session(self, session: Session) -> CallerPolicies:
        assumption = session.assumption
        role = self._store.role_in(session.account, assumption.role_arn.rpartition("/")[2])
        if role is None or role["RoleId"] != assumption.role_id:
            # Another role of the same name has nothing to do with the sessions of this one.
            return CallerPolicies()
        policies = self.of_role(assumption.role_arn)
        if assumption.policies is None:
            return policies
        return replace(policies, session=tuple(map(parse_policy, assumption.policies)))

    def of_role(self, arn: str) -> CallerPolicies:
        """Return the policies of a role by its ARN; a role that is gone may do nothing.

        Raises:
            ApiError: What an attached policy says is not known.
        """
        account, name = arn.split(":")[4], arn.rpartition("/")[2]
        role = self._store.role_in(account, name)
        if role is None or role["Arn"] != arn:
            return CallerPolicies()
        return self._granted(account, role, self._of(account, role, role["InlinePolicies"]))

    def of_user(self, arn: str) -> CallerPolicies:
        """Return the policies of a user, those of the user's groups among them.

        Raises:
            ApiError: What an attached policy says is not known.
        """
        account, name = arn.split(":")[4], arn.rpartition("/")[2]
        user = self._users.find(account, name)
        if user is None:
            return CallerPolicies()
        return self._granted(account, user, self._of_user(account, user))

    def document(self, account: str, arn: str) -> str:
        """Return what a managed policy says, AWS's or one of the account.

        Raises:
            ApiError: There is no such policy, or what it says is not known.
        """
        document = self._store.document_in(account, arn)
        if document is None:
            message = f"The emulator does not know what {arn} says, so it cannot allow the call."
            raise ApiError("AccessDeniedException", message)
        return document

    def _granted(self, account: str, entity: Record, identity: Iterable[Policy]) -> CallerPolicies:
        boundary = entity.get("PermissionsBoundary")
        limit = parse_policy(self.document(account, boundary)) if boundary else None
        return CallerPolicies(tuple(identity), limit)

    def _of_user(self, account: str, user: Record) -> Iterator[Policy]:
        name = user["UserName"]
        yield from self._of(account, user, self._users.inline_policies(account, name))
        for group, inline in self._users.groups(account, name):
            yield from self._of(account, group, inline)

    def _of(self, account: str, entity: Record, inline: Mapping[str, Any]) -> Iterator[Policy]:
        for document in inline.values():
            yield parse_policy(document)
        for arn in entity.get("AttachedPolicies") or ():
            yield parse_policy(self.document(account, arn))
