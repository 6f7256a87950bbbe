"""`eks-pod-identity validate FILE`: everything that is wrong with a file, without asking AWS."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from eks_pod_identity.cli.terminal.report import Output, print_problems
from eks_pod_identity.cli.terminal.source import Source, read_source
from eks_pod_identity.config import (
    ClusterConfig,
    clusters,
    load_cluster_config,
    standalone_associations,
)
from eks_pod_identity.config.expansion import select_cluster
from eks_pod_identity.errors import ConfigError, Problem, Severity
from eks_pod_identity.prose import counted


def validate(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A ClusterConfig file, or - for standard input.")
    ],
    output: Annotated[
        Output, typer.Option("--output", "-o", help="How to print the report.")
    ] = Output.TEXT,
) -> None:
    """Report every problem of a ClusterConfig file at once; exit 1 if there are errors."""
    try:
        source = read_source(file)
    except ConfigError as error:
        print_problems(error.problems, output)
        raise typer.Exit(1) from error
    _validate(source, output)


def _validate(source: Source, output: Output) -> None:
    loaded = load_cluster_config(source.text, file=source.name)
    if loaded.problems or output is Output.JSON:
        print_problems(loaded.problems, output)
    if loaded.config and output is Output.TEXT and not loaded.errors:
        for line in _summary(loaded.config):
            typer.echo(f"{source.name}: {line}")
    raise typer.Exit(_exit_code(loaded.problems))


def _exit_code(problems: Sequence[Problem]) -> int:
    return int(any(problem.severity is Severity.ERROR for problem in problems))


def _summary(config: ClusterConfig) -> Iterator[str]:
    own, *others = clusters(config)
    addons = counted(len(config.addons or ()), "add-on")
    owned = sum(len(each.pod_identity_associations or ()) for each in config.addons or ())
    of_addons = f" with {counted(owned, 'association')}" if owned else ""
    yield (
        f'cluster "{own}" in {config.metadata.region}:'
        f" {_associations(config, own)}, {addons}{of_addons}"
    )
    for name in others:
        yield f'cluster "{name}": {_associations(config, name)}'


def _associations(config: ClusterConfig, cluster: str) -> str:
    part = select_cluster(config, cluster) or config
    return counted(sum(1 for _ in standalone_associations(part)), "standalone association")
