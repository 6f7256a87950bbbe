"""The base of all components: none is made of arguments that it does not have.

The check comes before the constructor, for Python itself would answer a call such as
`Addon("cni", addon_name="vpc-cni")` with a traceback.
"""

from typing import Any, Self, get_type_hints

import pulumi

from eks_pod_identity.components.guards.argument_types import argument_problems
from eks_pod_identity.components.guards.interrupt import prepare_end
from eks_pod_identity.components.refusal import refuse
from eks_pod_identity.errors import Problem
from eks_pod_identity.planning.argument_fault import ArgumentFault

_PARAMETERS = ("name", "args", "opts")


class CheckedComponent(pulumi.ComponentResource):
    """A component that judges the names and types of its arguments.

    Raises:
        RefusedError: There is no such argument, or a value of another type.
    """

    def __new__(cls, *positional: Any, **named: Any) -> Self:  # noqa: ANN401 - whatever is passed
        """Judge what the constructor is about to get."""
        prepare_end()
        given = {**dict(zip(_PARAMETERS, positional, strict=False)), **named}
        name, args = given.get("name"), given.get("args")
        address = name if isinstance(name, str) else cls.__name__
        loose = sorted(given.keys() - {*_PARAMETERS})
        if loose:
            refuse([_loose(cls.__name__, address, each) for each in loose])
        refuse(argument_problems(address, args, get_type_hints(cls.__init__)["args"]))
        return super().__new__(cls)


def _loose(component: str, address: str, argument: str) -> Problem:
    return Problem(
        ArgumentFault.ARGUMENT_UNKNOWN.id,
        f"{address}.{argument}",
        f"{component} takes its arguments as one mapping",
        help=(f'{component}("{address}", {{"{argument}": …}})',),
    )
