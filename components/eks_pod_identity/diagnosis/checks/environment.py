"""What a pod's own environment puts before the agent in the SDKs' chain, or in the way to it.

https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from eks_pod_identity.diagnosis.fault import DoctorFault
from eks_pod_identity.diagnosis.finding import Finding, cause, ok, unknown, unread
from eks_pod_identity.diagnosis.pods import (
    AGENT_ADDRESSES,
    FULL_URI,
    RELATIVE_URI,
    TOKEN_FILE,
    has_agent,
    replacing,
    workload,
)
from eks_pod_identity.observed.picture import Picture, Unread
from eks_pod_identity.observed.workload import Container, PodState

_IRSA_FOLDER = "/var/run/secrets/eks.amazonaws.com/"
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_ROLE, _WEB_TOKEN = "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"
_FILES = ("AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE")
# The agent is asked by http, so a proxy for https alone is not in the way.
_PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTIONS = ("no_proxy", "NO_PROXY")


@dataclass(frozen=True, slots=True)
class _Place:
    """A container in its pod.

    Attributes:
        pod: The pod.
        container: The container.
        names: All variables that are known, with those of ConfigMaps.
    """

    pod: PodState
    container: Container
    names: frozenset[str]

    def __str__(self) -> str:
        return f"container {self.container.name} of pod {self.pod}"

    def removing(self, *names: str) -> str:
        """Return what takes variables away."""
        taken = " ".join(f"{each}-" for each in names)
        what, namespace = workload(self.pod), self.pod.namespace
        return f"kubectl set env {what} {taken} -n {namespace} -c {self.container.name}"


def check_environment(picture: Picture) -> Iterator[Finding]:
    """Yield which variables of the pods stand in the way."""
    findings = [found for place in _places(picture) for found in _of_place(place, picture)]
    yield from dict.fromkeys(findings)
    if picture.pods and not findings:
        yield ok("no variable of the pods comes before the agent")


def _places(picture: Picture) -> Iterator[_Place]:
    for pod in picture.pods:
        for container in pod.containers:
            names = set(container.env)
            for kind, name in container.env_from:
                keys = picture.kubernetes.config_maps.get(name, frozenset())
                if kind == "ConfigMap" and not isinstance(keys, Unread):
                    names |= keys
            yield _Place(pod, container, frozenset(names))


def _of_place(place: _Place, picture: Picture) -> Iterator[Finding]:
    yield from _keys(place)
    yield from _web_identity(place)
    yield from _endpoint(place, picture)
    yield from _proxy(place)
    yield from _files(place)
    yield from _sources(place, picture)


def _keys(place: _Place) -> Iterator[Finding]:
    found = [each for each in _KEYS if each in place.names]
    if _KEYS[0] in found:
        message = f"{place} has {' and '.join(found)}, which SDKs take first"
        names = (*found, *(["AWS_SESSION_TOKEN"] if "AWS_SESSION_TOKEN" in place.names else []))
        yield cause(DoctorFault.OWN_KEYS, message, help_=[place.removing(*names)])


def _web_identity(place: _Place) -> Iterator[Finding]:
    if _ROLE not in place.names and _WEB_TOKEN not in place.names:
        return
    role, token = place.container.env.get(_ROLE), place.container.env.get(_WEB_TOKEN)
    evidence = [f"{_ROLE}={role or 'set elsewhere'}", f"{_WEB_TOKEN}={token or 'not set here'}"]
    if not {_ROLE, _WEB_TOKEN} <= place.names:
        name = _ROLE if _ROLE in place.names else _WEB_TOKEN
        yield unknown(
            f"{place} has {name} alone; most SDKs ignore it, and some do not",
            evidence,
            [_identity(place), place.removing(name)],
        )
    elif token and token.startswith(_IRSA_FOLDER):
        message = f"{place} got IRSA's role when it was admitted, which SDKs take first"
        yield cause(DoctorFault.IRSA_FIRST, message, evidence, [replacing(place.pod)])
    else:
        message = f"{place} names a role and a token of its own, which SDKs take first"
        yield cause(DoctorFault.OWN_ROLE, message, evidence, [place.removing(_ROLE, _WEB_TOKEN)])


def _identity(place: _Place) -> str:
    pod = place.pod
    inside = f"-n {pod.namespace} -c {place.container.name}"
    return f"kubectl exec {pod.name} {inside} -- aws sts get-caller-identity"


def _endpoint(place: _Place, picture: Picture) -> Iterator[Finding]:
    if RELATIVE_URI in place.names:
        message = f"{place} has {RELATIVE_URI}, which SDKs take before the agent"
        yield cause(DoctorFault.OWN_ENDPOINT, message, help_=[place.removing(RELATIVE_URI)])
    own = [each for each in (FULL_URI, TOKEN_FILE) if each in place.names]
    if own and not has_agent(place.container) and picture.associated_with is not None:
        yield cause(
            DoctorFault.OWN_ENDPOINT,
            f"{place} has {' and '.join(own)} of its own, so the webhook adds none",
            [f"{each}={place.container.env.get(each) or 'set elsewhere'}" for each in own],
            [place.removing(*own)],
        )


def _proxy(place: _Place) -> Iterator[Finding]:
    proxies = [each for each in _PROXIES if each in place.names]
    if not proxies or not has_agent(place.container):
        return
    uri = place.container.env.get(FULL_URI) or ""
    address = next((each.strip("[]") for each in AGENT_ADDRESSES if each in uri), "")
    exceptions = ",".join(place.container.env.get(each) or "" for each in _EXCEPTIONS)
    if _is_excepted(address, exceptions):
        return
    unseen = [each for each in _EXCEPTIONS if each in place.names and not exceptions.strip(",")]
    if unseen:
        message = f"{place} has {proxies[0]}, and {unseen[0]} is set elsewhere"
        yield unknown(message, help_=[_printed(place, unseen[0])])
        return
    addresses = ",".join(AGENT_ADDRESSES)
    yield cause(
        DoctorFault.PROXY,
        f"{place} has {proxies[0]}, and no exception for the agent at {address}",
        [f"no_proxy={exceptions.strip(',')}"],
        [
            (
                f"kubectl set env {workload(place.pod)} -n {place.pod.namespace} "
                f"-c {place.container.name} NO_PROXY={addresses} no_proxy={addresses}"
            )
        ],
    )


def _is_excepted(address: str, exceptions: str) -> bool:
    """Say whether a list of exceptions has the agent's address; networks are as Go reads them."""
    listed = [each.strip().strip("[]") for each in exceptions.split(",")]
    return any(each in {address, "*", "169.254.0.0/16", "169.254."} for each in listed)


def _printed(place: _Place, name: str) -> str:
    pod = place.pod
    return (
        f"kubectl exec {pod.name} -n {pod.namespace} -c {place.container.name} -- printenv {name}"
    )


def _files(place: _Place) -> Iterator[Finding]:
    found = [each for each in _FILES if each in place.names]
    if found:
        yield unknown(
            f"{place} has {' and '.join(found)}: what the file says comes before the agent",
            help_=[_identity(place), place.removing(*found)],
        )


def _sources(place: _Place, picture: Picture) -> Iterator[Finding]:
    for kind, name in place.container.env_from:
        if kind == "Secret":
            message = f"{place} takes all variables of Secret {name}, which doctor does not read"
            yield unknown(message, help_=[_printed(place, _KEYS[0])])
        else:
            keys = picture.kubernetes.config_maps.get(name, frozenset())
            if isinstance(keys, Unread):
                yield unread(f"{place} takes variables of ConfigMap {name}", keys)
