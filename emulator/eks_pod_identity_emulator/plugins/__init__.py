"""Pulumi resource plugins that stand in for pulumi-aws and pulumi-kubernetes on the emulator.

    python -m eks_pod_identity_emulator.plugins aws|kubernetes

prints its port as the first line and serves until standard input ends. An engine attaches to it
with `PULUMI_DEBUG_PROVIDERS=aws:PORT,kubernetes:PORT`.

What goes in: the engine's gRPC calls. What comes out: calls to the endpoint of AWS_ENDPOINT_URL and
to the kubernetes API of a kubeconfig. The plugins know nothing of the emulator's server: they talk
to it as the real ones would, and have arguments and types from the SDK packages alone.

server, servicer        gRPC; one provider per engine connection
    provider                what a plugin must be able to do
    values, paths           property values and their addresses
    shapes, introspection   the types of properties, read from the SDK's classes
    conformance, naming     Check
    difference              Diff
    schema                  the package schema made of the shapes
"""
