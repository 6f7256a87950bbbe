"""What a well-known policy is: the permissions that one controller needs, and their source.

In: the cluster's surroundings and, per policy, lists of ARNs that narrow it. Out: managed policy
ARNs and inline documents. Must not pick a wider scope than the one asked for.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Self, TypeAlias

from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import Document
from eks_pod_identity.names import AwsContext, parse_arn

Scope: TypeAlias = Mapping[str, Sequence[str]]
# Region, account and resource may hold wildcards, which `names.parse_arn` rightly refuses.
_ARN_PATTERN = re.compile(r"arn:aws[a-z-]*:([a-z0-9-]+):[a-z0-9*?-]*:[\d*?]*:(\S+)", re.ASCII)
_NOTHING: Scope = MappingProxyType({})
_CLUSTER = "cluster/"
PLACEHOLDERS = ("partition", "region", "account", "cluster")
_PLACEHOLDER = re.compile(r"(?<!\$)\{(\w*)\}")
# What an ARN of a service looks like; the words in capitals are for the reader to replace.
_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "acm-pca": "arn:{partition}:acm-pca:{region}:{account}:certificate-authority/ID",
        "aps": "arn:{partition}:aps:{region}:{account}:workspace/ID",
        "autoscaling": "arn:{partition}:autoscaling:{region}:{account}"
        ":autoScalingGroup:*:autoScalingGroupName/NAME",
        "elasticloadbalancing": "arn:{partition}:elasticloadbalancing:{region}:{account}"
        ":targetgroup/NAME/ID",
        "iam": "arn:{partition}:iam::{account}:role/NAME",
        "kms": "arn:{partition}:kms:{region}:{account}:key/ID",
        "route53": "arn:{partition}:route53:::hostedzone/ID",
        "s3": "arn:{partition}:s3:::BUCKET",
        "secretsmanager": "arn:{partition}:secretsmanager:{region}:{account}:secret:NAME-??????",
        "sqs": "arn:{partition}:sqs:{region}:{account}:NAME",
        "ssm": "arn:{partition}:ssm:{region}:{account}:parameter/NAME",
    }
)


@dataclass(frozen=True, slots=True)
class PolicyContext(AwsContext):
    """Where a controller runs; plain strings, known before the cluster exists."""

    cluster: str

    @classmethod
    def of(cls, context: AwsContext, cluster: str) -> Self:
        """Return the context of a cluster of this name."""
        return cls(context.partition, context.region, context.account, cluster)

    @classmethod
    def of_cluster(cls, cluster_arn: str) -> Self:
        """Return the context of the cluster that has this ARN.

        Raises:
            ValueError: The text is not the ARN of a cluster.
        """
        arn = parse_arn(cluster_arn)
        if arn is None or not arn.resource.startswith(_CLUSTER):
            raise ValueError(f"not the ARN of a cluster: {cluster_arn!r}")
        name = arn.resource.removeprefix(_CLUSTER)
        return cls(arn.partition, arn.region, arn.account, name)

    def arn(self, service: str, resource: str, *, region: str = "*", account: str = "*") -> str:
        """Return an ARN, or ARN pattern, of this partition."""
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"

    def local_arn(self, service: str, resource: str) -> str:
        """Return an ARN, or ARN pattern, of this region and account."""
        return self.arn(service, resource, region=self.region, account=self.account)

    def fill(self, template: str) -> str:
        """Return a template with its {partition}, {region}, {account} and {cluster} filled in.

        Variables of the policy language, such as ${aws:PrincipalTag/team}, stay as they are.
        """
        return _PLACEHOLDER.sub(
            lambda match: getattr(self, match[1]) if match[1] in PLACEHOLDERS else match[0],
            template,
        )

    def fill_scope(self, scope: Scope) -> Scope:
        """Return a scope whose ARNs may be templates with all of them filled in."""
        return {name: tuple(map(self.fill, arns)) for name, arns in scope.items()}

    def managed_policy(self, name: str) -> str:
        """Return the ARN of a policy that AWS manages; the name may have a path."""
        return self.arn("iam", f"policy/{name}", region="", account="aws")


@dataclass(frozen=True, slots=True)
class Permissions:
    """What goes onto a role.

    Attributes:
        managed: ARNs of managed policies to attach.
        inline: Inline policies, name and document; names do not depend on the context.
    """

    managed: tuple[str, ...] = ()
    inline: tuple[tuple[str, Document], ...] = ()


@dataclass(frozen=True, slots=True)
class ScopeArgument:
    """A list of ARNs that narrows a policy, or adds a statement to it.

    Attributes:
        name: Name of the argument, plural.
        description: What the ARNs are of, and what their absence means.
        services: Services whose ARNs fit.
        default: Pattern used if the argument is absent; may name {partition}, {region}, {account}
            and {cluster}. Without one, absence means nothing is granted.
        required: The policy cannot be written without.
        resource: Pattern of the ARN's last part.
    """

    name: str
    description: str
    services: tuple[str, ...]
    default: str = ""
    required: bool = False
    resource: str = r"\S+"

    def resolve(self, context: PolicyContext, scope: Scope) -> tuple[str, ...]:
        """Return the ARNs given, else the default, else none."""
        if self.name in scope:
            return tuple(scope[self.name])
        return (context.fill(self.default),) if self.default else ()

    def example(self, context: PolicyContext) -> str:
        """Return what an ARN that fits looks like."""
        return context.fill(_EXAMPLES[self.services[0]])

    def accepts(self, arn: str) -> bool:
        """Tell whether the text is an ARN, or ARN pattern, that fits."""
        match = _ARN_PATTERN.fullmatch(arn)
        return (
            match is not None
            and match[1] in self.services
            and re.fullmatch(self.resource, match[2]) is not None
        )


@dataclass(frozen=True, slots=True)
class WellKnownPolicy:
    """The permissions of one controller.

    Attributes:
        key: Name in `wellKnownPolicies`; eksctl's where eksctl has one.
        title: Name of the controller.
        source: Public page or file that the permissions were taken from.
        upstream_version: Release of the controller that the page belonged to when it was read.
        checked: Date of the newest upstream state that this policy was compared with.
        description: What the policy allows, and what it leaves out.
        write: Builds the permissions from a context and a complete scope.
        arguments: Lists of ARNs it takes, in the order to show them.
    """

    key: str
    title: str
    source: str
    upstream_version: str
    checked: date
    description: str
    write: Callable[[PolicyContext, Scope], Permissions] = field(repr=False)
    arguments: tuple[ScopeArgument, ...] = ()

    def build(self, context: PolicyContext, scope: Scope = _NOTHING) -> Permissions:
        """Return the permissions for a cluster.

        Raises:
            ValueError: The scope has problems; `validate_scope` tells them all.
        """
        if problems := self.validate_scope(scope, address=self.key):
            raise ValueError("\n".join(map(str, problems)))
        return self.write(context, self._resolve(context, scope))

    def draft(self, context: PolicyContext, scope: Scope = _NOTHING) -> Permissions:
        """Return the permissions with examples for what is required and not given, to be shown."""
        missing = {each.name: (each.example(context),) for each in self.arguments if each.required}
        return self.write(context, self._resolve(context, {**missing, **scope}))

    def _resolve(self, context: PolicyContext, scope: Scope) -> Scope:
        return {each.name: each.resolve(context, scope) for each in self.arguments}

    def validate_scope(self, scope: Scope, *, address: str) -> tuple[Problem, ...]:
        """Return what is wrong with a scope.

        Args:
            scope: The arguments as the user gave them.
            address: Place of the well-known policy in the user's own spelling.
        """
        known = {each.name: each for each in self.arguments}
        given = (
            _argument_problems(known[name], arns, f"{address}.{name}")
            if name in known
            else [self._unknown(name, address)]
            for name, arns in scope.items()
        )
        missing = (
            self._missing(each, address)
            for each in self.arguments
            if each.required and each.name not in scope
        )
        return tuple(chain(chain.from_iterable(given), missing))

    def _unknown(self, name: str, address: str) -> Problem:
        names = ", ".join(each.name for each in self.arguments)
        return Problem(
            id="well-known-argument-unknown",
            address=f"{address}.{name}",
            message=f'well-known policy {self.key} takes no argument "{name}"',
            help=(f"it takes {names}" if names else "it takes no arguments",),
        )

    def _missing(self, argument: ScopeArgument, address: str) -> Problem:
        return Problem(
            id="well-known-argument-missing",
            address=address,
            message=f"well-known policy {self.key} has no {argument.name}",
            help=(f"set {argument.name}: {argument.description}",),
        )


def _argument_problems(
    argument: ScopeArgument, arns: Sequence[str], address: str
) -> Iterator[Problem]:
    services = " or ".join(argument.services)
    if isinstance(arns, str) or not isinstance(arns, Sequence):
        yield Problem(
            id="well-known-argument-not-list",
            address=address,
            message=f"{arns!r} is not a list of ARNs",
            help=(f'["{arns}"]' if isinstance(arns, str) else "give a list",),
        )
        return
    if not arns:
        yield Problem(
            id="well-known-argument-empty",
            address=address,
            message=f"{argument.name} is an empty list",
            help=(f"name at least one ARN of {services}, or leave {argument.name} out",),
        )
    for index, arn in enumerate(arns):
        if not isinstance(arn, str) or not argument.accepts(arn):
            yield Problem(
                id="well-known-argument-not-arn",
                address=f"{address}[{index}]",
                message=f'"{arn}" is not an ARN of {services} that fits',
                help=(f"{argument.name} takes: {argument.description}",),
            )


def unknown_placeholders(template: str) -> tuple[str, ...]:
    """Return what stands in braces and is none of those that `PolicyContext.fill` knows."""
    names = (match[1] for match in _PLACEHOLDER.finditer(template))
    return tuple(name for name in dict.fromkeys(names) if name not in PLACEHOLDERS)


def merge_permissions(parts: Iterable[Permissions]) -> Permissions:
    """Return the permissions of one role from those of several policies, each thing once."""
    listed = tuple(parts)
    managed = dict.fromkeys(chain.from_iterable(part.managed for part in listed))
    inline = dict(chain.from_iterable(part.inline for part in listed))
    return Permissions(tuple(managed), tuple(inline.items()))
