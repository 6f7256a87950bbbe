"""The second call of a chain: EKS assuming a target role from the association's role.

In: the source role, the call of the pod. Out: the request as STS sees it in the target's account.
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from eks_pod_identity.iam.evaluation import Context, Policy, Principal, Request
from eks_pod_identity.iam.evaluation.principal import account_of
from eks_pod_identity_policies import session_tags
from eks_pod_identity_policies.trust.arn_pattern import fill, parts_of
from eks_pod_identity_policies.trust.call import PodCall
from eks_pod_identity_policies.trust.literals import SAMPLE_ACCOUNT, values_of

_ROLE = re.compile(r"role/[\w+=,.@/-]+", re.ASCII)
_SOME = 8


@dataclass(frozen=True, slots=True)
class ChainedCall:
    """EKS assuming a target role.

    Attributes:
        source: The ARN of the association's role.
        pod: The call by which that role was assumed.
        external_id: What EKS sends while session tags are off; empty if it sends none.
    """

    source: str
    pod: PodCall
    external_id: str = ""

    def request(self, action: str) -> Request:
        """Return the request for an action."""
        return Request(Principal.aws(self.source), action, context=self.context())

    def context(self) -> Context:
        """Return what STS knows of the call."""
        values: dict[str, str | tuple[str, ...]] = {
            "aws:principalaccount": self.account,
            "aws:principalarn": self.source,
            "aws:principalisawsservice": "false",
            "aws:securetransport": "true",
        }
        if self.external_id:
            values["sts:externalid"] = self.external_id
        if self.pod.tags:
            values |= self._tags()
        absent = {
            *session_tags.SOURCE_KEYS,
            session_tags.REQUEST_TAG,
            session_tags.PRINCIPAL_TAG,
            "aws:multifactorauthpresent",
            "aws:principalservicename",
        }
        if not self.external_id:
            absent.add("sts:externalid")
        return Context.of(values, absent=absent)

    @property
    def account(self) -> str:
        """The source role's account."""
        return self.source.split(":")[4]

    def from_other_roles(self, policy: Policy) -> Iterator["ChainedCall"]:
        """Yield the call as other roles of the account would make it, tags and all.

        They are called so that they fit the wildcards by which the policy compares roles.
        """
        name = self.source.rpartition("/")[2]
        resources = ["role/another-role", f"role/another/{name}"]
        for pattern in values_of(policy.statements, "aws:principalarn")[:_SOME]:
            resources += (fill(parts[-1], "another") for parts in parts_of(pattern))
        for resource in dict.fromkeys(filter(_ROLE.fullmatch, resources)):
            source = f"arn:aws:iam::{self.account}:{resource}"
            if source != self.source:
                yield replace(self, source=source)

    def _tags(self) -> dict[str, str | tuple[str, ...]]:
        tags = {
            session_tags.CLUSTER_ARN: self.pod.cluster.arn,
            session_tags.CLUSTER_NAME: self.pod.cluster.name,
            session_tags.NAMESPACE: self.pod.namespace,
            session_tags.SERVICE_ACCOUNT: self.pod.service_account,
        }
        keys: dict[str, str | tuple[str, ...]] = {
            "aws:tagkeys": session_tags.TAGS,
            "sts:transitivetagkeys": session_tags.TAGS,
        }
        for family in (session_tags.REQUEST_TAG, session_tags.PRINCIPAL_TAG):
            keys |= {family + tag: value for tag, value in tags.items()}
        return keys


def accounts_trusted(policy: Policy) -> Iterator[str]:
    """Yield the accounts whose principals a trust policy names; a sample if there is none."""
    found = False
    for statement in policy.statements:
        named = (statement.principals or {}).get("AWS", ())
        for name in (*named, *values_of((statement,), "aws:principalarn")):
            account = account_of(name) or (name.split(":") + [""] * 5)[4]
            if account.isdigit():
                found = True
                yield account
    if not found:
        yield SAMPLE_ACCOUNT
