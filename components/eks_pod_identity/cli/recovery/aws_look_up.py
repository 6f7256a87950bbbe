"""Candidates looked up in AWS, by each provider in the account and region that it works on.

In: a stack and candidates. Out: what exists. A provider whose sign-in cannot be followed is told.
"""

from collections import defaultdict
from collections.abc import Sequence

from eks_pod_identity.aws.look_up import look_up
from eks_pod_identity.observed.stack import StackState
from eks_pod_identity.recovery.candidate import Candidate
from eks_pod_identity.recovery.look_up import LookUp
from eks_pod_identity.recovery.objects import is_object
from eks_pod_identity.recovery.sign_in import sign_in_of


def look_up_in_aws(stack: StackState, provider: str, candidates: Sequence[Candidate]) -> LookUp:
    """Return which candidates of one provider exist in the AWS that the provider works on."""
    sign_in = sign_in_of(stack, provider)
    if sign_in.not_followed:
        why = f"its provider has {', '.join(sign_in.not_followed)}, which is not followed"
        return LookUp(failed={each.resource.urn: why for each in candidates})
    return LookUp(found=look_up(sign_in, candidates))


def by_provider(candidates: Sequence[Candidate]) -> dict[str, list[Candidate]]:
    """Return candidates by the URN of their provider, without Kubernetes objects."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for each in candidates:
        if not is_object(each.resource):
            groups[each.resource.provider].append(each)
    return groups
