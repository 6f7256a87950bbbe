"""How EKS Auth refuses: the errors of its model, each with the reason that only the log has.

AWS tells the agent little; a text that no public report shows is ours, in the words of the model's
documentation. https://docs.aws.amazon.com/eks/latest/APIReference/API_auth_AssumeRoleForPodIdentity.html
"""

from datetime import datetime

from eks_pod_identity_emulator.errors import ApiError


class AuthError(ApiError):
    """A refused request for credentials.

    Attributes:
        reason: What the emulator's log says about it, in one line.
    """

    def __init__(self, code: str, message: str, reason: str, *, status: int = 400) -> None:
        super().__init__(code, message, status=status)
        self.reason = reason


def no_cluster(name: str, message: str) -> AuthError:
    """Return the refusal of a cluster that EKS does not have."""
    return AuthError("ResourceNotFoundException", message, f"no cluster {name!r}", status=404)


def invalid_token(reason: str) -> AuthError:
    """Return the refusal of a token that is none of the cluster's, or no longer."""
    message = "The token included in the request is invalid."
    return AuthError("InvalidTokenException", message, reason)


def expired_token(now: datetime, expires: datetime) -> AuthError:
    """Return the refusal of a token that has ended.

    Text: https://github.com/aws/eks-pod-identity-agent/issues/89
    """
    ended = f"{expires:%Y-%m-%dT%H:%M:%SZ}"
    message = (
        "The token included in the request is expired: current date/time "
        f"{now:%Y-%m-%dT%H:%M:%S.%f}000Z must be before the expiration date/time {ended}."
    )
    return AuthError("ExpiredTokenException", message, f"the token expired at {ended}")


def no_association(namespace: str, service_account: str) -> AuthError:
    """Return the refusal of a pod without an association."""
    account = f"{namespace}/{service_account}"
    return AuthError(
        "ResourceNotFoundException",
        f"No pod identity association was found for service account {account}.",
        f"service account {account} has no association, or one that has not spread yet",
        status=404,
    )


def role_not_assumable(reason: str) -> AuthError:
    """Return the refusal of a role, whatever keeps EKS from it: AWS has one sentence for all.

    Text: https://github.com/aws-controllers-k8s/community/issues/2678
    """
    message = "Unauthorized Exception! EKS does not have permissions to assume the associated role."
    return AuthError("AccessDeniedException", message, reason)
