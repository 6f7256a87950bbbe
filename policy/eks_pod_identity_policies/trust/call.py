"""The call by which EKS assumes the role of an association, as STS sees it.

In: account, cluster, namespace, service account and so on. Out: the request with its context keys.
Calls are named tuples, because rules make, alter and look up dozens of them for each document.
Which keys there are: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html and
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from eks_pod_identity.iam.evaluation import CLAIMS, Context, Principal, Request
from eks_pod_identity_policies import session_tags

PODS = Principal.service("pods.eks.amazonaws.com")
ASSUME = "sts:AssumeRole"
TAG = "sts:TagSession"
SAMPLE_UNIT = "r-zzzz/ou-zzzz-zzzzzzzz/"
"""A place in an organization that no document names."""

# The caller is a service: it has no tags, no token, no account and no organization of its own, and
# EKS sends no external id to the first role.
_NEVER_SENT = frozenset(
    {
        CLAIMS,
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        # Trusted identity propagation: a pod has no identity of IAM Identity Center to pass on.
        "aws:originidentity/",
        "aws:transactioncontext/",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principaltag/",
        "aws:requesttag/",
        "aws:sourceidentity",
        "aws:userid",
        "aws:username",
        "sts:externalid",
        "sts:sourceidentity",
    }
)


class Cluster(NamedTuple):
    """An EKS cluster."""

    account: str
    name: str
    region: str = "eu-west-1"
    partition: str = "aws"

    @property
    def arn(self) -> str:
        """The ARN that EKS sends as aws:SourceArn and as a session tag."""
        return f"arn:{self.partition}:eks:{self.region}:{self.account}:cluster/{self.name}"


class PodCall(NamedTuple):
    """EKS assuming a role for a pod.

    Attributes:
        cluster: Where the pod runs.
        namespace: Of the service account.
        service_account: Its name.
        org: The organization of the cluster's account, or where in one it stands; empty if it is
            in none.
        role_org: The organization of the role's account.
        role_account: The role's account; that of the cluster if empty.
        tags: Whether the association leaves session tags on.
        source: Whether the call carries the aws:Source keys.
        pod: The pod's name and UID; samples if empty.
    """

    cluster: Cluster
    namespace: str
    service_account: str
    org: str
    role_org: str
    role_account: str = ""
    tags: bool = True
    source: bool = True
    pod: tuple[str, str] = ("", "")

    def request(self, action: str) -> Request:
        """Return the request for an action."""
        return Request(PODS, action, context=self.context())

    def context(self) -> Context:
        """Return what STS knows of the call."""
        return Context(_Keys(self), _ABSENT[self.source, bool(self.org), self.tags])


class _Keys(Mapping[str, tuple[str, ...]]):
    """The context keys of a call, read when they are asked for: of many calls few are."""

    def __init__(self, call: PodCall) -> None:
        self._call = call

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401 - as in Mapping
        """Return the values of a key, the default if the call does not carry it."""
        reader = _READERS.get(key)
        return (reader and reader(self._call)) or default

    def __getitem__(self, key: str) -> tuple[str, ...]:
        return _READERS[key](self._call)

    def __iter__(self) -> Iterator[str]:
        return (key for key in _READERS if self.get(key))

    def __len__(self) -> int:
        return sum(1 for _ in self)


_Reader: TypeAlias = Callable[[PodCall], tuple[str, ...]]


def _if_there(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _source(value_of: Callable[[PodCall], str]) -> _Reader:
    return lambda call: _if_there(value_of(call)) if call.source else ()


def _session_tag(value_of: Callable[[PodCall], str]) -> _Reader:
    return lambda call: (value_of(call),) if call.tags else ()


def _tag_list(call: PodCall) -> tuple[str, ...]:
    return session_tags.TAGS if call.tags else ()


def _org_paths(call: PodCall) -> str:
    if "/" in call.org:
        return call.org
    # Where in its own organization an account stands cannot be guessed.
    return f"{call.org}/{SAMPLE_UNIT}" if call.org and call.org != call.role_org else ""


_SESSION_TAGS: Mapping[str, Callable[[PodCall], str]] = {
    session_tags.CLUSTER_ARN: lambda call: call.cluster.arn,
    session_tags.CLUSTER_NAME: lambda call: call.cluster.name,
    session_tags.NAMESPACE: lambda call: call.namespace,
    session_tags.SERVICE_ACCOUNT: lambda call: call.service_account,
    session_tags.POD_NAME: lambda call: call.pod[0] or f"{call.service_account}-7d4b9c6f5-x2x7k",
    session_tags.POD_UID: lambda call: call.pod[1] or "0b8a7c1e-5c1d-4f0e-9a51-3f1f0d7a2b11",
}
_TAG_LISTS = frozenset({"aws:tagkeys", "sts:transitivetagkeys"})
_READERS: Mapping[str, _Reader] = {
    "aws:principalisawsservice": lambda _: ("true",),
    "aws:principalservicename": lambda _: (PODS.name,),
    "aws:requestedregion": lambda call: (call.cluster.region,),
    "aws:resourceaccount": lambda call: (call.role_account or call.cluster.account,),
    "aws:resourceorgid": lambda call: _if_there(call.role_org),
    "aws:securetransport": lambda _: ("true",),
    "aws:sourceaccount": _source(lambda call: call.cluster.account),
    "aws:sourcearn": _source(lambda call: call.cluster.arn),
    "aws:sourceorgid": _source(lambda call: call.org.partition("/")[0]),
    "aws:sourceorgpaths": _source(_org_paths),
    **dict.fromkeys(_TAG_LISTS, _tag_list),
    **{session_tags.REQUEST_TAG + tag: _session_tag(of) for tag, of in _SESSION_TAGS.items()},
}


def _find_absent(*, source: bool, org: bool, tags: bool) -> frozenset[str]:
    """Return the keys that a call certainly lacks."""
    of_source = _ORG_KEYS if source else session_tags.SOURCE_KEYS
    gone = frozenset() if source and org else of_source
    return _NEVER_SENT | gone | (frozenset() if tags else _TAG_LISTS)


_ORG_KEYS = frozenset({"aws:sourceorgid", "aws:sourceorgpaths"})
_ABSENT = {
    (source, org, tags): _find_absent(source=source, org=org, tags=tags)
    for source, org, tags in product((True, False), repeat=3)
}
