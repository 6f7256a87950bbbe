"""The group of commands: each is a module of this package, loaded when it is asked for.

Goes in: names of commands. Comes out: what typer runs. `--version` then waits for no model and
`validate` for no SDK of AWS.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typer._click import Command, Context  # the click that typer carries has no public name

# In the order of the help. The module of a command has a function of the command's name.
_NAMES = ("validate", "plan", "get", "audit", "catalog", "policies", "schema", "recover")


class CommandGroup(TyperGroup):
    """The commands by name; a name stands there before its command is loaded."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own, passed on
        super().__init__(**settings)
        for name in _NAMES:
            self.add_command(TyperCommand(name))

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        """Return a command, loaded; None if there is none of that name."""
        known = super().get_command(ctx, cmd_name)
        return known and _load(cmd_name)


def _load(name: str) -> "Command":
    module = import_module(f"{__package__}.{name}")
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(getattr(module, name))
    return typer.main.get_command(alone)
