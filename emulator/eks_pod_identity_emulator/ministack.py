"""MiniStack, which carries the services that are not ours: started quietly, spoken to in-process.

Everything here that reaches into MiniStack's private names holds for the one version that
emulator/pyproject.toml pins. Nothing else in the emulator imports it.
"""

import asyncio
import importlib
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import Any

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.http.request import Message, Request
from eks_pod_identity_emulator.http.response import Response

CARRIED_SERVICES = frozenset(
    (
        "cloudformation",
        "dynamodb",
        "ec2",
        "iam",
        "kms",
        "logs",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
        "ssm",
        "sts",
        "tagging",
    )
)
"""What is passed on, by signing name: the services around a cluster that live in memory alone.

MiniStack has more; those open ports or start containers.
"""

# Read by MiniStack when it is imported. What a user has set for a MiniStack of their own must not
# reach this one: state on disk, signature checks, a choice of services, AWS's banner in the log.
_ENVIRONMENT: Mapping[str, str | None] = MappingProxyType(
    {
        "AUTH": "false",
        "CLOUDTRAIL_RECORDING": None,
        "IOT_MTLS_ENABLED": "0",
        "LOCALSTACK_PERSISTENCE": None,
        "LOG_LEVEL": "CRITICAL",
        "MINISTACK_AUTOCREATE_AWS_MANAGED": None,
        "MINISTACK_TEST_NO_AUTOSTART": "1",
        "PERSIST_STATE": "0",
        "S3_PERSIST": "0",
        "SERVICES": None,
        "SFTP_ENABLED": "0",
    }
)
_ACCOUNT_DIGITS = 12
_FIRST_ERROR_STATUS = 400
_TURN_SECONDS = 0.002


class MiniStack:
    """MiniStack in this process; there can be only one, since its state is in module globals."""

    def __init__(self, default_account: str, default_region: str) -> None:
        """Import MiniStack.

        Args:
            default_account: Account of access keys that say nothing about theirs.
            default_region: Region of requests that name none.
        """
        for name, value in _ENVIRONMENT.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self._set_defaults(default_account, default_region)
        self._app: Any = importlib.import_module("ministack.app")
        self._router: Any = importlib.import_module("ministack.core.router")
        self._scopes: Any = importlib.import_module("ministack.core.responses")
        self._sts: Any = importlib.import_module("ministack.services.sts")
        self._keys: Any = importlib.import_module("ministack.core.iam_evaluator")
        self.iam: Any = importlib.import_module("ministack.services.iam")

    def _set_defaults(self, account: str, region: str) -> None:
        self.default_account = account
        os.environ["MINISTACK_ACCOUNT_ID"] = account
        os.environ["MINISTACK_REGION"] = region

    def forget(self, default_account: str, default_region: str) -> None:
        """Drop the state of every account, and take other defaults.

        Modules of MiniStack keep the region that was the default when they were imported, for
        requests without a region. Every request of a signing client has one.
        """
        self._set_defaults(default_account, default_region)
        self._app._reset_all_state()  # noqa: SLF001 - see the module docstring

    def use_loop(self, loop: object) -> None:
        """Name the running event loop: CloudFormation's worker threads call services on it.

        MiniStack's own start-up does this and also looks for Docker, opens ports and starts
        schedulers, so it is never run.
        """
        self._app._MAIN_LOOP = loop  # noqa: SLF001 - see the module docstring

    @property
    def resource_handlers(self) -> dict[str, dict[str, Any]]:
        """CloudFormation's resource types and what creates, updates and deletes them."""
        provisioners = importlib.import_module("ministack.services.cloudformation.provisioners")
        handlers: dict[str, dict[str, Any]] = provisioners._RESOURCE_HANDLERS  # noqa: SLF001 - see the module docstring
        return handlers

    def require_capabilities(self) -> None:
        """Have CloudFormation ask for CAPABILITY_IAM; MiniStack does so with authorisation only."""
        handlers: Any = importlib.import_module("ministack.services.cloudformation.handlers")
        handlers._capabilities_enforced = lambda: True  # noqa: SLF001 - see the module docstring

    def find_change_sets_by_stack_id(self) -> None:
        """Have change sets found by their stack's id, too, as eksctl asks for them."""
        changesets: Any = importlib.import_module("ministack.services.cloudformation.changesets")
        find = changesets._find_change_set  # noqa: SLF001 - see the module docstring

        def find_by_name_or_id(change_set: str, stack: str = "") -> tuple[str | None, Any]:
            name = stack.split("/")[1] if stack.startswith("arn:") else stack
            found: tuple[str | None, Any] = find(change_set, name)
            return found

        changesets._find_change_set = find_by_name_or_id  # noqa: SLF001 - see the module docstring

    def create_stack(self, account: str, region: str, form: Mapping[str, str]) -> str | None:
        """Create a CloudFormation stack, wait for it, and return why it failed, if it did.

        It has an event loop and a thread of its own, since the server's loop may be running here.
        """
        package: Any = importlib.import_module("ministack.services.cloudformation")
        handlers: Any = importlib.import_module("ministack.services.cloudformation.handlers")

        async def create() -> str | None:
            with self.in_account(account, region):
                status, _, body = handlers._create_stack(dict(form))  # noqa: SLF001 - see the module docstring
                if status >= _FIRST_ERROR_STATUS:
                    return str(body.decode())
                stack = package._stacks[form["StackName"]]  # noqa: SLF001 - as above
                while stack["StackStatus"].endswith("IN_PROGRESS"):  # noqa: ASYNC110 - MiniStack sets no event
                    await asyncio.sleep(_TURN_SECONDS)
                if stack["StackStatus"] == "CREATE_COMPLETE":
                    return None
                events = package._stack_events[stack["StackId"]]  # noqa: SLF001 - as above
                reasons = [one.get("ResourceStatusReason", "") for one in events]
                failed = [why for why in reasons if why and why != "User Initiated"]
                return "; ".join([stack["StackStatus"], *failed])

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(create())).result()

    def stack_of_resource(self, account: str, region: str, physical_id: str) -> str | None:
        """Return the name of the stack that has a resource, or None."""
        package: Any = importlib.import_module("ministack.services.cloudformation")
        with self.in_account(account, region):
            for name, stack in package._stacks.items():  # noqa: SLF001 - as above
                resources = stack.get("_resources", {}).values()
                gone = stack["StackStatus"] == "DELETE_COMPLETE"
                if not gone and any(r.get("PhysicalResourceId") == physical_id for r in resources):
                    return str(name)
        return None

    def in_account(self, account: str, region: str) -> AbstractContextManager[None]:
        """Return a context in which MiniStack's state is that of an account and region."""
        scope: AbstractContextManager[None] = self._scopes.request_scope(account, region)
        return scope

    def current_account(self) -> tuple[str, str]:
        """Return account and region of the request that MiniStack is working on."""
        return self._scopes.get_account_id(), self._scopes.get_region()

    def account_of(self, access_key: str) -> str:
        """Return the account that an access key belongs to.

        A key of 12 digits is the account; a key of an assumed role has the role's account; a key
        made by CreateAccessKey has its user's; any other has the default account.

        Raises:
            ApiError: Temporary credentials that are unknown here, or expired.
        """
        if len(access_key) == _ACCOUNT_DIGITS and access_key.isdecimal():
            return access_key
        session = self._sts._sessions.get(access_key)  # noqa: SLF001 - see the module docstring
        if session is not None:
            return _account_of_session(session)
        if access_key.startswith("ASIA"):
            raise ApiError(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.",
                status=403,
            )
        return self._keys.find_iam_access_key_account(access_key) or self.default_account

    def service_of(self, request: Request) -> str:
        """Return the service that MiniStack takes a request for, whatever it is signed for."""
        headers, query = request.headers, {key: [*each] for key, each in request.query.items()}
        service: str = self._router.detect_service(request.method, request.path, headers, query)
        return service

    async def answer(self, request: Request) -> Response:
        """Return MiniStack's answer to a request."""
        body = {"type": "http.request", "body": request.body, "more_body": False}
        sent: list[Message] = []

        async def receive() -> Message:
            return body

        async def send(message: Message) -> None:
            sent.append(message)

        await self._app.app(request.scope, receive, send)
        start, *rest = sent
        headers = tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]
        )
        return Response(start["status"], headers, b"".join(part.get("body", b"") for part in rest))


def _account_of_session(session: Mapping[str, Any]) -> str:
    if session["Expiration"] <= time.time():
        raise ApiError(
            "ExpiredTokenException",
            "The security token included in the request is expired",
            status=403,
        )
    return str(session["AccountId"])
