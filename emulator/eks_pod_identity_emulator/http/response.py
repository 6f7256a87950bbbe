"""One HTTP answer, and how it is sent."""

import json
import uuid
from dataclasses import dataclass

from eks_pod_identity_emulator.http.request import Send
from eks_pod_identity_emulator.json_value import Json

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Response:
    """What a client gets back, whole."""

    status: int
    headers: Headers
    body: bytes


def json_response(
    status: int, value: Json, *, content_type: str = "application/json", headers: Headers = ()
) -> Response:
    """Return an answer with a JSON body and its length."""
    body = json.dumps(value, separators=(",", ":")).encode()
    length = ("content-length", str(len(body)))
    return Response(status, (("content-type", content_type), length, *headers), body)


def new_request_id() -> str:
    """Return an id as AWS gives one to every answer."""
    return str(uuid.uuid4())


async def send_response(response: Response, send: Send, *, without_body: bool = False) -> None:
    """Hand an answer to the ASGI server; the answer to HEAD goes out without its body."""
    headers = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers
    ]
    body = b"" if without_body else response.body
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
