"""Rules of ARNs: roles, managed policies, and the partition that all of them must be of."""

from collections.abc import Iterator, Sequence

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import is_policy_arn, is_role_arn, is_role_name, parse_arn

_SHOWN = 300  # the longest ARN of a role: path 512 aside, they are never cut

# AWS general reference, "Amazon Resource Names (ARNs)"; the rest is in `aws`.
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-iso-", "aws-iso"),
    ("us-isob-", "aws-iso-b"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("eusc-", "aws-eusc"),
)


def validate_role_arn(arn: str | None, scope: Scope) -> Iterator[Problem]:
    """A role is named by its ARN."""
    if arn is not None and not is_role_arn(arn):
        message = f"{quoted(arn, _SHOWN)} is not the ARN of a role"
        help_ = f"{scope.path[-1]}: arn:{scope.partition}:iam::111122223333:role/{_name(arn)}"
        yield scope.problem(Fault.ROLE_ARN_MALFORMED, message, help=[help_])


def validate_policy_arn(arn: str | None, scope: Scope) -> Iterator[Problem]:
    """A managed policy is named by its ARN."""
    if arn is not None and not is_policy_arn(arn):
        message = f"{quoted(arn, _SHOWN)} is not the ARN of a managed policy"
        iam = f"arn:{scope.partition}:iam:"
        name = _name(arn)
        help_ = f"write {iam}:111122223333:policy/{name}, or {iam}:aws:policy/{name}"
        yield scope.problem(Fault.POLICY_ARN_MALFORMED, message, help=[help_])


def _name(text: str) -> str:
    """Return a text that can be the name of what an ARN is wanted of, or a word for one."""
    return text if is_role_name(text) else "NAME"


def validate_policy_arns(arns: Sequence[str], scope: Scope) -> Iterator[Problem]:
    """Each managed policy is listed once and named by its ARN."""
    seen: dict[str, int] = {}
    for index, arn in enumerate(arns):
        yield from validate_policy_arn(arn, scope.at(index))
        if arn in seen:
            first = (*scope.path, seen[arn])
            yield scope.at(index).problem(
                Fault.POLICY_ARN_DUPLICATE,
                f"{quoted(arn, _SHOWN)} is listed twice",
                others=[first],
                help=["delete one of the two"],
            )
        seen.setdefault(arn, index)


def validate_partition(arn: str, region: str, scope: Scope) -> Iterator[Problem]:
    """Everything of a cluster lies in the partition of its region."""
    partition = partition_of(region)
    parsed = parse_arn(arn)
    if parsed and region and parsed.partition != partition:
        message = f'an ARN of partition "{parsed.partition}", but {region} is in "{partition}"'
        help_ = f"write {str(parsed).replace(parsed.partition, partition, 1)}"
        yield scope.problem(Fault.PARTITION_MISMATCH, message, help=[help_])


def partition_of(region: str) -> str:
    """Return the partition of a region."""
    return next((name for prefix, name in _PARTITIONS if region.startswith(prefix)), "aws")
