"""CloudFormation's service: MiniStack's, with resource types of ours."""

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.http.api_call import ApiCall
from eks_pod_identity_emulator.http.gateway import Service
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response
from eks_pod_identity_emulator.iam import IamStore
from eks_pod_identity_emulator.stacks.install import install_resource_types


class StackService:
    """Passes calls on, once the resource types are in place.

    They are put there with the first call: MiniStack's resource types import all of its services,
    which would be most of the emulator's start-up time.
    """

    def __init__(self, carried: Service, store: IamStore) -> None:
        self._carried = carried
        self._store = store
        self._installed = False

    async def answer(self, call: ApiCall, request: Request, caller: Caller) -> Response:
        """Answer one call."""
        if not self._installed:
            install_resource_types(self._store)
            self._installed = True
        return await self._carried.answer(call, request, caller)
