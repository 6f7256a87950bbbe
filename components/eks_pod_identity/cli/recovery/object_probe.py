"""Whether Kubernetes objects exist, asked through Pulumi's own provider.

It knows how to reach the cluster, whatever the kubeconfig holds. The preview of an import reads
what it would import and changes nothing; it names what is missing, and may stop at the first.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eks_pod_identity.cli.stack.pulumi import Pulumi
from eks_pod_identity.observed.ownership import tag_value
from eks_pod_identity.observed.stack import StackResource, StackState
from eks_pod_identity.recovery.candidate import Candidate
from eks_pod_identity.recovery.identity import ObjectIdentity, PresentObject
from eks_pod_identity.recovery.import_file import build_probe_file, probe_urn
from eks_pod_identity.recovery.look_up import LookUp

_MISSING = "does not exist"


def probe_objects(pulumi: Pulumi, stack: StackState, candidates: Sequence[Candidate]) -> LookUp:
    """Return which of the Kubernetes objects exist, and why others cannot be told."""
    sought = {
        each.resource: each.identity.id
        for each in candidates
        if isinstance(each.identity, ObjectIdentity)
    }
    failed: dict[str, str] = {}
    while sought:
        preview, done = pulumi.preview_import(build_probe_file(stack, sought))
        if done.code == 0:
            break
        told = {each.urn: _told(preview, each) for each in sought}
        failed |= {urn: text for urn, text in told.items() if text and _MISSING not in text}
        remaining = {each: id_ for each, id_ in sought.items() if not told[each.urn]}
        if len(remaining) == len(sought):  # the whole preview failed, and none of it in particular
            failed |= {each.urn: " ".join(done.said[:1]) for each in sought}
            remaining = {}
        sought = remaining
    present = PresentObject(tag_value(stack.full_name))
    return LookUp({each.urn: present for each in sought}, failed)


def _told(preview: Mapping[str, Any], resource: StackResource) -> str:
    return " ".join(_messages(preview, probe_urn(resource)))


def _messages(preview: Mapping[str, Any], urn: str) -> Iterator[str]:
    for diagnostic in preview.get("diagnostics") or ():
        if diagnostic.get("urn") == urn:
            yield diagnostic["message"].strip()
