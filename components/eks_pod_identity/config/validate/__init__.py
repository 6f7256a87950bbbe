"""The rules of a ClusterConfig: what a file can get wrong that is known without asking AWS.

One function per rule, in a module per noun. Goes in: a model and its scope. Comes out: problems.
Nothing here raises, reads AWS or changes the model.
"""

from eks_pod_identity.config.validate.cluster import validate_cluster
from eks_pod_identity.config.validate.scope import Scope

__all__ = ["Scope", "validate_cluster"]
