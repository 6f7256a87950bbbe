"""Puts the roles and policies of a seed file into IAM, by IAM's own operations."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from eks_pod_identity_emulator.eks import Caller, partition_of
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.service import IamService
from eks_pod_identity_emulator.iam.store import IamStore
from eks_pod_identity_emulator.seed import (
    Seed,
    SeedAccount,
    SeedError,
    SeedOidcProvider,
    SeedPolicy,
    SeedRole,
)

_REGION = "us-east-1"
_THUMBPRINT = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280"
_Step = tuple[str, str, Mapping[str, Any]]


def seed_iam(service: IamService, seed: Seed) -> None:
    """Create what a seed file declares, accounts and roles in its order.

    Raises:
        SeedError: IAM refuses something, with the path of its key.
    """
    for account in seed.accounts:
        region = home_region(account)
        caller = Caller(account.id, region, partition_of(region))
        for path, operation, params in _steps(account):
            try:
                service.call(operation, params, caller)
            except ApiError as error:
                raise SeedError(f"accounts.{account.id}.{path}: {error.message}") from error


def _steps(account: SeedAccount) -> Iterator[_Step]:
    for index, policy in enumerate(account.policies):
        yield f"policies[{index}]", "CreatePolicy", _policy(policy)
    for index, provider in enumerate(account.oidc_providers):
        yield f"oidcProviders[{index}]", "CreateOpenIDConnectProvider", _provider(provider)
    for index, role in enumerate(account.roles):
        yield from _role_steps(f"roles[{index}]", role)


def home_region(account: SeedAccount) -> str:
    """Return the region that IAM of an account is asked in: an account is of one partition."""
    return next((one.name for one in account.regions if partition_of(one.name) != "aws"), _REGION)


def seed_last_uses(store: IamStore, seed: Seed) -> None:
    """Note when the roles of a seed were used last; they are there."""
    for account in seed.accounts:
        with store.ministack.in_account(account.id, home_region(account)):
            for role in account.roles:
                if role.last_use is not None:
                    arn = store.role(role.name)["Arn"]
                    store.note_use(arn, role.last_use.date, role.last_use.region)


def _provider(provider: SeedOidcProvider) -> Mapping[str, Any]:
    return {
        "Url": provider.url,
        "ClientIDList": list(provider.client_ids),
        "ThumbprintList": [_THUMBPRINT],
        "Tags": _tags(provider.tags),
    }


def _policy(policy: SeedPolicy) -> Mapping[str, Any]:
    return {
        "PolicyName": policy.name,
        "Path": policy.path,
        "PolicyDocument": json.dumps(dict(policy.document)),
        "Tags": _tags(policy.tags),
    }


def _role_steps(path: str, role: SeedRole) -> Iterator[_Step]:
    params = {
        "RoleName": role.name,
        "Path": role.path,
        "AssumeRolePolicyDocument": json.dumps(dict(role.trust)),
        "PermissionsBoundary": role.permissions_boundary,
        "Tags": _tags(role.tags),
    }
    yield path, "CreateRole", params
    for arn in role.managed_policies:
        yield path, "AttachRolePolicy", {"RoleName": role.name, "PolicyArn": arn}
    for name, document in role.inline_policies.items():
        text = json.dumps(dict(document))
        yield (
            path,
            "PutRolePolicy",
            {"RoleName": role.name, "PolicyName": name, "PolicyDocument": text},
        )


def _tags(tags: Mapping[str, str]) -> list[Mapping[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
