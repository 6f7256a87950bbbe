"""The emulator's own pages under /_emulator: the call log, what the pods get, another AWS."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from eks_pod_identity_emulator.http.calls import Call, CallLog
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.http.response import Response, json_response
from eks_pod_identity_emulator.seed import SeedError

PREFIX = "/_emulator/"

_ISSUERS = "issuers/"


class Console:
    """Answers the pages by method and path."""

    def __init__(
        self,
        log: CallLog,
        pods: Callable[[], Any],
        renew: Callable[[str], Mapping[str, Any]],
        issuers: Callable[[str], Mapping[str, Any] | None],
    ) -> None:
        """Set the pages up.

        Args:
            log: What `calls` shows and `reset` empties.
            pods: Returns what `pods` shows.
            renew: Replaces the AWS by that of a seed file's text and returns what `renew` shows;
                raises SeedError.
            issuers: Returns what an issuer of clusters' tokens publishes at an address, or None.
        """
        self._log = log
        self._pods = pods
        self._renew = renew
        self._issuers = issuers
        self._pages: Mapping[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "calls"): self._show_calls,
            ("GET", "pods"): self._show_pods,
            ("POST", "renew"): self._show_renewed,
            ("POST", "reset"): self._reset,
        }

    def answer(self, request: Request) -> Response:
        """Return a page, or an error that names the pages there are."""
        name = request.path.removeprefix(PREFIX)
        page = self._pages.get((request.method, name))
        if page is None:
            published = self._issuers(name.removeprefix(_ISSUERS))
            if name.startswith(_ISSUERS) and published is not None:
                return json_response(200, published)
            known = ", ".join(f"{method} {PREFIX}{page}" for method, page in self._pages)
            message = f"no such page: {request.method} {request.path}; there are {known}"
            return json_response(404, {"message": message})
        return page(request)

    def _show_calls(self, _request: Request) -> Response:
        calls, forgotten = self._log.snapshot()
        headers = (("x-emulator-forgotten-calls", str(forgotten)),)
        return json_response(200, [_as_json(call) for call in calls], headers=headers)

    def _show_pods(self, _request: Request) -> Response:
        return json_response(200, self._pods())

    def _show_renewed(self, request: Request) -> Response:
        try:
            return json_response(200, self._renew(request.body.decode()))
        except (SeedError, UnicodeDecodeError) as error:
            return json_response(400, {"message": str(error)})

    def _reset(self, _request: Request) -> Response:
        self._log.clear()
        return json_response(200, {})


def _as_json(call: Call) -> dict[str, Any]:
    members = asdict(call) | {"time": call.time.isoformat(timespec="milliseconds")}
    del members["identity"], members["user_agent"]
    if call.invoked_by is None:
        del members["invoked_by"]
    return members
