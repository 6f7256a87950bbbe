"""The call by which EKS assumes the role of an association, as STS sees it.

In: account, cluster, namespace, service account and so on. Out: the request with its context keys.
Calls are named tuples, because rules make, alter and look up dozens of them for each document.
Which keys there are: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html and
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from eks_pod_identity.iam.evaluation import Context, Principal, Request
from eks_pod_identity_policies import session_tags

PODS = Principal.service("pods.eks.amazonaws.com")
ASSUME = "sts:AssumeRole"
TAG = "sts:TagSession"

# The caller is a service: it has no tags, no account and no organization of its own, and EKS sends
# no external id to the first role.
_NEVER_SENT = frozenset(
    {
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principaltag/",
        "aws:requesttag/",
        "aws:sourceidentity",
        "aws:username",
        "sts:externalid",
        "sts:sourceidentity",
    }
)
_ALWAYS: Mapping[str, tuple[str, ...]] = {
    "aws:principalisawsservice": ("true",),
    "aws:principalservicename": (PODS.name,),
    "aws:securetransport": ("true",),
}
_LISTS: Mapping[str, tuple[str, ...]] = {
    "aws:tagkeys": session_tags.TAGS,
    "sts:transitivetagkeys": session_tags.TAGS,
}
_TAG_KEYS = {tag: session_tags.REQUEST_TAG + tag for tag in session_tags.TAGS}


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
        org: The organization of the cluster's account; empty if it is in none.
        role_org: The organization of the role's account.
        role_account: The role's account; that of the cluster if empty.
        tags: Whether the association leaves session tags on.
        source: Whether the call carries the aws:Source keys.
    """

    cluster: Cluster
    namespace: str
    service_account: str
    org: str
    role_org: str
    role_account: str = ""
    tags: bool = True
    source: bool = True

    def request(self, action: str) -> Request:
        """Return the request for an action."""
        return Request(PODS, action, context=self.context())

    def context(self) -> Context:
        """Return what STS knows of the call."""
        return _context_of(self)

    def known(self) -> Context:
        """Work out what STS knows of the call."""
        values: dict[str, tuple[str, ...]] = {
            **_ALWAYS,
            "aws:resourceaccount": (self.role_account or self.cluster.account,),
            "aws:requestedregion": (self.cluster.region,),
        }
        if self.role_org:
            values["aws:resourceorgid"] = (self.role_org,)
        if self.source:
            values |= self._source_keys()
        gone = _NEVER_SENT | (session_tags.SOURCE_KEYS - values.keys() - self._untold())
        if self.tags:
            return Context({**values, **self._tag_keys()}, gone)
        return Context(values, gone | _LISTS.keys())

    def _untold(self) -> frozenset[str]:
        # Where in its own organization an account stands cannot be guessed.
        at_home = self.source and self.org and self.org == self.role_org
        return frozenset({"aws:sourceorgpaths"} if at_home else ())

    def _source_keys(self) -> dict[str, tuple[str, ...]]:
        keys: dict[str, tuple[str, ...]] = {
            "aws:sourceaccount": (self.cluster.account,),
            "aws:sourcearn": (self.cluster.arn,),
        }
        if self.org:
            keys["aws:sourceorgid"] = (self.org,)
        if self.org and self.org != self.role_org:
            keys["aws:sourceorgpaths"] = (f"{self.org}/r-zzzz/ou-zzzz-zzzzzzzz/",)
        return keys

    def _tag_keys(self) -> dict[str, tuple[str, ...]]:
        return {
            **_LISTS,
            _TAG_KEYS[session_tags.CLUSTER_ARN]: (self.cluster.arn,),
            _TAG_KEYS[session_tags.CLUSTER_NAME]: (self.cluster.name,),
            _TAG_KEYS[session_tags.NAMESPACE]: (self.namespace,),
            _TAG_KEYS[session_tags.SERVICE_ACCOUNT]: (self.service_account,),
            _TAG_KEYS[session_tags.POD_NAME]: (f"{self.service_account}-7d4b9c6f5-x2x7k",),
            _TAG_KEYS[session_tags.POD_UID]: ("0b8a7c1e-5c1d-4f0e-9a51-3f1f0d7a2b11",),
        }


@lru_cache(maxsize=2048)
def _context_of(call: PodCall) -> Context:
    return call.known()  # many rules ask about the same calls
