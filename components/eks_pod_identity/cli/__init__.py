"""The command line `eks-pod-identity`: one module per command, listed in `group`.

Exit codes: 0 nothing wrong, 1 problems, 64 the command itself is misspelt; 2 and 3 are findings
that a command was asked for: changes, broken rules.
"""

from importlib.metadata import version
from typing import Annotated

import typer

from eks_pod_identity.cli.group import CommandGroup

__all__ = ["app", "main"]

app = typer.Typer(
    name="eks-pod-identity",
    cls=CommandGroup,
    help="Declarative Amazon EKS Pod Identity.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback is our bug, and plain ones are easier to report
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if wanted:
        typer.echo(f"eks-pod-identity {version('pulumi-eks-pod-identity')}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    version_: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Declarative Amazon EKS Pod Identity."""


def main() -> None:
    """Run the command line; the entry point of the installed script."""
    app()
