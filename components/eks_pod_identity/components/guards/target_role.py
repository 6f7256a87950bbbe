"""What TargetRole asks of its arguments, of its providers and of the account it works in.

In: arguments as a program gives them, and what the providers say. Out: problems. A target role has
its halves in two accounts, so whatever is known of both is held together before either is changed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

from eks_pod_identity.aws.provider_errors import provider_problem
from eks_pod_identity.components.guards.arguments import association_problems
from eks_pod_identity.config import Fault
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import (
    Arn,
    ServiceAccountRef,
    external_id,
    is_role_arn,
    parse_arn,
)
from eks_pod_identity.observed.ownership import STACK_TAG, tag_value
from eks_pod_identity.planning.argument_fault import ArgumentFault
from eks_pod_identity.planning.fault import PlanFault

_ID_LENGTH = 12
_NOT_OF_TARGETS = frozenset({Fault.ASSOCIATION_WITHOUT_PERMISSIONS.id})


def target_role_problems(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the arguments of a TargetRole."""
    account = args["account"]
    if not (account.isdigit() and len(account) == _ID_LENGTH):
        yield Problem(
            ArgumentFault.TARGET_ACCOUNT_MALFORMED.id,
            f"{name}.account",
            f'"{account}" is not a 12-digit account id',
            help=('account="444455556666"',),
        )
    yield from _role_problems(name, args)
    if not args["associations"]:
        yield Problem(
            ArgumentFault.TARGET_WITHOUT_ASSOCIATION.id,
            f"{name}.associations",
            "empty, so nobody could assume the role",
            help=("name cluster_arn, namespace, service_account and source_role_arn of one",),
        )
    for index, entry in enumerate(args["associations"]):
        yield from _entry_problems(f"{name}.associations[{index}]", entry)
    yield from _duplicates(name, args)


def _role_problems(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    described = {key: value for key, value in args.items() if key != "associations"}
    stand_in = {"namespace": "stand-in", "service_account": "stand-in"}
    for problem in association_problems(name, {**described, **stand_in}):
        if problem.id not in _NOT_OF_TARGETS:
            yield problem


def _entry_problems(address: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    pair = {key: entry[key] for key in ("namespace", "service_account")}
    for problem in association_problems(address, pair):
        if problem.id not in _NOT_OF_TARGETS:
            yield problem
    cluster = cluster_of(entry)
    if cluster is None:
        yield Problem(
            ArgumentFault.TARGET_CLUSTER_ARN_MALFORMED.id,
            f"{address}.cluster_arn",
            f'"{entry["cluster_arn"]}" is not the ARN of a cluster',
            help=("arn:aws:eks:REGION:ACCOUNT:cluster/NAME",),
        )
    source = entry["source_role_arn"]
    if cluster and isinstance(source, str):
        yield from source_problems(address, source, cluster)
    if cluster and isinstance(given := entry.get("external_id"), str):
        expected = expected_of(cluster, entry)
        yield from external_id_problems(f"{address}.external_id", given, expected)


def expected_of(cluster: Arn, entry: Mapping[str, Any]) -> str:
    """Return the external id that EKS gives an association, by the form of the EKS user guide."""
    ref = ServiceAccountRef(entry["namespace"], entry["service_account"])
    name = cluster.resource.removeprefix("cluster/")
    return external_id(cluster.region, cluster.account, name, ref)


def cluster_of(entry: Mapping[str, Any]) -> Arn | None:
    """Return the parts of the ARN of an association's cluster, if it is one."""
    arn = parse_arn(entry["cluster_arn"])
    is_one = arn and arn.service == "eks" and arn.account and arn.resource.startswith("cluster/")
    return arn if is_one else None


def source_problems(address: str, source: str, cluster: Arn) -> Iterator[Problem]:
    """Yield why a role cannot be that of an association in a cluster.

    Args:
        address: The entry that names both.
        source: The ARN of the role.
        cluster: The ARN of the cluster.
    """
    if not is_role_arn(source):
        yield Problem(
            Fault.ROLE_ARN_MALFORMED.id,
            f"{address}.source_role_arn",
            f'"{source}" is not the ARN of an IAM role',
            help=(f"arn:{cluster.partition}:iam::{cluster.account}:role/NAME",),
        )
    elif (arn := parse_arn(source)) and arn.account != cluster.account:
        yield Problem(
            ArgumentFault.TARGET_SOURCE_OF_ANOTHER_ACCOUNT.id,
            f"{address}.source_role_arn",
            f"{source} is not of account {cluster.account}, where the cluster is",
            help=("give the role of the association, not the target role",),
        )


def external_id_problems(name: str, given: str, expected: str) -> Iterator[Problem]:
    """Yield that two external ids of one association differ."""
    if given != expected:
        yield Problem(
            ArgumentFault.EXTERNAL_ID_DIFFERS.id,
            name,
            f'EKS gave the external id "{given}", and the trust of a target role asks for'
            f' "{expected}"',
            help=("look at region, cluster, namespace and service account on both sides",),
        )


def _duplicates(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    seen: dict[tuple[str, ...], int] = {}
    for index, entry in enumerate(args["associations"]):
        key = entry["cluster_arn"], entry["namespace"], entry["service_account"]
        if key in seen:
            yield Problem(
                Fault.ASSOCIATION_DUPLICATE.id,
                f"{name}.associations[{index}]",
                f"{key[1]}/{key[2]} is listed twice, and a service account has one association",
                help=(f"delete this or associations[{seen[key]}]",),
            )
        seen.setdefault(key, index)


def provider_of_account(name: str, provider: object) -> str | Problem:
    """Return the account of an AWS provider, or why it cannot be known.

    Args:
        name: The argument that gives it, for messages.
        provider: The provider.
    """
    if not isinstance(provider, pulumi.ProviderResource) or provider.package != "aws":
        return Problem(
            Fault.WRONG_TYPE.id, name, "expected an AWS provider", help=('aws.Provider("NAME")',)
        )
    try:
        found = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider))
    except Exception as error:  # noqa: BLE001 - the SDK has no class of its own for a function that fails
        return provider_problem(str(error), "cannot tell the account", name)
    return found.account_id


def account_problems(name: str, provider_account: str, account: str) -> Iterator[Problem]:
    """Yield that a provider is of another account.

    Args:
        name: The argument or component that is given the provider.
        provider_account: Of the provider.
        account: That it should be of.
    """
    if provider_account != account:
        yield Problem(
            ArgumentFault.TARGET_PROVIDER_OF_ANOTHER_ACCOUNT.id,
            name,
            f"the provider is of account {provider_account}, and this half is of {account}",
            help=(f'aws.Provider("NAME", profile="A PROFILE OF {account}")',),
        )


def taken_problems(
    component: pulumi.ComponentResource, name: str, role_name: str
) -> Iterator[Problem]:
    """Yield that a foreign role has the name, or that the account cannot be looked into.

    Asked through the component's provider: the program's own credentials are of another account.
    """
    try:
        found = aws.iam.get_role(name=role_name, opts=pulumi.InvokeOptions(parent=component))
    except Exception as error:  # noqa: BLE001 - the SDK has no class of its own for a function that fails
        if "NoSuchEntity" not in str(error) and "couldn't find resource" not in str(error):
            yield _unreadable(name, role_name, str(error))
        return
    stack = tag_value(f"{pulumi.get_project()}/{pulumi.get_stack()}")
    if found.tags.get(STACK_TAG) != stack:
        maker = found.tags.get(STACK_TAG)
        yield Problem(
            PlanFault.ROLE_EXISTS.id,
            f"{name}.role_name",
            f"there is a role {role_name} that "
            + (f'stack "{maker}" made' if maker else "something else made"),
            observed=(found.arn,),
            help=(
                "give the role another role_name",
                f'if this stack has it already, tag it {STACK_TAG}="{stack}"',
            ),
        )


def _unreadable(name: str, role_name: str, error: str) -> Problem:
    return Problem(
        ArgumentFault.TARGET_ACCOUNT_UNREADABLE.id,
        name,
        f"cannot look for role {role_name} in its account",
        observed=(error.strip().splitlines()[-1],),
        help=("allow the provider's credentials iam:GetRole on the role",),
    )
