"""Who has a role or a service account, and so where a change has to be made.

Tags and labels say it: CloudFormation's are certain, Terraform's are a guess, what a Pulumi program
has is known from its state alone.
"""

import re
from dataclasses import dataclass

from eks_pod_identity.migration.inventory import RoleFacts
from eks_pod_identity.migration.steps import WriteBy
from eks_pod_identity.observed.cluster import ServiceAccountState
from eks_pod_identity.observed.maker import LOGICAL_ID_TAG, STACK_NAME_TAG
from eks_pod_identity.observed.ownership import MANAGED_BY_LABEL

KUBECTL = "kubectl"
PROGRAM = "Pulumi program"
# terraform-aws-iam with name_prefix: the provider adds a time and a counter, 26 digits.
_TERRAFORM_NAME = re.compile(r".*\d{26}")


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a role.

    Attributes:
        name: `unknown`, `cloudformation:STACK`, `pulumi:PROJECT/STACK` or `terraform?`.
        by: What says so.
        write: How a change of the trust policy gets to AWS.
    """

    name: str
    by: str
    write: WriteBy


def owner_of(role: RoleFacts) -> Owner:
    """Return who has a role."""
    if role.program:
        stack, name = role.program
        by = f"state of the stack: aws:iam/role:Role `{name}`"
        return Owner(f"pulumi:{stack}", by, WriteBy.FILE)
    if STACK_NAME_TAG in role.tags:
        by = f"role tags {STACK_NAME_TAG} and {LOGICAL_ID_TAG}"
        name = f"cloudformation:{role.tags[STACK_NAME_TAG]}"
        of_eksctl = role.stack is not None and role.stack.is_of_eksctl and not role.stack.cdk_path
        return Owner(name, by, WriteBy.STACK if of_eksctl else WriteBy.FILE)
    if guess := _terraform(role):
        return Owner("terraform?", guess, WriteBy.FILE)
    return Owner("unknown", "", WriteBy.IAM)


def _terraform(role: RoleFacts) -> str:
    tags = {key.lower().replace("-", "_"): value.lower() for key, value in role.tags.items()}
    for key in ("terraform", "managedby", "managed_by", "provisioner", "created_by", "createdby"):
        value = tags.get(key, "")
        if "terraform" in value or (key == "terraform" and value in {"true", "yes", "1"}):
            return f"tag {key}={value}"
    if any(key.startswith("terraform") for key in tags):
        return "tags"
    return (
        "a name that ends in Terraform's 26 digits" if _TERRAFORM_NAME.fullmatch(role.name) else ""
    )


def annotation_writer(account: ServiceAccountState, *, of_program: bool) -> tuple[str, str]:
    """Return who writes the annotation of a service account, and what says so."""
    labels, annotations = account.labels, account.annotations
    managed_by = labels.get(MANAGED_BY_LABEL, "")
    if of_program or managed_by == "pulumi" or any("pulumi.com/" in key for key in annotations):
        return PROGRAM, "its program"
    for key in labels:
        if key.startswith("aws.cdk.eks/prune-"):
            return "CDK app", f"label {key}"
    for key in ("argocd.argoproj.io/tracking-id", "argocd.argoproj.io/instance"):
        if key in labels or key in annotations:
            return "Argo CD", f"{'label' if key in labels else 'annotation'} {key}"
    for key in ("kustomize.toolkit.fluxcd.io/name", "helm.toolkit.fluxcd.io/name"):
        if key in labels:
            return "Flux", f"label {key}"
    if managed_by == "Helm" or "meta.helm.sh/release-name" in annotations:
        release = annotations.get("meta.helm.sh/release-name", "")
        return "Helm", f"release {release}" if release else f"label {MANAGED_BY_LABEL}: Helm"
    return KUBECTL, ""
