"""What calls of the services that MiniStack carries need.

Actions, resources and keys: https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType

from eks_pod_identity_emulator.authorization import ResourcePolicy, parse_policy
from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.enforcement.check import Check
from eks_pod_identity_emulator.enforcement.request_tags import request_tag_keys
from eks_pod_identity_emulator.http.api_call import ApiCall
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.ministack import MiniStack
from eks_pod_identity_emulator.ministack_authorization import Demand, MiniStackAuthorization
from eks_pod_identity_emulator.sessions import Keys

# Prefixes of actions that differ from the signing name, and actions from the operation.
_PREFIXES: Mapping[str, str] = MappingProxyType({"tagging": "tag"})
_ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "sns:PublishBatch": "sns:Publish",
        "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
        "sqs:SendMessageBatch": "sqs:SendMessage",
    }
)
_TAG_TWINS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ec2": ("aws:ResourceTag", "ec2:ResourceTag"),
        "secretsmanager": ("aws:ResourceTag", "secretsmanager:ResourceTag"),
        "ssm": ("aws:ResourceTag", "ssm:ResourceTag"),
    }
)
_TAGS = ("aws:ResourceTag",)
_POLICY_DECIDES = frozenset({"kms"})
_OF_ALIASES = frozenset({"kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"})


class CarriedChecks:
    """Reads calls with MiniStack's help, in the account that owns what they are about."""

    def __init__(self, ministack: MiniStack) -> None:
        self._ministack = ministack
        self._authorization = MiniStackAuthorization()

    def of(self, call: ApiCall, request: Request, caller: Caller) -> Iterator[Check]:
        """Yield what a call needs, what it is mainly about first."""
        for demand in self._demands(call, request, caller):
            yield self._check(call, demand, caller)
        if call.service == "cloudformation" and "RoleARN" in call.params:
            passed: Keys = {"iam:PassedToService": "cloudformation.amazonaws.com"}
            yield Check("iam:PassRole", call.params["RoleARN"], passed)

    def _demands(self, call: ApiCall, request: Request, caller: Caller) -> Iterable[Demand]:
        action = f"{_PREFIXES.get(call.service, call.service)}:{call.operation}"
        if call.service == "s3":
            return self._s3_demands(action, request, caller)
        resource = self._resource(call.service, request, caller)
        if call.service == "dynamodb":
            authorization = self._authorization
            return authorization.dynamodb(action, request.body, caller.region, caller.account)
        if call.service == "kms":
            return self._kms_demands(action, call, resource, caller)
        if action == "secretsmanager:BatchGetSecretValue":
            return self._secrets_demands(action, call, caller)
        return [Demand(_ACTIONS.get(action, action), resource)]

    def _resource(self, service: str, request: Request, caller: Caller) -> str:
        """Return what a request is about, as its owner knows it."""
        find = partial(self._authorization.resource, service, request, caller.region)
        with self._ministack.in_account(caller.account, caller.region):
            found = find(caller.account)
        owner = self._authorization.owner(service, found)
        if owner in (None, caller.account):
            return found
        with self._ministack.in_account(owner, caller.region):
            return find(owner)

    def _s3_demands(self, action: str, request: Request, caller: Caller) -> Iterator[Demand]:
        if request.raw_path.startswith("/v20180820/"):
            yield Demand(self._authorization.s3_control(request) or action, "*")
            return
        resource = self._authorization.resource("s3", request, "", "")
        owner = self._authorization.owner("s3", resource) or caller.account
        with self._ministack.in_account(owner, caller.region):
            demands = list(self._authorization.s3(request))
        yield from demands or [Demand(action, resource)]

    def _kms_demands(
        self, action: str, call: ApiCall, resource: str, caller: Caller
    ) -> Iterator[Demand]:
        keys = _encryption_context(call)
        if action in _OF_ALIASES:
            yield Demand(action, resource, keys)
            if "TargetKeyId" in call.params:
                yield Demand(action, self._key(call.params["TargetKeyId"], caller), keys)
            return
        key = self._key(resource, caller)
        if call.operation == "ReEncrypt":
            yield Demand("kms:ReEncryptFrom", key, keys)
            target = self._key(call.params["DestinationKeyId"], caller)
            yield Demand("kms:ReEncryptTo", target, keys)
            return
        yield Demand(action, key, keys)

    def _key(self, named: str, caller: Caller) -> str:
        owner = self._authorization.owner("kms", named) or caller.account
        with self._ministack.in_account(owner, caller.region):
            return self._authorization.key_arn(named)

    def _secrets_demands(self, action: str, call: ApiCall, caller: Caller) -> Iterator[Demand]:
        yield Demand(action, "*")
        for name in call.params.get("SecretIdList", ()):
            arn = f"arn:{caller.partition}:secretsmanager:{caller.region}:{caller.account}:secret"
            resource = name if name.startswith("arn:") else f"{arn}:{name}"
            yield Demand("secretsmanager:GetSecretValue", resource)

    def _check(self, call: ApiCall, demand: Demand, caller: Caller) -> Check:
        service, resource = call.service, demand.resource
        owner = self._authorization.owner(service, resource) or caller.account
        with self._ministack.in_account(owner, caller.region):
            policy = self._authorization.policy(service, resource)
        check = Check(
            action=demand.action,
            resource=resource,
            keys={**_keys(call, owner, caller), **_texts(demand.keys)},
            owner=owner,
            tags=partial(self._tags, resource, owner, caller.region),
            tag_keys=_TAG_TWINS.get(service, _TAGS),
            shown=_shown(call, resource),
        )
        if policy is None and service not in _POLICY_DECIDES and owner == caller.account:
            return check
        parsed = parse_policy(policy) if policy else None
        alone = service in _POLICY_DECIDES and policy is not None
        return replace(check, policy=ResourcePolicy(owner, parsed, alone=alone))

    def _tags(self, resource: str, owner: str, region: str) -> Mapping[str, str]:
        with self._ministack.in_account(owner, region):
            return self._authorization.tags(resource)


def _keys(call: ApiCall, owner: str, caller: Caller) -> Keys:
    keys: Keys = {"aws:ResourceAccount": owner, **request_tag_keys(call.params)}
    if call.service == "s3":
        keys["s3:ResourceAccount"] = owner
    if call.service == "kms":
        keys["kms:CallerAccount"] = caller.account
    return keys


def _encryption_context(call: ApiCall) -> Keys:
    given = call.params.get("EncryptionContext", {})
    keys: Keys = {f"kms:EncryptionContext:{key}": value for key, value in given.items()}
    return keys | {"kms:EncryptionContextKeys": tuple(given)} if given else keys


def _texts(keys: Mapping[str, object]) -> Keys:
    """Return MiniStack's keys, whose values are texts or lists of them."""
    return {
        key: tuple(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in keys.items()
    }


def _shown(call: ApiCall, resource: str) -> str | None:
    """Return what the service calls a resource in its refusals."""
    if call.service == "secretsmanager":
        named = call.params.get("SecretId")
        return named if isinstance(named, str) else None
    return f'"{resource}"' if call.service == "s3" and resource != "*" else None
