"""What a path of the Kubernetes API points to."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eks_pod_identity_emulator.kubernetes.kinds import (
    DEPLOYMENT,
    GROUPS,
    KINDS,
    NAMESPACE,
    POD,
    SERVICE_ACCOUNT,
    Kind,
)
from eks_pod_identity_emulator.kubernetes.refusals import no_such_path

_SUBRESOURCES: Mapping[tuple[str, str, str], Kind] = MappingProxyType(
    {
        ("", "pods", "attach"): POD,
        ("", "pods", "exec"): POD,
        ("", "serviceaccounts", "token"): SERVICE_ACCOUNT,
        ("apps", "deployments", "scale"): DEPLOYMENT,
    }
)


@dataclass(frozen=True, slots=True)
class Address:
    """A collection of objects, or one of them.

    Attributes:
        kind: Kind of the objects.
        namespace: Their namespace; "" for all, and for kinds outside of namespaces.
        name: Name of one object, "" for the collection.
        subresource: What of the object is meant, such as "scale"; "" for the object itself.
    """

    kind: Kind
    namespace: str = ""
    name: str = ""
    subresource: str = ""


def parse_address(path: str) -> Address:
    """Return the address of a path such as "apis/apps/v1/namespaces/web/deployments/shop".

    Raises:
        StatusError: Nothing is there.
    """
    match path.strip("/").split("/"):
        case ["api", "v1", *rest]:
            return _in_group("", rest)
        case ["apis", group, "v1", *rest] if group in GROUPS:
            return _in_group(group, rest)
    raise no_such_path()


def _in_group(group: str, parts: list[str]) -> Address:
    match parts:
        case ["namespaces", *name] if group == "" and len(name) <= 1:
            return Address(NAMESPACE, name="".join(name))
        case ["namespaces", namespace, plural, *name] if len(name) <= 1:
            return Address(_kind(group, plural, namespaced=True), namespace, "".join(name))
        case ["namespaces", namespace, plural, name, subresource]:
            kind = _SUBRESOURCES.get((group, plural, subresource))
            if kind is not None:
                return Address(kind, namespace, name, subresource)
        case [plural]:
            return Address(_kind(group, plural))
        case [plural, name]:
            return Address(_kind(group, plural, namespaced=False), name=name)
    raise no_such_path()


def _kind(group: str, plural: str, *, namespaced: bool | None = None) -> Kind:
    """Return the kind of a resource; `namespaced` is None where both have the same path."""
    for kind in KINDS:
        same = (kind.group, kind.plural) == (group, plural)
        if same and namespaced in (None, kind.namespaced):
            return kind
    raise no_such_path()
