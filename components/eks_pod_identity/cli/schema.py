"""`eks-pod-identity schema`: the JSON Schema of a ClusterConfig, for editors."""

import json

import typer

from eks_pod_identity.config.schema import build_schema


def schema() -> None:
    """Print the JSON Schema of a ClusterConfig as far as it is ours, for editors.

    Save it beside your files and begin each with `# yaml-language-server: $schema=FILE`.
    """
    typer.echo(json.dumps(build_schema(), indent=2, ensure_ascii=False))
