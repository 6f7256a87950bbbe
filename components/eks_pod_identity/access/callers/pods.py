"""EKS assuming the role of an association: the unknowns of the call, and its keys.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html and
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
That EKS always sends the source keys is not documented; so `source` is an unknown too.
"""

from collections.abc import Mapping
from functools import cached_property

from eks_pod_identity.access import domains
from eks_pod_identity.access.callers.calls import (
    PROPAGATED,
    SOURCE_KEYS,
    Calls,
    organization_value,
    service_named,
)
from eks_pod_identity.access.clause import Formula, present
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.access.space import Text, Value, constant, several
from eks_pod_identity.access.unknown import Unknown
from eks_pod_identity.iam.evaluation.policy import Principals
from eks_pod_identity.iam.trust import SERVICE_PRINCIPAL

SESSION_TAGS = (
    "eks-cluster-arn",
    "eks-cluster-name",
    "kubernetes-namespace",
    "kubernetes-service-account",
    "kubernetes-pod-name",
    "kubernetes-pod-uid",
)
REQUEST_TAG = "aws:requesttag/"
PRINCIPAL_TAG = "aws:principaltag/"
_NEVER_SENT = frozenset(
    {
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceidentity",
        "aws:userid",
        "aws:username",
        "sts:externalid",
        "sts:sourceidentity",
    }
)
_FAMILIES = frozenset({PRINCIPAL_TAG, REQUEST_TAG}) | PROPAGATED


class Pod:
    """The unknowns of a pod and its cluster, as session tags and source keys tell of them."""

    def __init__(self, calls: Calls, account: Unknown | str) -> None:
        space, partition = calls.space, calls.setting.partition
        self.tags = space.flag("session tags")
        self.account = account
        self.region = space.word("region", domains.region_of(partition))
        self.cluster = space.word("cluster", domains.CLUSTER)
        self.namespace = space.word("namespace", domains.NAMESPACE)
        self.service_account = space.word("service account", domains.SERVICE_ACCOUNT)
        self.pod = space.word("pod", domains.POD)
        self.uid = space.word("pod UID", domains.UID)
        self.cluster_arn: Text = (
            f"arn:{partition}:eks:",
            self.region,
            *((":", account, ":cluster/") if isinstance(account, Unknown) else ()),
            *(() if isinstance(account, Unknown) else (f":{account}:cluster/",)),
            self.cluster,
        )

    @property
    def tag_texts(self) -> tuple[Text, ...]:
        """The values of the session tags, in the order of their keys."""
        return (
            self.cluster_arn,
            (self.cluster,),
            (self.namespace,),
            (self.service_account,),
            (self.pod,),
            (self.uid,),
        )

    def tag_keys(self, *families: str) -> dict[str, Value]:
        """Return the session tags as condition keys."""
        there = frozenset({present(self.tags)})
        return {
            family + tag: Value((text,), there)
            for family in families
            for tag, text in zip(SESSION_TAGS, self.tag_texts, strict=True)
        } | {
            key: several(tuple((tag,) for tag in SESSION_TAGS), self.tags)
            for key in ("aws:tagkeys", "sts:transitivetagkeys")
        }


class PodCalls(Calls):
    """EKS assuming a role for a pod, of a cluster in the role's account or in another one."""

    def __init__(self, setting: Setting, *, own: bool) -> None:
        super().__init__(setting)
        self.own = own
        self.source = self.space.flag("source keys")
        self.account: Unknown | str = setting.account
        if not own:
            self.account = self.space.word(
                "account", domains.ACCOUNT, excluded=frozenset({setting.account})
            )
        self.organization = self._organization()
        self.pod = Pod(self, self.account)

    def _organization(self) -> Unknown | str:
        if self.own:
            return self.role_organization()
        return self.space.word("organization", domains.ORGANIZATION, optional=True)

    def keys(self) -> Mapping[str, Value]:
        """Return the keys that these calls carry."""
        return self._keys

    @cached_property
    def _keys(self) -> Mapping[str, Value]:
        pod, there = self.pod, frozenset({present(self.source)})
        account: Text = (self.account,)
        return {
            "aws:sourcearn": Value((pod.cluster_arn,), there),
            "aws:sourceaccount": Value((account,), there),
            **pod.tag_keys(REQUEST_TAG),
            "aws:requestedregion": Value(((pod.region,),)),
            "aws:principalisawsservice": constant("true"),
            "aws:principalservicename": constant(SERVICE_PRINCIPAL),
            **self._organization_keys(),
        }

    def _organization_keys(self) -> dict[str, Value]:
        found = organization_value(self.organization, self.source)
        if not isinstance(found, Value):
            return {}
        place = self.space.word("place in the organization", domains.PLACE)
        path: Text = (*found.texts[0], "/", place)
        return {"aws:sourceorgid": found, "aws:sourceorgpaths": Value((path,), found.gates)}

    def is_never_sent(self, key: str) -> bool:
        """Tell whether none of these calls carries a key."""
        host = key.partition(":")[0]
        return (
            key in _NEVER_SENT
            or key in SOURCE_KEYS
            or key[: key.find("/") + 1] in _FAMILIES
            or "." in host
            or host == "saml"
        )

    def named_by(self, principals: Principals) -> Formula:
        """Return when a Principal element names EKS Pod Identity."""
        return service_named(principals, SERVICE_PRINCIPAL, self)
