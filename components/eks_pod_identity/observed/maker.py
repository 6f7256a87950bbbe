"""Which tool made a thing, as its tags say.

    tags                                               tool
    aws:cloudformation:stack-name, alpha.eksctl.io/…   eksctl, by a stack of CloudFormation
    aws:cloudformation:stack-name                      CloudFormation, or the CDK by its template
    eks-pod-identity/stack                             a stack of Pulumi, by these components
    a key or value that says terraform or opentofu     Terraform: a guess, for it puts no tag of its
                                                       own on anything

CloudFormation's tags: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
aws-properties-resource-tags.html; they stay on what a stack retains. In: tags. Out: makers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from eks_pod_identity.observed.ownership import STACK_TAG

STACK_NAME_TAG = "aws:cloudformation:stack-name"
LOGICAL_ID_TAG = "aws:cloudformation:logical-id"
_EKSCTL = "alpha.eksctl.io/"
_TERRAFORM_KEY = re.compile(r"terraform|opentofu|tofu", re.IGNORECASE)
_MAKER_KEY = re.compile(
    r"(managed|created|provisioned|deployed)[-_ ]?(by|with)|provisioner|iac|tool|githubrepo",
    re.IGNORECASE,
)
_NO = frozenset({"", "false", "no", "0"})


class Tool(Enum):
    """What makes things in AWS."""

    EKSCTL = "eksctl"
    CLOUDFORMATION = "CloudFormation"
    CDK = "CDK"
    PULUMI = "Pulumi"
    TERRAFORM = "Terraform"


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a thing.

    Attributes:
        tool: The tool.
        stack: The stack of CloudFormation, or `project/stack` of Pulumi; empty for a guess.
        resource: What the stack of CloudFormation calls it.
        is_guess: Whether the tags suggest it only.
    """

    tool: Tool
    stack: str = ""
    resource: str = ""
    is_guess: bool = False

    def __str__(self) -> str:
        if self.is_guess:
            return f"{self.tool.value}?"
        return f"{self.tool.value} {self.stack}"


def makers_of(tags: Mapping[str, str]) -> tuple[Maker, ...]:
    """Return who made a thing; several if its tags are at odds, none if they do not say."""
    return tuple(_makers(tags))


def _makers(tags: Mapping[str, str]) -> Iterator[Maker]:
    if stack := tags.get(STACK_NAME_TAG):
        by_eksctl = any(key.startswith(_EKSCTL) for key in tags)
        tool = Tool.EKSCTL if by_eksctl else Tool.CLOUDFORMATION
        yield Maker(tool, stack, tags.get(LOGICAL_ID_TAG, ""))
    if stack := tags.get(STACK_TAG):
        yield Maker(Tool.PULUMI, stack)
    if any(_says_terraform(*each) for each in tags.items()):
        yield Maker(Tool.TERRAFORM, is_guess=True)


def _says_terraform(key: str, value: str) -> bool:
    if _TERRAFORM_KEY.search(key):
        return value.strip().lower() not in _NO
    return bool(_MAKER_KEY.search(key) and _TERRAFORM_KEY.search(value))
