"""Where problems end a command: told on standard error, exit code 1, no traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from eks_pod_identity.cli.report import render_text
from eks_pod_identity.errors import PodIdentityError


@contextmanager
def exit_on_problems() -> Iterator[None]:
    """End the command with code 1 if an error of ours comes up.

    The report goes to standard error, so that a pipe gets data or nothing.
    """
    try:
        yield
    except PodIdentityError as error:
        typer.echo(render_text(error.problems), err=True)
        raise typer.Exit(1) from error
