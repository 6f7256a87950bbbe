"""Templates of CloudFormation's stacks: what a stack would delete of what it made.

In: the names of stacks. Out: the templates of those that there are. Reads only.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.aws.parallel import read_each
from eks_pod_identity.aws.session import AwsSession
from eks_pod_identity.errors import ObservationError, Problem
from eks_pod_identity.observed.cloudformation import StackTemplate

_GONE = "does not exist"


def read_templates(session: AwsSession, names: Iterable[str]) -> dict[str, StackTemplate]:
    """Return the templates of stacks by name; a stack that was deleted has none.

    Raises:
        ObservationError: CloudFormation could not be read, or a template is not understood.
    """
    wanted = sorted(set(names))
    if not wanted:
        return {}
    client = session.cloudformation()
    found = read_each(wanted, lambda name: _read(client, name), "stacks")
    return {each.name: each for each in found if each}


def list_stack_names(session: AwsSession, prefix: str) -> tuple[str, ...]:
    """Return the stacks with names that begin so, sorted.

    Raises:
        ObservationError: CloudFormation could not be read.
    """
    try:
        pages = session.cloudformation().get_paginator("list_stacks").paginate()
        found = [each for page in pages for each in page["StackSummaries"]]
    except (ClientError, BotoCoreError) as error:
        raise observation_error(error, "the list of stacks") from error
    # Deleted stacks are listed for 90 days.
    there = (each for each in found if each["StackStatus"] != "DELETE_COMPLETE")
    return tuple(sorted(e["StackName"] for e in there if e["StackName"].startswith(prefix)))


def _read(client: Any, name: str) -> StackTemplate | None:  # noqa: ANN401 - boto3 makes it
    try:
        body = client.get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
    except (ClientError, BotoCoreError) as error:
        if isinstance(error, ClientError) and _GONE in error.response["Error"]["Message"]:
            return None
        raise observation_error(error, f'template of stack "{name}"') from error
    # boto3 reads JSON itself and hands YAML over as text.
    template = body if isinstance(body, Mapping) else _parse(name, body)
    return StackTemplate(name, template.get("Resources") or {}, isinstance(body, Mapping))


def _parse(name: str, text: str) -> Mapping[str, Any]:
    try:
        template = YAML(typ="safe", pure=True)
        template.Constructor = _Constructor
        found = template.load(text)
    except YAMLError as error:
        raise ObservationError([_unreadable(name, error)]) from error
    return found if isinstance(found, dict) else {}


class _Constructor(SafeConstructor):
    """Reads CloudFormation's short forms, such as `!Ref Role`, as lists of what they hold."""

    def short_form(self, _: str, node: Node) -> Any:  # noqa: ANN401 - YAML
        if isinstance(node, MappingNode):
            return [self.construct_mapping(node, deep=True)]
        if isinstance(node, SequenceNode):
            return [self.construct_sequence(node, deep=True)]
        return [self.construct_scalar(node)]


_Constructor.add_multi_constructor("!", _Constructor.short_form)


def _unreadable(name: str, error: Exception) -> Problem:
    return Problem(
        "stack-template-unreadable",
        "aws",
        f'the template of stack "{name}" is not understood',
        observed=tuple(str(error).splitlines()[:1]),
        help=(f"aws cloudformation get-template --stack-name {name} shows it",),
    )
