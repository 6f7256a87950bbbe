"""Asks a cluster whether new pods of a service account get an association's credentials.

EKS's webhook has no side effects, so a pod that is created with `dryRun=All` comes back as the
webhook changed it, and nothing is kept. Each ask opens a connection of its own, since each API
server has its own webhook. What it says is evidence, no proof: another API server may be behind.
https://github.com/aws/containers-roadmap/issues/2507
https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#side-effects
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from eks_pod_identity.kubernetes.access import Access, UnreadableError
from eks_pod_identity.kubernetes.api import KubernetesApi
from eks_pod_identity.names import ServiceAccountRef

_VARIABLE = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
_IMAGE = "public.ecr.aws/eks-distro/kubernetes/pause:3.10"  # EKS's own; nothing pulls it
_NOBODY = 65_534
_SMALLEST = {"cpu": "1m", "memory": "1Mi"}


class AdmissionProbe:
    """Asks about one service account."""

    def __init__(self, access: Callable[[], Access], account: ServiceAccountRef) -> None:
        """Set up.

        Args:
            access: Gives the way to the cluster, with a token that is still good.
            account: The service account.
        """
        self._access = access
        self._account = account

    def sees_association(self) -> bool:
        """Say whether a pod that is created now would get credentials of an association.

        Raises:
            UnreadableError: Nobody answers, or the pod is refused: by RBAC, a quota or a policy.
        """
        path = f"/api/v1/namespaces/{self._account.namespace}/pods"
        with KubernetesApi(self._access()) as api:
            status, body = api.create(path, _pod(self._account.name), dry_run=True)
        if status != HTTPStatus.CREATED:
            raise UnreadableError(self._refusal(status, body))
        return _has_credentials(json.loads(body))

    def _refusal(self, status: int, body: bytes) -> str:
        try:
            reason = str(json.loads(body)["message"])
        except (ValueError, KeyError, TypeError):
            reason = body[:200].decode(errors="replace")
        return f"a pod of {self._account} is refused ({status}): {reason}"


def _has_credentials(pod: Mapping[str, Any]) -> bool:
    variables = pod["spec"]["containers"][0].get("env") or ()
    return any(variable["name"] == _VARIABLE for variable in variables)


def _pod(service_account: str) -> Mapping[str, Any]:
    """Return a pod that meets the restricted profile, and quotas that ask for limits.

    https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
    """
    container = {
        "name": "probe",
        "image": _IMAGE,
        "resources": {"requests": _SMALLEST, "limits": _SMALLEST},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"generateName": "eks-pod-identity-settled-"},
        "spec": {
            "serviceAccountName": service_account,
            "automountServiceAccountToken": False,
            "restartPolicy": "Never",
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": _NOBODY,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [container],
        },
    }
