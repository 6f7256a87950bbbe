"""CloudFormation's service: MiniStack's, with resource types of ours."""

from collections.abc import Mapping

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.errors import ApiError
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
        """Answer one call.

        Raises:
            ApiError: A resource of no stack is asked for.
        """
        self._install()
        if call.operation == "DescribeStackResources":
            request = self._by_stack(request, caller)
        return await self._carried.answer(call, request, caller)

    def create(self, account: str, region: str, form: Mapping[str, str]) -> str | None:
        """Create a stack and wait for it; return why it failed, None if it did not.

        To be called from the thread that MiniStack runs on, which waits.

        Args:
            account: The stack's account.
            region: The stack's region.
            form: The members of CreateStack as they are on the wire.
        """
        self._install()
        return self._store.ministack.create_stack(account, region, form)

    def _install(self) -> None:
        if not self._installed:
            install_resource_types(self._store)
            self._installed = True

    def _by_stack(self, request: Request, caller: Caller) -> Request:
        """Return a request that names the stack of the physical resource that it asks for.

        MiniStack knows stacks by name alone; both at once are refused by AWS:
        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
        """
        physical = request.form.get("PhysicalResourceId")
        if physical is None or request.form.get("StackName"):
            return request
        stacks = self._store.ministack
        name = stacks.stack_of_resource(caller.account, caller.region, physical)
        if name is None:
            message = f"Stack for {physical} does not exist"
            raise ApiError("ValidationError", message)
        return request.with_form({**request.form, "StackName": name})
