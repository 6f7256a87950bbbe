"""A thing of AWS in the form that rules judge: a resource of pulumi-aws."""

from collections.abc import Mapping
from dataclasses import dataclass

from eks_pod_identity.audit.subject import Subject
from eks_pod_identity_policies.resource import ADDON, ASSOCIATION, ROLE, SERVICE_ACCOUNT, Resource
from eks_pod_identity_policies.values import Plain

CLUSTER = "aws:eks/cluster:Cluster"
POLICY = "aws:iam/policy:Policy"
INLINE_POLICY = "aws:iam/rolePolicy:RolePolicy"
READ_TYPES = frozenset({ADDON, ASSOCIATION, CLUSTER, INLINE_POLICY, POLICY, ROLE, SERVICE_ACCOUNT})
"""The types of resources that an audit sees."""


@dataclass(frozen=True, slots=True)
class Observed:
    """A resource with what it stands for.

    Attributes:
        resource: As rules see it; its URN is an ARN, or begins with its cluster's.
        subject: As people call it.
        part: The part of the subject that it is, for messages; empty if it is the whole.
        judged: Whether it is asked for, or only seen beside others.
    """

    resource: Resource
    subject: Subject
    part: str = ""
    judged: bool = True


def given(props: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return the properties that have a value, as a program that leaves out the others."""
    return {name: value for name, value in props.items() if value is not None}
