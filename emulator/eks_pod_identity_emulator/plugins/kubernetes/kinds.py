"""The kinds of kubernetes objects that this stand-in has, by their Pulumi types."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eks_pod_identity_emulator.plugins.introspection import resource_shape, sdk_member
from eks_pod_identity_emulator.plugins.paths import Path, covers
from eks_pod_identity_emulator.plugins.provider import find_kind
from eks_pod_identity_emulator.plugins.shapes import ObjectShape

_IDENTITY: tuple[Path, ...] = (("metadata", "name"), ("metadata", "namespace"))
_SELECTOR: tuple[Path, ...] = (("spec", "selector"),)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object.

    Attributes:
        api_version: Its group and version.
        name: Its kind.
        plural: Its place in addresses.
        namespaced: Whether its objects live in namespaces.
        force_new: Where a change makes a new object (provider/pkg/provider/diff.go).
        changeable: What may change in place below `force_new`.
        patches: Whether its objects belong to somebody else: they are applied to, never deleted.
    """

    api_version: str
    name: str
    plural: str
    namespaced: bool = True
    force_new: tuple[Path, ...] = _IDENTITY
    changeable: tuple[Path, ...] = ()
    patches: bool = False

    @property
    def token(self) -> str:
        """Its Pulumi type."""
        version = self.api_version if "/" in self.api_version else f"core/{self.api_version}"
        return f"kubernetes:{version}:{self._class_name}"

    @property
    def _class_name(self) -> str:
        return f"{self.name}Patch" if self.patches else self.name

    @property
    def shape(self) -> ObjectShape:
        """Its properties, read from the SDK."""
        group = self.token.split(":")[1].replace("/", ".")
        module = f"pulumi_kubernetes.{group}"
        arguments = "PatchArgs" if self.patches else "InitArgs"
        return resource_shape(
            sdk_member(module, self._class_name), sdk_member(module, self.name + arguments)
        )

    def forces_new(self, path: Path) -> bool:
        """Tell whether a change at a path makes a new object."""
        if any(covers(open_path, path) for open_path in self.changeable):
            return False
        return any(covers(fixed, path) or covers(path, fixed) for fixed in self.force_new)


_ALL = (
    Kind("v1", "Namespace", "namespaces", namespaced=False),
    Kind("v1", "Namespace", "namespaces", namespaced=False, patches=True),
    Kind("v1", "ServiceAccount", "serviceaccounts"),
    Kind("v1", "ServiceAccount", "serviceaccounts", patches=True),
    Kind(
        "v1",
        "Pod",
        "pods",
        force_new=(*_IDENTITY, ("spec",)),
        changeable=(("spec", "activeDeadlineSeconds"), ("spec", "tolerations")),
    ),
    Kind("v1", "Service", "services", force_new=(*_IDENTITY, ("spec", "clusterIP"))),
    Kind("apps/v1", "Deployment", "deployments", force_new=(*_IDENTITY, *_SELECTOR)),
    Kind("apps/v1", "DaemonSet", "daemonsets", force_new=(*_IDENTITY, *_SELECTOR)),
)
KINDS: Mapping[str, Kind] = MappingProxyType({kind.token: kind for kind in _ALL})


def kind_of(token: str) -> Kind:
    """Return the kind of a Pulumi type; raise PluginError if this stand-in has none."""
    return find_kind(KINDS, token, "kubernetes")
