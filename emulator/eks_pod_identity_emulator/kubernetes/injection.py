"""What EKS's pod identity webhook puts into a pod when it is admitted.

With an association for the pod's service account: where the SDKs find the Pod Identity Agent and
their token. Otherwise, with an IRSA annotation on the service account: role and web identity token.
What a container sets itself is never overridden. Pods that run already are not touched.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
https://github.com/aws/amazon-eks-pod-identity-webhook#readme
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

_AGENT = MappingProxyType(
    {
        "ipv4": "http://169.254.170.23/v1/credentials",
        "ipv6": "http://[fd00:ec2::23]/v1/credentials",
    }
)
_FOLDER = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount"
_TOKEN = "eks-pod-identity-token"  # noqa: S105 - the name of a volume
_IRSA_FOLDER = "/var/run/secrets/eks.amazonaws.com/serviceaccount"
_DAY = 86_400
_PREFIX = "eks.amazonaws.com/"


@dataclass(frozen=True, slots=True)
class Injection:
    """What goes into each container of a pod, and into the pod.

    Attributes:
        env: Environment variables; none of them if the container has one of `guards`.
        guards: Variables with which a container says that it looks after itself.
        region_env: Variables that each stay out only if the container has one of them.
        volume: Name of the token's volume.
        folder: Where the token is mounted.
        token: The token's projection.
    """

    env: Mapping[str, str]
    guards: frozenset[str]
    region_env: tuple[Mapping[str, str], ...]
    volume: str
    folder: str
    token: Mapping[str, Any]

    @property
    def all_env(self) -> dict[str, str]:
        """Return every variable that a bare container gets."""
        merged = dict(self.env)
        for group in self.region_env:
            merged |= group
        return merged


def pod_identity_injection(region: str, ip_family: str) -> Injection:
    """Return what a pod gets whose service account has an association."""
    env = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": _AGENT[ip_family],
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": f"{_FOLDER}/{_TOKEN}",
    }
    token = {"audience": "pods.eks.amazonaws.com", "expirationSeconds": _DAY, "path": _TOKEN}
    return Injection(
        env, frozenset(env), _region_env(region, regional=True), _TOKEN, _FOLDER, token
    )


def irsa_injection(region: str, annotations: Mapping[str, str]) -> Injection | None:
    """Return what a pod gets whose service account is annotated for IRSA, None if it is not."""
    role = annotations.get(f"{_PREFIX}role-arn")
    if not role:
        return None
    env = {"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": f"{_IRSA_FOLDER}/token"}
    expiration = annotations.get(f"{_PREFIX}token-expiration", "")
    token = {
        "audience": annotations.get(f"{_PREFIX}audience", "sts.amazonaws.com"),
        "expirationSeconds": int(expiration) if expiration.isdecimal() else _DAY,
        "path": "token",
    }
    regional = annotations.get(f"{_PREFIX}sts-regional-endpoints", "true") == "true"
    region_env = _region_env(region, regional=regional)
    return Injection(env, frozenset(env), region_env, "aws-iam-token", _IRSA_FOLDER, token)


def _region_env(region: str, *, regional: bool) -> tuple[Mapping[str, str], ...]:
    names = {"AWS_DEFAULT_REGION": region, "AWS_REGION": region}
    return ({"AWS_STS_REGIONAL_ENDPOINTS": "regional"}, names) if regional else (names,)


def inject(pod: Mapping[str, Any], injection: Injection) -> dict[str, Any]:
    """Return a pod with what the webhook adds to it."""
    annotations = pod["metadata"].get("annotations") or {}
    skipped = {name.strip() for name in annotations.get(f"{_PREFIX}skip-containers", "").split(",")}
    spec = dict(pod["spec"])
    for group in ("initContainers", "containers"):
        if spec.get(group):
            spec[group] = [
                one if one["name"] in skipped else _with_credentials(one, injection)
                for one in spec[group]
            ]
    volumes = spec.get("volumes") or []
    if all(volume["name"] != injection.volume for volume in volumes):
        source = {"serviceAccountToken": dict(injection.token)}
        projected = {"defaultMode": 420, "sources": [source]}
        spec["volumes"] = [*volumes, {"name": injection.volume, "projected": projected}]
    return {**pod, "spec": spec}


def _with_credentials(container: Mapping[str, Any], injection: Injection) -> dict[str, Any]:
    env = list(container.get("env") or [])
    given = {variable["name"] for variable in env}
    added: dict[str, str] = {}
    for group in injection.region_env:
        if not given & set(group):
            added |= group
    changed = dict(container)
    if not given & injection.guards:
        added |= injection.env
        mounts = container.get("volumeMounts") or []
        if all(mount["mountPath"] != injection.folder for mount in mounts):
            mount = {"name": injection.volume, "mountPath": injection.folder, "readOnly": True}
            changed["volumeMounts"] = [*mounts, mount]
    changed["env"] = env + [{"name": name, "value": value} for name, value in added.items()]
    return changed
