"""All problem ids and what they mean, whoever tells them: one catalogue for the page of problems.

Those of a file and of a plan are listed where they are found (`config.fault`, `planning.fault`),
AWS's refusals in `aws.known_errors`; the table here has the rest. An id states the bad thing, is
never renamed and never reused.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from eks_pod_identity.adoption.fault import AdoptionFault
from eks_pod_identity.aws.known_errors import KNOWN_ERRORS
from eks_pod_identity.config import Fault
from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.errors import FaultKind, Severity
from eks_pod_identity.migration.fault import MigrationFault
from eks_pod_identity.migration.finding import FindingKind, Level
from eks_pod_identity.planning.addon_fault import AddonFault
from eks_pod_identity.planning.argument_fault import ArgumentFault
from eks_pod_identity.planning.fault import PlanFault
from eks_pod_identity.review.fault import ReviewFault


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """An id.

    Attributes:
        id: Kebab-case name, printed in brackets behind the message.
        meaning: One sentence.
        severity: Error or warning.
    """

    id: str
    meaning: str
    severity: Severity = Severity.ERROR


_WELL_KNOWN: Mapping[str, str] = {
    "well-known-argument-missing": "A well-known policy needs ARNs that are not given.",
    "well-known-argument-not-list": "An argument of a well-known policy is not a list.",
}
_AWS: Mapping[str, str] = {
    "aws-account-not-allowed": "Pulumi's configuration shuts the account out.",
    "aws-client-error": "boto3 could not make the call; its words stand below the message.",
    "aws-config-unreadable": "The AWS configuration file is missing or cannot be read.",
    "aws-credentials-expired": "The AWS sign-in has expired.",
    "aws-credentials-missing": "No AWS credentials were found, or they are incomplete.",
    "aws-endpoint-malformed": "AWS_ENDPOINT_URL is not a URL.",
    "aws-profile-unknown": "The AWS profile does not exist.",
    "aws-provider-error": "Pulumi's AWS provider failed; its words stand below the message.",
    "aws-refused": "AWS refused a call for a reason that is not known here; its words stand below "
    "the message.",
    "aws-region-malformed": "No AWS region has this name.",
    "aws-region-missing": "No AWS region is set.",
    "aws-unreachable": "AWS cannot be reached.",
    "stack-template-unreadable": "The template of a stack of CloudFormation is not understood.",
}

_STACK: tuple[ProblemKind, ...] = (
    ProblemKind("pulumi-missing", "The Pulumi command line is not on PATH."),
    ProblemKind("pulumi-failed", "Pulumi refused a step; its words stand below the message."),
    ProblemKind("stack-unreadable", "Pulumi finds no program or no stack."),
    ProblemKind(
        "checkpoint-lost", "The state of a stack is cut off, and so is each copy beside it."
    ),
    ProblemKind("stack-locked", "An update holds the stack, and may still run."),
    ProblemKind("run-still-runs", "A run of `eks-pod-identity up` has not ended."),
    ProblemKind("run-cut-off", "The run before was killed before its state was saved."),
    ProblemKind("run-not-saved", "The engine ended before it had saved the state."),
    ProblemKind("state-unwritable", "The folder of the state cannot be written, or is full."),
    ProblemKind(
        "program-fails",
        "The program does not run to its end, so a recovery looks at pending operations alone.",
        Severity.WARNING,
    ),
    ProblemKind(
        "accounts-unseen",
        "Service accounts of the cluster cannot be read, so a recovery does not look for those "
        "that were made without an answer.",
        Severity.WARNING,
    ),
    ProblemKind(
        "object-foreign",
        "A Kubernetes object that a run was about to make was there before.",
        Severity.WARNING,
    ),
    ProblemKind("aws-account-differs", "The credentials are not of the account of the stack."),
    ProblemKind("aws-caller-unknown", "AWS does not say which caller the credentials belong to."),
)
_KUBERNETES: Mapping[str, str] = {
    "kubeconfig-command-failed": "The command that a kubeconfig names gives no credentials.",
    "kubeconfig-unusable": "A kubeconfig that was named leads to no cluster.",
}
_AUDIT: Mapping[str, str] = {
    "audit-config-level": "A rule is given a level that there is not.",
    "audit-config-malformed": "The configuration of rules is no JSON object, or has a key twice.",
    "audit-config-property-unknown": "A rule is given a property that it does not have.",
    "audit-config-rule-unknown": "No rule has this id.",
    "audit-config-value": "The value of a rule's property does not fit.",
}


def problem_catalog() -> dict[str, tuple[ProblemKind, ...]]:
    """Return all kinds of problems by section, each id in the first section that has it."""
    sections: dict[str, Iterable[ProblemKind]] = {
        "In a file": _of_faults(Fault),
        "Between a file and the cluster": _of_faults(PlanFault),
        "In the arguments of a component": (*_of_faults(ArgumentFault), *_of_table(_WELL_KNOWN)),
        "Between add-ons and EKS": _of_faults(AddonFault),
        "In a Pulumi stack": _STACK,
        "In an adoption": _of_faults(AdoptionFault),
        "In the configuration of rules": _of_table(_AUDIT),
        "In the input of a review": _of_reviews(),
        "What `doctor` finds": _of_faults(DoctorFault),
        "In a migration from IRSA": (*_of_faults(MigrationFault), *_of_findings()),
        "On the way to AWS": _of_table(_AWS),
        "On the way to Kubernetes": _of_table(_KUBERNETES),
        "In AWS's answers": _of_answers(),
    }
    told: set[str] = set()
    catalog: dict[str, tuple[ProblemKind, ...]] = {}
    for section, kinds in sections.items():
        new = {kind.id: kind for kind in kinds if kind.id not in told}
        told |= new.keys()
        catalog[section] = tuple(new.values())
    return catalog


def _of_faults(faults: Iterable[FaultKind]) -> Iterator[ProblemKind]:
    return (ProblemKind(fault.id, fault.meaning, fault.severity) for fault in faults)


def _of_findings() -> Iterator[ProblemKind]:
    """Yield what `migrate` finds: a blocker stops its service account, nothing else."""
    for kind in FindingKind:
        is_error = kind.level is Level.BLOCKER
        severity = Severity.ERROR if is_error else Severity.WARNING
        yield ProblemKind(kind.id, kind.meaning, severity)


def _of_reviews() -> Iterator[ProblemKind]:
    return (ProblemKind(fault.id, fault.meaning) for fault in ReviewFault)


def _of_table(meanings: Mapping[str, str]) -> Iterator[ProblemKind]:
    return (ProblemKind(id_, meaning) for id_, meaning in meanings.items())


def _of_answers() -> Iterator[ProblemKind]:
    # Texts stand above the codes they come with, so the first cause of an id is the closest.
    first = {known.id: known.cause for known in reversed(KNOWN_ERRORS)}
    for known in KNOWN_ERRORS:
        cause = first[known.id]
        yield ProblemKind(known.id, f"{cause[:1].upper()}{cause[1:]}.")
