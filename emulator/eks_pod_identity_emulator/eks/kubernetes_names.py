"""Kubernetes' rules for names.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

import re

_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_SERVICE_ACCOUNT = re.compile(r"[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?")


def is_namespace(name: str) -> bool:
    """Tell whether a namespace can have the name."""
    return _NAMESPACE.fullmatch(name) is not None


def is_service_account(name: str) -> bool:
    """Tell whether a service account can have the name."""
    return _SERVICE_ACCOUNT.fullmatch(name) is not None
