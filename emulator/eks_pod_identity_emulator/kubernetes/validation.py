"""What the API server refuses about an object, for the parts that matter here.

Names, labels and what a pod needs to run are checked. Fields that Kubernetes does not know are
kept, not refused: there is no schema of all of Kubernetes here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from eks_pod_identity_emulator.json_value import Json
from eks_pod_identity_emulator.kubernetes.kinds import (
    CRON_JOB,
    JOB,
    NAMESPACE,
    POD,
    SERVICE,
    Kind,
)
from eks_pod_identity_emulator.kubernetes.refusals import bad_request, invalid
from eks_pod_identity_emulator.kubernetes.selectors import matches_labels
from eks_pod_identity_emulator.kubernetes.services import service_faults

Fault = tuple[str, str]

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_KEY = re.compile(
    r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_LONGEST_NAME = 253


def check_object(kind: Kind, value: Mapping[str, Any]) -> None:
    """Refuse an object that the API server would refuse.

    Raises:
        StatusError: With all the faults that were found.
    """
    faults = [*_metadata_faults(kind, value["metadata"])]
    if kind is POD:
        faults += _pod_faults(value.get("spec"), "spec")
    if kind is SERVICE:
        faults += service_faults(value["spec"])
    if kind.runs_pods:
        faults += _workload_faults(kind, value)
    if kind is CRON_JOB:
        faults += _cron_job_faults(value.get("spec") or {})
    if faults:
        raise invalid(kind, value["metadata"].get("name", ""), faults)


def check_shape(kind: Kind, value: Json) -> None:
    """Refuse a body that is not an object of this kind at all.

    Raises:
        StatusError: BadRequest.
    """
    if not isinstance(value, dict):
        raise bad_request(f"the object provided is unrecognized: {type(value).__name__}")
    given = (value.get("apiVersion", kind.api_version), value.get("kind", kind.name))
    if given != (kind.api_version, kind.name):
        raise bad_request(
            f"{given[1]} in version {given[0]!r} cannot be handled as a {kind.name}: "
            f"expected {kind.api_version}, Kind={kind.name}"
        )
    for name in ("metadata", "spec"):
        if not isinstance(value.get(name) or {}, dict):
            raise bad_request(f"json: cannot unmarshal into field {kind.name}.{name}: no object")


def _metadata_faults(kind: Kind, metadata: Mapping[str, Any]) -> Iterator[Fault]:
    name = metadata.get("name", "")
    if not name:
        yield "metadata.name", "Required value: name or generateName is required"
    elif not isinstance(name, str) or not _is_name(kind, name):
        rule = "RFC 1123 label" if kind is NAMESPACE else "RFC 1123 subdomain"
        yield "metadata.name", f'Invalid value: "{name}": not a lowercase {rule}'
    for key, text in (metadata.get("labels") or {}).items():
        if not _KEY.fullmatch(key):
            yield "metadata.labels", f'Invalid value: "{key}": not a qualified name'
        if not isinstance(text, str) or not _VALUE.fullmatch(text):
            yield "metadata.labels", f'Invalid value: "{text}": not a label value'
    for key, text in (metadata.get("annotations") or {}).items():
        if not isinstance(text, str):
            yield f"metadata.annotations.{key}", f"Invalid value: {text!r}: must be a string"


def _is_name(kind: Kind, name: str) -> bool:
    pattern = _LABEL if kind is NAMESPACE else _SUBDOMAIN
    return len(name) <= _LONGEST_NAME and pattern.fullmatch(name) is not None


def _cron_job_faults(spec: Mapping[str, Any]) -> Iterator[Fault]:
    if not spec.get("schedule"):
        yield "spec.schedule", "Required value"
    template = ((spec.get("jobTemplate") or {}).get("spec") or {}).get("template") or {}
    yield from _pod_faults(template.get("spec"), "spec.jobTemplate.spec.template.spec")


def _workload_faults(kind: Kind, value: Mapping[str, Any]) -> Iterator[Fault]:
    spec = value.get("spec") or {}
    template = spec.get("template") or {}
    wanted = (spec.get("selector") or {}).get("matchLabels") or {}
    labels = (template.get("metadata") or {}).get("labels") or {}
    if kind is JOB and (template.get("spec") or {}).get("restartPolicy") in (None, "Always"):
        why = 'Required value: valid values: "OnFailure", "Never"'
        yield "spec.template.spec.restartPolicy", why
    if kind is not JOB and not wanted and not (spec.get("selector") or {}).get("matchExpressions"):
        yield "spec.selector", "Required value"
    if not matches_labels(wanted, labels):
        yield (
            "spec.template.metadata.labels",
            f"Invalid value: {labels}: `selector` does not match template `labels`",
        )
    replicas = spec.get("replicas", 1)
    if not isinstance(replicas, int) or replicas < 0:
        yield "spec.replicas", f"Invalid value: {replicas}: must be greater than or equal to 0"
    yield from _pod_faults(template.get("spec"), "spec.template.spec")


def _pod_faults(spec: Json, path: str) -> Iterator[Fault]:
    containers = (spec or {}).get("containers") or []
    if not containers:
        yield f"{path}.containers", "Required value"
    names = set()
    for index, container in enumerate(containers):
        name = container.get("name", "")
        if not _LABEL.fullmatch(name):
            yield (
                f"{path}.containers[{index}].name",
                "Required value" if not name else f'Invalid value: "{name}"',
            )
        if name in names:
            yield f"{path}.containers[{index}].name", f'Duplicate value: "{name}"'
        names.add(name)
        if not container.get("image"):
            yield f"{path}.containers[{index}].image", "Required value"


def check_unchanged(kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Refuse changes of what is fixed once an object is made.

    Raises:
        StatusError: Invalid.
    """
    name = after["metadata"]["name"]
    if kind.runs_pods and before["spec"].get("selector") != after["spec"].get("selector"):
        raise invalid(kind, name, [("spec.selector", "Invalid value: field is immutable")])
    if kind is JOB and before["spec"]["template"] != after["spec"]["template"]:
        raise invalid(kind, name, [("spec.template", "Invalid value: field is immutable")])
    if kind is SERVICE and before["spec"]["clusterIP"] != after["spec"]["clusterIP"]:
        fault = f'Invalid value: "{after["spec"]["clusterIP"]}": may not change once set'
        raise invalid(kind, name, [("spec.clusterIP", fault)])
    if kind is POD and _fixed(before["spec"]) != _fixed(after["spec"]):
        why = "Forbidden: pod updates may not change fields other than the containers' images"
        raise invalid(kind, name, [("spec", why)])


def _fixed(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a pod's update may not change.

    https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement
    """
    changeable = ("activeDeadlineSeconds", "terminationGracePeriodSeconds", "tolerations")
    fixed = {name: value for name, value in spec.items() if name not in changeable}
    for group in ("containers", "initContainers"):
        fixed[group] = [{**one, "image": ""} for one in spec.get(group) or []]
    return fixed
