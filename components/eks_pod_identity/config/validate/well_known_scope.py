"""Rules of `wellKnownPolicyScopes`: ARNs, or templates of them, that narrow well-known policies.

wellKnownPolicyScopes:
externalDNS: {hostedZoneARNs: ["arn:{partition}:route53:::hostedzone/Z1"]}
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.nearest import nearest_of
from eks_pod_identity.config.pattern import AssociationPattern
from eks_pod_identity.config.section import eksctl_key
from eks_pod_identity.config.validate.permission import EXAMPLE_CONTEXT, unknown_policy
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import enumerated, quoted
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.well_known import (
    PLACEHOLDERS,
    WELL_KNOWN_POLICIES,
    ScopeArgument,
    WellKnownPolicy,
    unknown_placeholders,
)

_KEY = "wellKnownPolicyScopes"
_SHOWN = 200


def validate_well_known_scopes(entry: AssociationPattern, scope: Scope) -> Iterator[Problem]:
    """Each scope is that of a policy that is switched on, and of its arguments."""
    for key, given in entry.well_known_policy_scopes.items():
        at = scope.at(_KEY, key)
        policy = WELL_KNOWN_POLICIES.get(key)
        if policy is None:
            yield unknown_policy(key, at)
        elif not entry.well_known_policies.get(key):
            yield at.problem(
                Fault.WELL_KNOWN_SCOPE_WITHOUT_POLICY,
                f"a scope for {quoted(key)}, which is not switched on",
                help=[f"add to wellKnownPolicies:\n{key}: true", "delete the scope"],
            )
        if policy is None:
            continue
        for name, arns in given.items():
            yield from _validate_argument(policy, name, arns, at.at(name))


def _validate_argument(
    policy: WellKnownPolicy, name: str, arns: Sequence[str], scope: Scope
) -> Iterator[Problem]:
    arguments = {eksctl_key(each.name): each for each in policy.arguments}
    argument = arguments.get(name)
    if argument is None:
        yield _unknown(policy, name, arguments, scope)
    elif not arns:
        yield scope.problem(
            Fault.WELL_KNOWN_ARGUMENT_EMPTY,
            f"{name} is an empty list",
            help=[f"name at least one ARN, or delete {name}"],
        )
    else:
        for index, arn in enumerate(arns):
            yield from _validate_arn(argument, name, arn, scope.at(index))


def _unknown(
    policy: WellKnownPolicy, name: str, arguments: dict[str, ScopeArgument], scope: Scope
) -> Problem:
    known = frozenset(arguments)
    nearest = nearest_of(name, known)
    takes = f"it takes {enumerated(sorted(known))}" if known else "it takes no arguments"
    return scope.problem(
        Fault.WELL_KNOWN_ARGUMENT_UNKNOWN,
        f"well-known policy {policy.key} takes no argument {quoted(name)}",
        help=[f"write {nearest}" if nearest else takes],
    )


def _validate_arn(argument: ScopeArgument, name: str, arn: str, scope: Scope) -> Iterator[Problem]:
    context = replace(EXAMPLE_CONTEXT, partition=scope.partition)
    if unknown := unknown_placeholders(arn):
        yield scope.problem(
            Fault.WELL_KNOWN_PLACEHOLDER_UNKNOWN,
            f"nothing is known for {{{unknown[0]}}}",
            help=[f"known are {enumerated([f'{{{each}}}' for each in PLACEHOLDERS])}"],
        )
    elif not argument.accepts(context.fill(arn)):
        yield scope.problem(
            Fault.WELL_KNOWN_ARGUMENT_NOT_ARN,
            f"{quoted(arn, _SHOWN)} is not an ARN that {name} takes",
            help=[f"write it as in {argument.example(context)}"],
        )
