"""Resource hooks that stop a run, at preview, such as the omission guard: before a list is lost.

A preview goes on and tells all that they find in one report; an update stops at the first.
Policies cannot do this, for they see new inputs only; a hook sees both sides. A stack that is
destroyed, or a component that is taken out of the program, updates nothing and passes.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from contextvars import copy_context

import pulumi

from eks_pod_identity.components.guards.interrupt import prepare_end, stop
from eks_pod_identity.components.guards.threads import in_thread
from eks_pod_identity.components.refusal import RefusedError, errors_among, findings_of_preview
from eks_pod_identity.errors import Problem

_taken: Counter[str] = Counter()


def stopping_hook(
    name: str, find_problems: Callable[[pulumi.ResourceHookArgs], Iterable[Problem]]
) -> pulumi.ResourceHook:
    """Return a hook that fails the run while any problem is an error, and warns of the others.

    Args:
        name: The name wanted for it.
        find_problems: Gets what the engine tells of the resource.
    """
    preview, program = findings_of_preview(), copy_context()

    async def judge(args: pulumi.ResourceHookArgs) -> None:
        # In a thread: what waits for AWS on the event loop would block the whole program.
        problems = await in_thread(lambda: tuple(find_problems(args)))
        found = errors_among(problems)
        if found and preview:
            preview.fail(found, program)
        elif found:
            stop()
            raise RefusedError(found)

    prepare_end()
    options = pulumi.ResourceHookOptions(on_dry_run=True)
    return pulumi.ResourceHook(hook_name(name), judge, options)


def hook_name(wanted: str) -> str:
    """Return a name for a hook that no other hook of this program has.

    Pulumi wants it unique, yet lets components under different parents share theirs.
    """
    _taken[wanted] += 1
    return wanted if _taken[wanted] == 1 else f"{wanted}-{_taken[wanted]}"
