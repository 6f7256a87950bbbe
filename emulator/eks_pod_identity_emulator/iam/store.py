"""The records of IAM, which live in MiniStack: its STS and CloudFormation read the same ones.

All of it is about the account of the current call (`MiniStack.in_account`), unless an account is
an argument. Records are MiniStack's dictionaries; keys of ours begin with an underscore.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks import partition_of
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.aws_documents import aws_document
from eks_pod_identity_emulator.iam.trust import check_trust_policy
from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.ministack import MiniStack
from eks_pod_identity_emulator.settings import TRUST_POLICY_SIZE

Record = dict[str, Any]

TRUST_CHANGED_AT = "_TrustChangedAt"
PREVIOUS_TRUST = "_PreviousTrust"
LAST_USED = "_LastUsed"
_AWS_POLICY = re.compile(r"arn:aws(-[a-z-]+)?:iam::aws:policy/")


class IamStore:
    """Finds and changes records, and keeps the counts that would take a walk over all of them."""

    def __init__(self, ministack: MiniStack, clock: Clock) -> None:
        self.ministack = ministack
        self._clock = clock
        self._names: dict[tuple[str, str], str] = {}
        self._boundaries: Counter[tuple[str, str]] = Counter()
        self._changes = 0
        self._sorted: dict[str, tuple[tuple[int, int], list[str]]] = {}
        self._trust_size = TRUST_POLICY_SIZE
        self._trust_sizes: dict[str, int] = {}

    def forget(self) -> None:
        """Drop what is kept about records, which MiniStack has dropped."""
        self._names.clear()
        self._boundaries.clear()
        self._sorted.clear()

    def limit_trust(self, size: int, by_account: Mapping[str, int]) -> None:
        """Set how long trust policies may be, for accounts in general and for some."""
        self._trust_size, self._trust_sizes = size, dict(by_account)

    def check_trust(self, document: str) -> None:
        """Refuse a trust policy that IAM would refuse the current account.

        Raises:
            ApiError: MalformedPolicyDocument, or LimitExceeded if it is too long.
        """
        limit = self._trust_sizes.get(self.account, self._trust_size)
        check_trust_policy(document, self.knows_principal, limit)

    @property
    def account(self) -> str:
        """The account of the current call."""
        return self.ministack.current_account()[0]

    @property
    def partition(self) -> str:
        """The partition of the current call's region, and so of the account."""
        return partition_of(self.ministack.current_account()[1])

    @property
    def roles(self) -> Json:
        """Roles by name."""
        return self.ministack.iam._roles  # noqa: SLF001 - MiniStack's only way to its records; its version is pinned

    @property
    def policies(self) -> Json:
        """Customer managed policies by ARN."""
        return self.ministack.iam._policies  # noqa: SLF001 - as above

    @property
    def aws_policies(self) -> dict[str, Record]:
        """AWS's own managed policies by ARN; the same for every account."""
        records: dict[str, Record] = self.ministack.iam._aws_managed_policies  # noqa: SLF001 - as above
        return records

    @property
    def providers(self) -> Json:
        """OIDC providers by ARN."""
        return self.ministack.iam._oidc_providers  # noqa: SLF001 - as above

    def now(self) -> str:
        """Return the time as records keep it."""
        return self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def new_id(self, prefix: str) -> str:
        """Return a unique id such as AROAJ2UCCR6DPCEXAMPLE."""
        made: str = self.ministack.iam._gen_id(prefix)  # noqa: SLF001 - as above
        return made

    def role(self, name: str) -> Record:
        """Return a role.

        Raises:
            ApiError: There is none of that name.
        """
        record: Record | None = self.roles.get(name)
        if record is None:
            raise no_such_entity(f"The role with name {name} cannot be found.")
        return record

    def role_in(self, account: str, name: str) -> Record | None:
        """Return a role of any account, or None."""
        record: Record | None = self.roles.get_scoped(account, None, name)
        return record

    def role_names(self) -> list[str]:
        """Return the account's role names in order, which is worked out when roles come or go."""
        version = (self._changes, len(self.roles._data))  # noqa: SLF001 - as above; others add roles, too
        known, names = self._sorted.get(self.account, ((0, 0), []))
        if known != version:
            names = sorted(self.roles.keys(), key=str.casefold)
            self._sorted[self.account] = (version, names)
        return names

    def check_role_name(self, name: str) -> None:
        """Refuse a name that is taken; names that differ in case only are the same to IAM.

        Raises:
            ApiError: EntityAlreadyExists.
        """
        known = self._names.get((self.account, name.casefold()), name)
        if known in self.roles:
            message = f"Role with name {name} already exists."
            raise ApiError("EntityAlreadyExists", message, status=409)

    def add_role(self, record: Record) -> None:
        """Keep a new role."""
        name = record["RoleName"]
        record[TRUST_CHANGED_AT] = self._clock.monotonic()
        self._names[self.account, name.casefold()] = name
        self.roles[name] = record
        self._changes += 1

    def remove_role(self, record: Record) -> None:
        """Forget a role."""
        self.set_boundary(record, None)
        self.roles.pop(record["RoleName"])
        self._changes += 1

    def set_trust(self, record: Record, document: str) -> None:
        """Change a role's trust policy, and note when, since EKS sees it later."""
        before = record["AssumeRolePolicyDocument"]
        if json.loads(before) != json.loads(document):
            record[PREVIOUS_TRUST] = before
            record[TRUST_CHANGED_AT] = self._clock.monotonic()
        record["AssumeRolePolicyDocument"] = document

    def shown_arn(self, arn: str) -> str:
        """Return the ARN of a policy as the current account's partition writes it."""
        return _AWS_POLICY.sub(f"arn:{self.partition}:iam::aws:policy/", arn)

    def note_use(self, arn: str, time: datetime, region: str) -> None:
        """Note that a session of a role made a call, for RoleLastUsed."""
        record = self.role_in(arn.split(":")[4], arn.rpartition("/")[2])
        if record is not None and record["Arn"] == arn:
            date = time.strftime("%Y-%m-%dT%H:%M:%SZ")
            record[LAST_USED] = {"LastUsedDate": date, "Region": region}

    def set_boundary(self, record: Record, arn: str | None) -> None:
        """Change a role's permissions boundary; None takes it away."""
        before = record.get("PermissionsBoundary")
        if before:
            self._boundaries[self.account, before] -= 1
        if arn:
            self._boundaries[self.account, arn] += 1
        record["PermissionsBoundary"] = arn

    def boundary_count(self, arn: str) -> int:
        """Return for how many roles and users a policy is the permissions boundary."""
        users = self.ministack.iam._users.values()  # noqa: SLF001 - as above
        of_users = sum(user.get("PermissionsBoundary") == arn for user in users)
        return self._boundaries[self.account, arn] + int(of_users)

    def policy(self, arn: str) -> Record:
        """Return a managed policy, AWS's or a customer's.

        Raises:
            ApiError: There is none of that ARN.
        """
        record = self.find_policy(arn)
        if record is None:
            raise no_such_entity(f"Policy {arn} was not found.")
        return record

    def find_policy(self, arn: str) -> Record | None:
        """Return a managed policy, or None."""
        record: Record | None = self.aws_policies.get(_canonical(arn)) or self.policies.get(arn)
        return record

    def find_policy_in(self, account: str, arn: str) -> Record | None:
        """Return a managed policy, AWS's or one of any account, or None."""
        record: Record | None = self.aws_policies.get(_canonical(arn))
        return record or self.policies.get_scoped(account, None, arn)

    def document_in(self, account: str, arn: str) -> str | None:
        """Return what the default version of a managed policy of any account says.

        None if that is not known, or if there is no such policy.
        """
        record = self.find_policy_in(account, arn)
        if record is None:
            return None
        document: str | None = record["Versions"][record["DefaultVersionId"]]["Document"]
        return aws_document(arn) if document is None else document

    def attachment_count(self, record: Record) -> int:
        """Return how many roles, users and groups of the account have a policy attached."""
        if record["Arn"] in self.aws_policies:
            counts = self.ministack.iam._aws_managed_attachment_counts  # noqa: SLF001 - as above
            return int(counts.get(record["Arn"], 0))
        return int(record["AttachmentCount"])

    def provider(self, arn: str) -> Record:
        """Return an OIDC provider.

        Raises:
            ApiError: There is none of that ARN.
        """
        record: Record | None = self.providers.get(arn)
        if record is None:
            raise no_such_entity(f"OpenIDConnect Provider not found for arn {arn}")
        return record

    def knows_principal(self, arn: str) -> bool:
        """Say whether a user or role of any account is there, by its ARN."""
        account, resource = arn.split(":")[4], arn.split(":", 5)[5]
        kind, name = resource.split("/")[0], resource.rpartition("/")[2]
        records = self.roles if kind == "role" else self.ministack.iam._users  # noqa: SLF001 - as above
        record: Record | None = records.get_scoped(account, None, name)
        return record is not None and record["Arn"].partition("::")[2] == arn.partition("::")[2]


def _canonical(arn: str) -> str:
    """Return the ARN under which a policy of AWS is kept: that of the partition aws."""
    return _AWS_POLICY.sub("arn:aws:iam::aws:policy/", arn)


def no_such_entity(message: str) -> ApiError:
    """Return IAM's refusal of a call about something that is not there."""
    return ApiError("NoSuchEntity", message, status=404)
