"""The context keys of a request itself.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from datetime import datetime

from eks_pod_identity_emulator.authorization import Context
from eks_pod_identity_emulator.http.request import Request

_LOOPBACK = "127.0.0.1"


def request_context(request: Request, region: str, now: datetime) -> Context:
    """Return what policies see of a request, whatever it asks for.

    Loopback takes the place of AWS's endpoints, which every SDK calls by TLS, so the transport
    counts as secure.
    """
    client = request.scope.get("client") or (_LOOPBACK, 0)
    context = {
        "aws:currenttime": (now.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:requestedregion": (region,),
        "aws:securetransport": ("true",),
        "aws:sourceip": (str(client[0]),),
    }
    agent = request.headers.get("user-agent")
    return context | ({"aws:useragent": (agent,)} if agent else {})
