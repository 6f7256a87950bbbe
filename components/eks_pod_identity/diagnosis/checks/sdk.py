"""The pods' SDKs: new enough to ask the agent, where their versions are told.

They are told by `--sdk`, by labels and annotations of the pods whose last part is an SDK's name
(`example.com/boto3: 1.28.0`), and by the tag of AWS's own image of its CLI.
"""

import re
from collections.abc import Iterator

from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, note, ok, unknown
from eks_pod_identity.diagnosis.sdk_versions import is_too_old, known_sdk, oldest_for
from eks_pod_identity.observed.picture import Picture
from eks_pod_identity.observed.workload import PodState

_CLI_IMAGE = re.compile(r"(?:^|/)(?:amazon|aws-cli)/aws-cli:([\w.-]+)")
_PAGE = "https://docs.aws.amazon.com/eks/latest/userguide/pod-id-minimum-sdk.html"


def check_sdk(picture: Picture) -> Iterator[Finding]:
    """Yield which SDKs are too old."""
    told = dict.fromkeys(_told(picture))
    for sdk, version, source in told:
        yield _of_version(sdk, version, source)
    if not told:
        message = "versions of the pods' SDKs are not known"
        yield note(message, help_=[f"--sdk boto3=VERSION; {_PAGE}"])


def _told(picture: Picture) -> Iterator[tuple[str, str, str]]:
    for name, version in picture.question.sdks.items():
        yield known_sdk(name) or name, version, "--sdk"
    for pod in picture.pods:
        yield from _of_marks(pod)
        for container in pod.containers:
            found = _CLI_IMAGE.search(container.image)
            if found and any(map(str.isdigit, found[1])):
                yield "aws-cli", found[1], f"image of container {container.name} of pod {pod}"


def _of_marks(pod: PodState) -> Iterator[tuple[str, str, str]]:
    for marks, kind in ((pod.labels, "label"), (pod.annotations, "annotation")):
        for key, version in marks.items():
            sdk = known_sdk(key.rpartition("/")[2])
            if sdk and "/" in key:
                yield sdk, version, f"{kind} {key} of pod {pod}"


def _of_version(sdk: str, version: str, source: str) -> Finding:
    old = is_too_old(sdk, version) if known_sdk(sdk) else None
    if old is None:
        message = f"{sdk} {version} is no version of an SDK that the list of AWS has"
        return unknown(message, [source], [_PAGE])
    needed = oldest_for(sdk, version)
    if not old:
        return ok(f"{sdk} {version} asks the agent", [source])
    message = f"{sdk} {version} is too old to ask the agent; {needed} is the first that does"
    return cause(
        DoctorFault.SDK_OLD, message, [source], [f"build the image with {sdk} >= {needed}"]
    )
