"""`eks-pod-identity validate FILE`: everything that is wrong with a file, without asking AWS."""

from collections.abc import Sequence
from typing import Annotated

import typer

from eks_pod_identity.cli.report import Output, print_problems
from eks_pod_identity.cli.source import Source, read_source
from eks_pod_identity.config import ClusterConfig, load_cluster_config
from eks_pod_identity.errors import ConfigError, Problem, Severity


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
        typer.echo(f"{source.name}: {_summary(loaded.config)}")
    raise typer.Exit(_exit_code(loaded.problems))


def _exit_code(problems: Sequence[Problem]) -> int:
    return int(any(problem.severity is Severity.ERROR for problem in problems))


def _summary(config: ClusterConfig) -> str:
    standalone = len((config.iam and config.iam.pod_identity_associations) or ())
    addons = len(config.addons or ())
    counts = f"{_count(standalone, 'association')}, {_count(addons, 'add-on')}"
    return f'cluster "{config.metadata.name}" in {config.metadata.region}: {counts}'


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
