"""Where problems end a command: exit code 1, no traceback.

People read them on standard error, so that a pipe gets data or nothing; a program that asked for
JSON finds them on standard output, under the key that a plan has for its problems.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from eks_pod_identity.cli.terminal.report import render_json, render_text
from eks_pod_identity.errors import PodIdentityError


@contextmanager
def exit_on_problems(*, as_json: bool = False) -> Iterator[None]:
    """End the command with code 1 if an error of ours comes up.

    Args:
        as_json: Whether the command was asked for JSON.
    """
    try:
        yield
    except PodIdentityError as error:
        if as_json:
            typer.echo(render_json(error.problems))
        else:
            typer.echo(render_text(error.problems), err=True)
        raise typer.Exit(1) from error
