"""What to type at the tool that made a thing, so that it neither deletes it nor fights for it.

Sources: CloudFormation's DeletionPolicy, which older accounts take along with another change only,
hence the metadata (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
aws-attribute-deletionpolicy.html); Terraform's removed block, since 1.7
(https://developer.hashicorp.com/terraform/language/block/removed); Pulumi's state move
(https://www.pulumi.com/docs/iac/cli/commands/pulumi_state_move/). Out: text.
"""

import shlex
from collections.abc import Sequence

from eks_pod_identity.adoption.holdings import Holding
from eks_pod_identity.observed.cloudformation import StackTemplate
from eks_pod_identity.observed.maker import Tool
from eks_pod_identity.planning.change import Kind

_RETAIN = '.Resources[] |= (.DeletionPolicy = "Retain" |\n    .Metadata.RetainedFor = "pulumi")'
# Behind `aws_`; those of a role's policies begin as the role's own does.
_TERRAFORM_TYPES = {
    Kind.ADDON: "eks_addon",
    Kind.ROLE: "iam_role",
    Kind.ASSOCIATION: "eks_pod_identity_association",
}


def retain_commands(template: StackTemplate, resource: str) -> str:
    """Return what makes a stack keep a role, and the policies on it, when it is deleted."""
    if template.is_of_cdk:
        return (
            "in the CDK program, on the role and on its policies\n"
            "role.applyRemovalPolicy(cdk.RemovalPolicy.RETAIN)\n"
            f"cdk deploy {template.name}\n"
            "then this command again"
        )
    kept = ", ".join(template.lost_with(resource))
    if not template.is_json:
        return (
            f"DeletionPolicy: Retain\non {kept} in its template, update the stack, then this again"
        )
    return (
        f"S={shlex.quote(template.name)}\n"
        "aws cloudformation get-template --stack-name $S --query TemplateBody |\n"
        f"  jq '{_RETAIN}' > $S.json\n"
        "aws cloudformation update-stack --stack-name $S --template-body file://$S.json \\\n"
        "  --capabilities CAPABILITY_NAMED_IAM\n"
        "aws cloudformation wait stack-update-complete --stack-name $S\n"
        "then this command again"
    )


def delete_commands(template: StackTemplate, tool: Tool) -> str:
    """Return what takes a stack away that keeps all it made."""
    if tool is Tool.CDK:
        return f"take them out of the CDK program, then\ncdk deploy {template.name}"
    return (
        f"S={shlex.quote(template.name)}\n"
        "aws cloudformation update-termination-protection --stack-name $S \\\n"
        "  --no-enable-termination-protection\n"
        "aws cloudformation delete-stack --stack-name $S"
    )


def left_commands(stacks: Sequence[str]) -> str:
    """Return how stacks go that made roles which the file does not use."""
    return (
        "no association of the file has a role of theirs; if nothing else does, delete them:\n"
        f"for S in {' '.join(map(shlex.quote, stacks))}; do\n"
        "  aws cloudformation update-termination-protection --stack-name $S \\\n"
        "    --no-enable-termination-protection\n"
        "  aws cloudformation delete-stack --stack-name $S\n"
        "done"
    )


def move_command(source: str, target: str) -> str:
    """Return what moves resources from one stack of Pulumi to another."""
    return (
        "in the program of that stack, with the URNs that pulumi stack --show-urns prints\n"
        f"pulumi state move --source {source} --dest {target} 'URN' 'URN'\n"
        "or take it out of that program, with retainOnDelete, then this command again"
    )


def terraform_blocks(things: Sequence[Holding]) -> str:
    """Return how Terraform lets go of things, by blocks or by commands."""
    types = "|".join(sorted({_TERRAFORM_TYPES[each.kind] for each in things}))
    return (
        "for the address of each, which is in\n"
        f"terraform state list | grep -E 'aws_({types})'\n"
        "write, in place of the module or resource that made it\n"
        "removed {\n"
        "  from = module.NAME # or aws_iam_role.NAME\n"
        "  lifecycle {\n"
        "    destroy = false\n"
        "  }\n"
        "}\n"
        "and terraform apply; or, without a block, terraform state rm 'ADDRESS'"
    )
