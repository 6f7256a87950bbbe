"""The omission guard: a resource hook that stops a run, at preview, before a list is lost.

Policies cannot do this, for they see new inputs only; a hook sees both sides. A stack that is
destroyed, or a component that is taken out of the program, updates nothing and passes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pulumi

from eks_pod_identity.errors import Problem, render_problems

Inputs = Mapping[str, Any]
_taken: Counter[str] = Counter()


def omission_guard(
    name: str, find_problems: Callable[[Inputs, Inputs], Iterable[Problem]]
) -> pulumi.ResourceHookBinding:
    """Return the hooks of a resource whose update shall fail while there are problems.

    Args:
        name: The name of the component, for messages.
        find_problems: Gets the resource's inputs before and now.
    """

    def guard(args: pulumi.ResourceHookArgs) -> None:
        problems = tuple(find_problems(args.old_inputs or {}, args.new_inputs or {}))
        if problems:
            raise pulumi.RunError(render_problems(problems))

    options = pulumi.ResourceHookOptions(on_dry_run=True)
    return pulumi.ResourceHookBinding(
        before_update=[pulumi.ResourceHook(hook_name(f"{name}-omission-guard"), guard, options)]
    )


def hook_name(wanted: str) -> str:
    """Return a name for a hook that no other hook of this program has.

    Pulumi wants it unique, yet lets components under different parents share theirs.
    """
    _taken[wanted] += 1
    return wanted if _taken[wanted] == 1 else f"{wanted}-{_taken[wanted]}"
