"""Checks in front of MiniStack's SNS: subscriptions that would leave this process are refused."""

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.api_call import ApiCall
from eks_pod_identity_emulator.http.gateway import Service
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response

_DELIVERED = frozenset({"email", "email-json", "sms", "sqs"})


class CheckedSns:
    """Passes calls on, but for subscriptions to what MiniStack would call or start."""

    def __init__(self, carried: Service) -> None:
        self._carried = carried

    async def answer(self, call: ApiCall, request: Request, caller: Caller) -> Response:
        """Answer one call.

        Raises:
            ApiError: The subscription is for a protocol such as http or lambda.
        """
        protocol = call.params.get("Protocol", "sqs")
        if call.operation == "Subscribe" and protocol not in _DELIVERED:
            message = f"The emulator delivers no messages by {protocol}."
            raise ApiError("NotImplemented", message, status=501)
        return await self._carried.answer(call, request, caller)
