"""Kubernetes objects in a recovery: nothing on them says which stack made them, only labels."""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity.planning.recovery.stack import StackResource


def is_object(resource: StackResource) -> bool:
    """Tell whether a resource is a Kubernetes object."""
    return resource.type.startswith("kubernetes:")


def has_labels_of(made: StackResource, observed: StackResource) -> bool:
    """Tell whether an object has the labels that it was to be made with.

    Args:
        made: As the interrupted run would make it.
        observed: As it came into the state by an import.
    """
    return _labels(made.inputs).items() <= _labels(observed.outputs).items()


def _labels(object_: Mapping[str, Any]) -> dict[str, str]:
    return dict((object_.get("metadata") or {}).get("labels") or {})
