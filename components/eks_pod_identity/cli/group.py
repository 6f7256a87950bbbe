"""The group of commands: each is a module of this package, loaded when it is asked for.

Goes in: names of commands. Comes out: what typer runs, and one exit code for all that is misspelt.
`--version` then waits for no model and `validate` for no SDK of AWS.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

if TYPE_CHECKING:
    # The click that typer carries has no public name.
    from typer._click import Command, Context, Parameter

# EX_USAGE of sysexits.h. Typer's own 2 is what `plan --detailed-exitcode` says of changes, as
# Terraform does: a pipeline must not take a misspelt option for a difference, nor for a problem.
MISSPELT = 64

# All that typer finds wrong with a command line; only kinds of it have a public name.
_UsageError: type[typer.BadParameter] = typer.BadParameter.__mro__[1]

# In the order of the help. The module of a command has a function of the command's name.
COMMANDS = (
    "validate",
    "plan",
    "get",
    "settled",
    "doctor",
    "who",
    "access",
    "can",
    "audit",
    "map",
    "catalog",
    "policies",
    "schema",
    "migrate",
    "adopt",
    "up",
    "recover",
)


class SingleCommand(TyperCommand):
    """One command, loaded."""

    def get_params(self, ctx: "Context") -> "list[Parameter]":
        """Return options and arguments."""
        return _without_type_of_flags(super().get_params(ctx))


class CommandGroup(TyperGroup):
    """The commands by name; a name stands there before its command is loaded."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own, passed on
        super().__init__(**settings)
        for name in COMMANDS:
            self.add_command(TyperCommand(name))

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        """Return a command, loaded; None if there is none of that name."""
        known = super().get_command(ctx, cmd_name)
        return known and _load(cmd_name)

    def get_params(self, ctx: "Context") -> "list[Parameter]":
        """Return the group's own options."""
        return _without_type_of_flags(super().get_params(ctx))

    def make_context(self, *args: Any, **settings: Any) -> "Context":  # noqa: ANN401 - typer's own
        """Read the group's own options."""
        with _misspelt():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: "Context") -> Any:  # noqa: ANN401 - typer's own
        """Read a command's options and run it."""
        with _misspelt():
            return super().invoke(ctx)


def _without_type_of_flags(params: "list[Parameter]") -> "list[Parameter]":
    """Have the help show a flag without a value that nobody can give it, `--yes <bool>`."""
    for each in params:
        if isinstance(each, TyperOption) and each.is_bool_flag:
            each.metavar = ""
    return params


@contextmanager
def _misspelt() -> Iterator[None]:
    """Give a misspelt command line its exit code; typer prints it and ends."""
    try:
        yield
    except _UsageError as error:
        error.exit_code = MISSPELT
        raise


def _load(name: str) -> "Command":
    module = import_module(f"{__package__}.{name}")
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name, cls=SingleCommand)(getattr(module, name))
    return typer.main.get_command(alone)
