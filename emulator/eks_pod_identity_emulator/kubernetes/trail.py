"""Writes to the clusters' APIs, in the call log beside those to AWS.

Reads are not taken down; watches and lists would drown the rest. A dry run and a token change
nothing, and count as no write.
"""

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.http.calls import Call, CallLog
from eks_pod_identity_emulator.http.request import Request
from eks_pod_identity_emulator.kubernetes.address import parse_address
from eks_pod_identity_emulator.kubernetes.refusals import StatusError

VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_FIRST_ERROR_STATUS = 400


class KubernetesTrail:
    """Takes requests down that would change objects."""

    def __init__(self, log: CallLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock

    def record(self, place: tuple[str, str, str], path: str, request: Request, status: int) -> None:
        """Take a request down, unless it only reads.

        Args:
            place: Account, region and name of the cluster.
            path: The path below the cluster's API, such as api/v1/namespaces/web/pods/a.
            request: The request.
            status: HTTP status of the answer.
        """
        verb = VERBS.get(request.method)
        if verb is None:
            return
        try:
            address = parse_address(path)
        except StatusError:
            return
        resource = "/".join(filter(None, (address.kind.plural, address.subresource)))
        dry_run = "All" in request.query.get("dryRun", ())
        account, region, cluster = place
        self._log.add(
            Call(
                time=self._clock.now(),
                account=account,
                region=region,
                service="kubernetes",
                operation=f"{verb} {resource}",
                write=not dry_run and address.subresource != "token",
                status=status,
                error=str(status) if status >= _FIRST_ERROR_STATUS else None,
                parameters={
                    "cluster": cluster,
                    "namespace": address.namespace,
                    "name": address.name,
                },
                user_agent=request.headers.get("user-agent", ""),
            )
        )
