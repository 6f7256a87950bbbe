"""Kubernetes objects in a recovery: whose they are shows when they are read."""

from collections.abc import Mapping
from typing import Any

from eks_pod_identity.observed.ownership import STACK_TAG, tag_value
from eks_pod_identity.observed.stack import StackResource


def is_object(resource: StackResource) -> bool:
    """Tell whether a resource is a Kubernetes object."""
    return resource.type.startswith("kubernetes:")


def is_applied(resource: StackResource) -> bool:
    """Tell whether making a resource twice is the same as making it once: a patch is applied."""
    return is_object(resource) and resource.type.endswith("Patch")


def is_made_by(stack: str, made: StackResource, observed: StackResource) -> bool:
    """Tell whether a stack made an object.

    Args:
        stack: `project/stack`.
        made: As the interrupted run would make it.
        observed: As it came into the state by an import.
    """
    marks = _marks(observed.outputs, "annotations")
    if STACK_TAG in marks:
        return marks[STACK_TAG] == tag_value(stack)
    # Those of earlier releases have no annotation.
    return _marks(made.inputs, "labels").items() <= _marks(observed.outputs, "labels").items()


def _marks(object_: Mapping[str, Any], kind: str) -> dict[str, str]:
    return dict((object_.get("metadata") or {}).get(kind) or {})
