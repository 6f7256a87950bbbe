"""Whether session tags and policies are more than a session may have.

AWS packs them and publishes no formula, so what decides is what AWS itself said of a call.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from collections.abc import Iterator

from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, ok, skipped
from eks_pod_identity.diagnosis.own_calls import own_calls
from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import CallRecord

TOO_LARGE = "PackedPolicyTooLarge"


def check_session_size(picture: Picture) -> Iterator[Finding]:
    """Yield whether AWS found a session too large."""
    association, calls = picture.associated_with, picture.calls
    if association is None or isinstance(calls, Unread):
        yield skipped("there is no association, or CloudTrail cannot be read")
        return
    found = [each for each in own_calls(picture) if is_too_large(each)]
    if found:
        name, id_ = picture.cluster_name, association.id
        yield cause(
            DoctorFault.SESSION_LARGE,
            "session tags and policies are larger than a session may have",
            [f"{found[0]}: {found[0].error_message}"],
            [
                "pass fewer tags and shorter policies where the application assumes a role",
                (
                    f"aws eks update-pod-identity-association --cluster-name {name} "
                    f"--association-id {id_} --disable-session-tags"
                ),
            ],
        )
    else:
        yield ok("CloudTrail has no session of these pods that was too large")


def is_too_large(call: CallRecord) -> bool:
    """Say whether AWS refused a call for the size of tags and policies."""
    return call.error_code.startswith(TOO_LARGE) or "Packed size of" in call.error_message
