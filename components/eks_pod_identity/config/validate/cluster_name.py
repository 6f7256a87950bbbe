"""The rule of a cluster's name, of the file's own cluster and of those an entry is for."""

from collections.abc import Iterator

from eks_pod_identity.config.fault import Fault
from eks_pod_identity.config.validate.scope import Scope
from eks_pod_identity.config.words import quoted
from eks_pod_identity.errors import Problem
from eks_pod_identity.names import is_cluster_name


def validate_cluster_name(name: str, scope: Scope) -> Iterator[Problem]:
    """A cluster has a name that EKS takes."""
    if not is_cluster_name(name):
        message = f"{quoted(name)} cannot be the name of an EKS cluster"
        help_ = "use up to 100 letters, digits, - and _, beginning with a letter or digit"
        yield scope.problem(Fault.CLUSTER_NAME_MALFORMED, message, help=[help_])
