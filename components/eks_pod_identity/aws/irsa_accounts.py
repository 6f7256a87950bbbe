"""What IAM and CloudFormation know of roles for pods: trust policies, providers, owners.

ListRoles shows trust policies, so only roles that trust an identity provider or EKS Pod Identity,
or that something names, cost a further call, for their tags.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import is_not_found, observation_error
from eks_pod_identity.aws.parallel import Progress, no_progress, read_each
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL
from eks_pod_identity.migration.inventory import Provider, RoleFacts, Stack
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.maker import LOGICAL_ID_TAG, STACK_NAME_TAG

if TYPE_CHECKING:
    from types_boto3_iam import IAMClient

_STACK_ID_TAG = "aws:cloudformation:stack-id"
_CDK_PATH = "aws:cdk:path"


def observe_providers(iam: "IAMClient") -> tuple[Provider, ...]:
    """Return the OIDC providers of the caller's account.

    Raises:
        ObservationError: AWS could not be read.
    """
    try:
        listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
        arns = sorted(each["Arn"] for each in listed)
        return tuple(read_each(arns, lambda arn: _provider(iam, arn), "OIDC providers"))
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, "the OIDC providers") from error


def _provider(iam: "IAMClient", arn: str) -> Provider:
    answer = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    parts = parse_arn(arn)
    host = answer["Url"].removeprefix("https://")
    ids = tuple(answer.get("ClientIDList", ()))
    return Provider(arn, parts.account if parts else "", host, ids)


def observe_irsa_roles(
    session: AwsSession, wired: Iterable[str], progress: Progress = no_progress
) -> dict[str, RoleFacts]:
    """Return the roles of the caller's account that tokens or pods may assume, and those named.

    Args:
        session: Whose account.
        wired: ARNs of roles that something names; those of other accounts are ignored.
        progress: Who is told.

    Raises:
        ObservationError: AWS could not be read.
    """
    iam, named = session.iam(), set(wired)
    found = [each for each in _listed(iam) if each.arn in named or _is_for_pods(each.trust)]
    tagged = read_each(found, lambda each: _with_tags(iam, each), "roles", progress)
    return {each.arn: each for each in _with_stacks(session, tagged)}


def _listed(iam: "IAMClient") -> Iterator[RoleFacts]:
    try:
        pages = iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 1000})
        for page in pages:
            for role in page["Roles"]:
                arn = parse_arn(role["Arn"])
                trust = cast("Mapping[str, Any]", role["AssumeRolePolicyDocument"])
                yield RoleFacts(
                    role["Arn"], role["RoleName"], arn.account if arn else "", dict(trust)
                )
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, "the list of roles") from error


def _is_for_pods(trust: Mapping[str, Any]) -> bool:
    text = json.dumps(trust)
    return ":oidc-provider/" in text or SERVICE_PRINCIPAL in text


def _with_tags(iam: "IAMClient", role: RoleFacts) -> RoleFacts:
    try:
        pages = iam.get_paginator("list_role_tags").paginate(RoleName=role.name)
        tags = {tag["Key"]: tag["Value"] for page in pages for tag in page["Tags"]}
    except (ClientError, BotoCoreError) as error:
        if is_not_found(error):
            return role  # deleted since it was listed; its next reader learns that
        raise observation_error(error, f'the tags of role "{role.name}"') from error
    return replace(role, tags=tags)


def _with_stacks(session: AwsSession, roles: Iterable[RoleFacts]) -> Iterator[RoleFacts]:
    """Yield roles with the stacks that have them, each stack asked once."""
    known: dict[str, tuple[Mapping[str, str], Any]] = {}
    for each in roles:
        name = each.tags.get(STACK_NAME_TAG)
        if name is None:
            yield each
            continue
        stack_id = each.tags.get(_STACK_ID_TAG, name)
        if stack_id not in known:
            known[stack_id] = _stack(session, stack_id)
        tags, template = known[stack_id]
        logical = each.tags.get(LOGICAL_ID_TAG, "")
        path = _cdk_path(template, logical)
        yield replace(each, stack=Stack(name, _region(stack_id), logical, tags, path))


def _region(stack_id: str) -> str:
    arn = parse_arn(stack_id)
    return arn.region if arn else ""


def _stack(session: AwsSession, stack_id: str) -> tuple[Mapping[str, str], Any]:
    client = session.cloudformation(_region(stack_id) or None)
    try:
        stack = client.describe_stacks(StackName=stack_id)["Stacks"][0]
        template = client.get_template(StackName=stack_id)["TemplateBody"]
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and "does not exist" in str(error):
            return {}, ""  # the tags of a role outlive the stack that retained it
        raise observation_error(error, f'stack "{stack_id}"') from error
    return {tag["Key"]: tag["Value"] for tag in stack.get("Tags", ())}, template


def _cdk_path(template: object, logical_id: str) -> str:
    """Return what CDK calls a resource; templates are JSON, or YAML as text."""
    if isinstance(template, str):
        try:
            template = json.loads(template)
        except ValueError:
            found = re.search(
                rf"^  {re.escape(logical_id)}:\n(?:(?:   .*)?\n)*? +{_CDK_PATH}: *(\S+)",
                str(template),
                re.MULTILINE,
            )
            return found[1] if found else ""
    if not isinstance(template, Mapping):
        return ""
    resource = template.get("Resources", {}).get(logical_id, {})
    return str(resource.get("Metadata", {}).get(_CDK_PATH, ""))
