"""Rules as policies of Pulumi; what beside it knows pulumi_policy, import-linter lists.

In: rules. Out: policies that never raise. What is easy to get wrong with the SDK is done right
once: unknowns and proxies (`plain`), exceptions that end a whole deployment (`reading`), names that
are not unique. Levels are given with each policy and never by `initial_config`, which turns a
mandatory policy with properties into an advisory one.
"""

import gc
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pulumi_policy as sdk

from eks_pod_identity_policies.catalog import RULES
from eks_pod_identity_policies.reading import guarded, resource_of, stack_of
from eks_pod_identity_policies.remediation import Remediation, remediation_of
from eks_pod_identity_policies.rule import (
    Changes,
    Config,
    Framework,
    Level,
    ResourceRule,
    Rule,
    Severity,
    StackRule,
)
from eks_pod_identity_policies.serving import Analyzer, serve
from eks_pod_identity_policies.values import Plain

NAME = "eks-pod-identity-policies"
_SELDOM = 100_000  # objects, some 10 MB


def start() -> None:
    """Serve all rules to the engine; does not return."""
    # The collector would walk through all imported modules again and again, and find nothing: a
    # role of the corpus takes 0.31 ms instead of 0.36 ms. The process is the pack's alone.
    gc.freeze()
    gc.set_threshold(_SELDOM)
    serve(Analyzer(NAME, policies(RULES), RULES))


def policies(rules: Iterable[Rule]) -> list[sdk.Policy]:
    """Return the policies of rules.

    Raises:
        ValueError: Two rules have one name, of which the SDK would say nothing.
    """
    made = [_policy(rule) for rule in rules]
    if len({policy.name for policy in made}) < len(made):
        raise ValueError("two rules have one name")
    return made


def _policy(rule: Rule) -> sdk.Policy:
    # Our server asks the rules itself (`serving`), with the same answers; the SDK's asks these.
    if isinstance(rule, ResourceRule):
        return sdk.ResourceValidationPolicy(
            validate=_validate_resource(rule), remediate=_remediate(rule), **_metadata(rule)
        )
    if isinstance(rule, StackRule):
        return sdk.StackValidationPolicy(validate=_validate_stack(rule), **_metadata(rule))
    raise TypeError(f"no kind of rule: {type(rule).__name__}")


def _metadata(rule: Rule) -> dict[str, Any]:
    schema = {name: dict(each) for name, each in rule.config.items()}
    return {
        "name": rule.id,
        "description": rule.title,
        "enforcement_level": _LEVELS[rule.level],
        "severity": _SEVERITIES[rule.severity],
        "remediation_steps": rule.fix,
        "url": rule.source,
        "framework": _framework(rule.framework) if rule.framework else None,
        "tags": ["eks-pod-identity"],
        "config_schema": sdk.PolicyConfigSchema(schema) if schema else None,
    }


def _framework(framework: Framework) -> sdk.PolicyComplianceFramework:
    return sdk.PolicyComplianceFramework(
        name=framework.name,
        version=framework.version or None,
        reference=framework.control,
        specification=framework.title,
    )


def _validate_resource(
    rule: ResourceRule,
) -> Callable[[sdk.ResourceValidationArgs, sdk.ReportViolation], None]:
    def validate(args: sdk.ResourceValidationArgs, report: sdk.ReportViolation) -> None:
        if args.resource_type not in rule.types:
            return
        for finding in guarded(lambda: rule.judge(resource_of(args), _config(rule, args))):
            report(str(finding), None)

    return validate


def _remediate(rule: ResourceRule) -> Remediation | None:
    def changes_for(args: sdk.ResourceValidationArgs, sealed: Plain) -> Changes:
        resource = replace(resource_of(args), props=sealed)
        return rule.remedy.changes(resource, _config(rule, args)) if rule.remedy else {}

    return remediation_of(rule, changes_for)


def _validate_stack(
    rule: StackRule,
) -> Callable[[sdk.StackValidationArgs, sdk.ReportViolation], None]:
    def validate(args: sdk.StackValidationArgs, report: sdk.ReportViolation) -> None:
        for finding in guarded(lambda: rule.judge(stack_of(args), _config(rule, args))):
            report(str(finding), finding.urn or None)

    return validate


def _config(rule: Rule, args: sdk.ResourceValidationArgs | sdk.StackValidationArgs) -> Config:
    return Config(rule, args.get_config())


_LEVELS = {
    Level.ADVISORY: sdk.EnforcementLevel.ADVISORY,
    Level.MANDATORY: sdk.EnforcementLevel.MANDATORY,
}
_SEVERITIES = {
    Severity.LOW: sdk.Severity.LOW,
    Severity.MEDIUM: sdk.Severity.MEDIUM,
    Severity.HIGH: sdk.Severity.HIGH,
    Severity.CRITICAL: sdk.Severity.CRITICAL,
}
