"""Checks in front of MiniStack's part of IAM: the documents of users' and groups' policies."""

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.http.api_call import ApiCall
from eks_pod_identity_emulator.http.gateway import Service
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response
from eks_pod_identity_emulator.iam.permissions import check_inline_policy

_WITH_DOCUMENT = frozenset({"PutGroupPolicy", "PutUserPolicy"})


class CheckedIam:
    """Passes calls on whose documents IAM would take."""

    def __init__(self, carried: Service) -> None:
        self._carried = carried

    async def answer(self, call: ApiCall, request: Request, caller: Caller) -> Response:
        """Answer one call.

        Raises:
            ApiError: The document is malformed.
        """
        if call.operation in _WITH_DOCUMENT:
            check_inline_policy(call.params["PolicyDocument"])
        return await self._carried.answer(call, request, caller)
