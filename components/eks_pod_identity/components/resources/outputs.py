"""Outputs of many, as one."""

from collections.abc import Mapping
from typing import Any

import pulumi


def output_of(values: Mapping[str, pulumi.Input[Any]]) -> pulumi.Output[Any]:
    """Return an Output of the mapping; unlike Output.all, of an empty one too."""
    return pulumi.Output.all(**values) if values else pulumi.Output.from_input({})
