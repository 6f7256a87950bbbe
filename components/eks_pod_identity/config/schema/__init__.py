"""The JSON Schema of a ClusterConfig, for editors: the models, and the limits that rules hold.

Goes in: the models of `config`. Comes out: plain data of JSON Schema, draft 7, which editors know
best. Whatever the loader takes, the schema takes; what only a rule across several keys finds, it
lets pass. Must not be used to judge files: `load` does that, and tells what to type.
"""

from eks_pod_identity.config.schema.build import build_schema

__all__ = ["build_schema"]
