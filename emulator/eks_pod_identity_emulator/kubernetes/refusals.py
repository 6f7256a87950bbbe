"""How the API server refuses: Status objects with the reasons that clients look at.

https://github.com/kubernetes/community/blob/master/contributors/devel/sig-architecture/api-conventions.md#response-status-kind
"""

from collections.abc import Mapping, Sequence
from typing import Any

from eks_pod_identity_emulator.kubernetes.kinds import Kind

_MODIFIED = (
    "the object has been modified; please apply your changes to the latest version and try again"
)


class StatusError(Exception):
    """A refused request.

    Attributes:
        code: HTTP status.
        reason: Machine-readable reason, such as NotFound.
        message: The API server's sentence.
        details: What the refusal is about.
    """

    def __init__(
        self, code: int, reason: str, message: str, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = dict(details or {})

    def status(self) -> dict[str, Any]:
        """Return the Status object."""
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "details": self.details,
            "code": self.code,
        }


def not_found(kind: Kind, name: str) -> StatusError:
    """Return the refusal of a request for an object that is not there."""
    return StatusError(
        404, "NotFound", f'{kind.qualified} "{name}" not found', _details(kind, name)
    )


def already_exists(kind: Kind, name: str) -> StatusError:
    """Return the refusal to create an object twice."""
    message = f'{kind.qualified} "{name}" already exists'
    return StatusError(409, "AlreadyExists", message, _details(kind, name))


def conflict(kind: Kind, name: str, why: str = "") -> StatusError:
    """Return the refusal of a change that was made from an old version of the object."""
    why = why or _MODIFIED
    message = f'Operation cannot be fulfilled on {kind.qualified} "{name}": {why}'
    return StatusError(409, "Conflict", message, _details(kind, name))


def apply_conflict(kind: Kind, name: str, conflicts: Sequence[tuple[str, str]]) -> StatusError:
    """Return the refusal to apply what others wrote otherwise: pairs of manager and field."""
    told = [f'conflict with "{manager}" using {kind.api_version}' for manager, _ in conflicts]
    count = f"{len(conflicts)} conflict{'' if len(conflicts) == 1 else 's'}"
    fields = "\n".join(f"- {field}" for _, field in conflicts)
    text = f"{told[0]}: {conflicts[0][1]}" if len(conflicts) == 1 else f"conflicts:\n{fields}"
    details = _details(kind, name) | {
        "causes": [
            {"reason": "FieldManagerConflict", "message": message, "field": field}
            for message, (_, field) in zip(told, conflicts, strict=True)
        ]
    }
    return StatusError(409, "Conflict", f"Apply failed with {count}: {text}", details)


def invalid(kind: Kind, name: str, causes: Sequence[tuple[str, str]]) -> StatusError:
    """Return the refusal of an object with faults: pairs of field and what is wrong with it."""
    faults = [f"{field}: {what}" for field, what in causes]
    text = faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"
    details = _details(kind, name) | {
        "causes": [{"field": field, "message": what} for field, what in causes]
    }
    return StatusError(422, "Invalid", f'{kind.name} "{name}" is invalid: {text}', details)


def forbidden(kind: Kind, name: str, why: str) -> StatusError:
    """Return the refusal of what nobody may do."""
    message = f'{kind.qualified} "{name}" is forbidden: {why}'
    return StatusError(403, "Forbidden", message, _details(kind, name))


def forbidden_to_all(kind: Kind, verb: str, namespace: str) -> StatusError:
    """Return the refusal of a caller whom no role lets do this."""
    scope = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    message = (
        f'{kind.qualified} is forbidden: User "emulator" cannot {verb} resource '
        f'"{kind.plural}" in API group "{kind.group}" {scope}'
    )
    return StatusError(403, "Forbidden", message, {"kind": kind.plural})


def bad_request(message: str) -> StatusError:
    """Return the refusal of a request that makes no sense."""
    return StatusError(400, "BadRequest", message)


def method_not_allowed() -> StatusError:
    """Return the refusal of a method that an address does not have."""
    message = "the server does not allow this method on the requested resource"
    return StatusError(405, "MethodNotAllowed", message)


def no_processes(namespace: str, pod: str) -> StatusError:
    """Return the refusal to run something inside of a pod, where nothing runs."""
    message = (
        "the emulator runs no containers; run a command with the pod's identity on this machine: "
        f"eks-pod-identity-emulator pod exec {namespace}/{pod} -- COMMAND"
    )
    return StatusError(501, "NotImplemented", message)


def no_such_path() -> StatusError:
    """Return the refusal of a path that is no resource."""
    return StatusError(404, "NotFound", "the server could not find the requested resource")


def _details(kind: Kind, name: str) -> dict[str, Any]:
    details = {"name": name, "kind": kind.plural}
    return details | {"group": kind.group} if kind.group else details
