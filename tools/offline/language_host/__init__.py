"""A stop-gap for `pulumi-language-python`, Pulumi's language host for Python.

In: the engine's gRPC calls (`proto/pulumi/language.proto` of pulumi/pulumi). Out: Python programs,
plugins and policy packs, run as the official host runs them. It stands in only where the CLI was
built from source, because the official host is not served as a Go module, and it must do no more
than the official one: what it does not know (poetry, uv, type checkers, debuggers) it refuses.
One thing is left out: policy packs do not learn the stack's name and configuration.
"""
