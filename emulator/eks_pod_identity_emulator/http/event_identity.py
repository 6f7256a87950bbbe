"""Who made a call, as CloudTrail's userIdentity says it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

import re
from collections.abc import Mapping
from typing import Any

import jwt

from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.http.api_call import ApiCall
from eks_pod_identity_emulator.sessions import Identity

_EKS_ISSUER = re.compile(r"https://oidc\.eks\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/id/[0-9A-Z]+")
_ROLE_ARN_PARTS = 6


def caller_identity(caller: Caller) -> Mapping[str, Any]:
    """Return who signed a call: a session, a user, or the account's administrator."""
    if caller.identity is None:
        arn = f"arn:{caller.partition}:iam::{caller.account}:root"
        return {"type": "Root", "arn": arn, "accountId": caller.account}
    return _signed(caller.identity)


def _signed(identity: Identity) -> Mapping[str, Any]:
    principal, session = identity.principal, identity.session
    common = {"principalId": identity.user_id, "accountId": principal.account}
    if session is None:
        user = {"arn": principal.arn, "userName": principal.name.rpartition("/")[2]}
        return {"type": "IAMUser", **common, **user}
    role = session.assumption.role_arn
    issuer = {"type": "Role", "arn": role, "userName": role.rpartition("/")[2]}
    return {
        "type": "AssumedRole",
        **common,
        "arn": principal.name,
        "accessKeyId": session.access_key_id,
        "sessionContext": {"sessionIssuer": issuer},
    }


def web_identity(call: ApiCall) -> tuple[str, str, Mapping[str, Any]]:
    """Return account, region and identity of a call with a web identity token, good or not.

    The account is the role's. The region is the cluster's, whose pods ask STS's endpoint there;
    the request itself names none.
    """
    parts = str(call.params.get("RoleArn", "")).split(":")
    partition, account = (parts[1], parts[4]) if len(parts) == _ROLE_ARN_PARTS else ("aws", "")
    claims = _unverified(str(call.params.get("WebIdentityToken", "")))
    issuer, subject = str(claims.get("iss", "")), str(claims.get("sub", ""))
    audience = claims.get("aud") or ""
    named = audience if isinstance(audience, str) else str(next(iter(audience), ""))
    host = issuer.removeprefix("https://")
    provider = f"arn:{partition}:iam::{account}:oidc-provider/{host}"
    identity = {
        "type": "WebIdentityUser",
        "principalId": f"{provider}:{named}:{subject}",
        "userName": subject,
        "identityProvider": provider,
    }
    found = _EKS_ISSUER.fullmatch(issuer)
    return account, found[1] if found else "us-east-1", identity


def _unverified(token: str) -> Mapping[str, Any]:
    try:
        claims: Mapping[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return {}
    return claims
