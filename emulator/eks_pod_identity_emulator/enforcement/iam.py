"""What calls of IAM need.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.enforcement.check import Check
from eks_pod_identity_emulator.enforcement.request_tags import request_tag_keys
from eks_pod_identity_emulator.http.api_call import ApiCall
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.iam import IamStore
from eks_pod_identity_emulator.iam.store import Record
from eks_pod_identity_emulator.sessions import Keys

# Parameters that name what is acted on, and the type of its ARN; the first that is given counts.
_NAMED: Mapping[str, str] = {
    "InstanceProfileName": "instance-profile",
    "RoleName": "role",
    "GroupName": "group",
    "UserName": "user",
    "PolicyName": "policy",
}
_ARNS = ("PolicyArn", "OpenIDConnectProviderArn", "SAMLProviderArn")
_WITH_POLICY = frozenset(
    f"{verb}{kind}Policy" for verb in ("Attach", "Detach") for kind in ("Role", "User", "Group")
)


class IamChecks:
    """Reads calls of IAM."""

    def __init__(self, store: IamStore) -> None:
        self._store = store

    def of(self, call: ApiCall, _request: Request, caller: Caller) -> Iterator[Check]:
        """Yield what a call needs."""
        resource, record = self._resource(call, caller)
        keys: Keys = {"aws:ResourceAccount": caller.account, **request_tag_keys(call.params)}
        yield Check(
            action=f"iam:{call.operation}",
            resource=resource,
            keys={**keys, **_policy_keys(call.params, call.operation, record)},
            tags=partial(_tags, record),
            tag_keys=("aws:ResourceTag", "iam:ResourceTag"),
            shown=_shown(resource),
        )
        if call.operation == "AddRoleToInstanceProfile":
            role = self._arn("role", call.params["RoleName"], "/", caller)[0]
            yield Check("iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})

    def _resource(self, call: ApiCall, caller: Caller) -> tuple[str, Record | None]:
        params = call.params
        if call.operation not in _WITH_POLICY:
            for name in _ARNS:
                if name in params:
                    return str(params[name]), self._store.find_policy_in(
                        caller.account, params[name]
                    )
        for name, kind in _NAMED.items():
            if name in params:
                return self._arn(kind, params[name], params.get("Path", "/"), caller)
        return "*", None

    def _arn(self, kind: str, name: str, path: str, caller: Caller) -> tuple[str, Record | None]:
        """Return ARN and record of something; its path is known if it is there or created."""
        record = self._store.role_in(caller.account, name) if kind == "role" else None
        if record is not None:
            return str(record["Arn"]), record
        return f"arn:{caller.partition}:iam::{caller.account}:{kind}{path}{name}", None


def _tags(record: Record | None) -> Mapping[str, str]:
    return {tag["Key"]: tag["Value"] for tag in record.get("Tags") or ()} if record else {}


def _policy_keys(params: Mapping[str, Any], operation: str, record: Record | None) -> Keys:
    keys: Keys = {}
    if operation in _WITH_POLICY:
        keys["iam:PolicyARN"] = params["PolicyArn"]
    boundary = params.get("PermissionsBoundary") or (record or {}).get("PermissionsBoundary")
    if boundary:
        keys["iam:PermissionsBoundary"] = boundary
    return keys


def _shown(resource: str) -> str | None:
    """Return how IAM names roles, users and groups in its refusals: `role app`, without the path.

    https://github.com/terraform-aws-modules/terraform-aws-eks/issues/2517 and
    https://github.com/aws/aws-cdk/issues/27067 have some.
    """
    kind, slash, name = resource.rpartition(":")[2].partition("/")
    if not slash or kind not in ("role", "user", "group", "instance-profile"):
        return None
    return f"{kind.replace('-', ' ')} {name.rpartition('/')[2]}"
