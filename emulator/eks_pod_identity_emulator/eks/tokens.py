"""Idempotency by clientRequestToken: a repeated request gets the first one's answer.

https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from eks_pod_identity_emulator.eks.refusals import invalid_parameter

_TOKEN = "clientRequestToken"  # noqa: S105 - a parameter's name
_REMEMBERED = 10_000

Answer = dict[str, Any]


class Tokens:
    """The tokens seen in one region; refused requests do not use theirs up."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[str, Answer]] = {}

    def once(self, operation: str, params: Mapping[str, Any], run: Callable[[], Answer]) -> Answer:
        """Return the answer given to this token before, or run the operation.

        Raises:
            ApiError: The token was used with other parameters. EKS's code and text for it were
                found nowhere in public.
        """
        token = params.get(_TOKEN)
        if token is None:
            return run()
        request = json.dumps(dict(params), sort_keys=True, default=str)
        seen = self._seen.get((operation, token))
        if seen is None:
            answer = run()
            self._remember((operation, token), (request, answer))
            return answer
        if seen[0] != request:
            raise invalid_parameter(
                "The clientRequestToken provided was already used with different parameters."
            )
        return seen[1]

    def _remember(self, key: tuple[str, str], value: tuple[str, Answer]) -> None:
        self._seen[key] = value
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
