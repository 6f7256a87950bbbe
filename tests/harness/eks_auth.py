"""EKS Auth under test: the real EKS, clusters and sessions, with a clock moved by hand.

Two clusters, `demo` and `other`; in `demo` the pod `api-1` of service account `web/api`, of which
an association is declared. Every answer and refusal is held to botocore's model of EKS Auth.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
import pytest

from eks_pod_identity_emulator.authorization import CallerPolicies, parse_policy
from eks_pod_identity_emulator.eks import Caller
from eks_pod_identity_emulator.eks_auth import (
    AssumableRole,
    AssumedRole,
    EksAuthService,
    RoleAssumer,
)
from eks_pod_identity_emulator.eks_auth.refusals import AuthError
from eks_pod_identity_emulator.kubernetes.cluster import Cluster
from eks_pod_identity_emulator.kubernetes.clusters import Clusters
from eks_pod_identity_emulator.kubernetes.kinds import NAMESPACE, POD, SERVICE_ACCOUNT
from eks_pod_identity_emulator.sessions import Sessions
from eks_pod_identity_emulator.settings import Settings
from harness.eks import ACCOUNT, CALLER, CLUSTER, POD_IDENTITY_TRUST, Eks
from harness.forged_tokens import forged
from harness.kubernetes_objects import pod, service_account

ORGANIZATION = "o-a1b2c3d4e5"
AUDIENCE = "pods.eks.amazonaws.com"
TARGET = "arn:aws:iam::444455556666:role/archive"
SOURCE = f"arn:aws:iam::{ACCOUNT}:role/web-api"
_SEED = f"""
accounts:
  "{ACCOUNT}":
    regions:
      eu-west-1:
        clusters: [{{name: {CLUSTER}}}, {{name: other}}]
"""
_OPERATION = (
    botocore.session.get_session()
    .get_service_model("eks-auth")
    .operation_model("AssumeRoleForPodIdentity")
)


@dataclass
class _Roles:
    """IAM: roles of the association by EKS's view of them, and target roles."""

    eks: Eks
    policies_by_arn: dict[str, list[Mapping[str, Any]]]
    targets: dict[str, AssumableRole]
    tags: dict[str, str]

    def find(self, arn: str) -> AssumableRole | None:
        if arn in self.targets:
            return self.targets[arn]
        view = self.eks.iam.role(arn.split(":")[4], arn.rpartition("/")[2])
        return AssumableRole(arn, "AROAEXAMPLE", view.trust, self.tags) if view else None

    def policies(self, arn: str) -> CallerPolicies:
        return CallerPolicies([parse_policy(one) for one in self.policies_by_arn.get(arn, [])])


class EksAuth:
    """The service, its surroundings, and tokens good and bad."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Begin with the clusters, the pod and no association."""
        self.eks = Eks(settings, _SEED)
        self.clusters = Clusters(self.eks.service, self.eks.clock)
        self.roles = _Roles(self.eks, {}, {}, {})
        self.sessions = Sessions(self.eks.clock)
        self.assumed: list[AssumedRole] = []
        assumer = RoleAssumer(
            self.roles,
            self.sessions,
            {ACCOUNT: ORGANIZATION},
            settings or Settings(),
        )
        self.service = EksAuthService(
            self.eks.service, self.clusters, assumer, self.eks.clock, self._record
        )
        for name in (CLUSTER, "other"):
            self._declare_pod(self.cluster(name))

    def _record(self, assumed: AssumedRole, caller: Caller) -> None:
        assert caller == CALLER
        self.assumed.append(assumed)

    def _declare_pod(self, cluster: Cluster) -> None:
        cluster.create(NAMESPACE, {"metadata": {"name": "web"}})
        cluster.create(SERVICE_ACCOUNT, service_account("api", "web"))
        cluster.create(POD, pod("api-1", "web", serviceAccountName="api"))

    def cluster(self, name: str = CLUSTER) -> Cluster:
        """Return a cluster."""
        return self.clusters.cluster(CALLER.account, CALLER.region, name)[0]

    def pod_uid(self) -> str:
        """Return the pod's uid."""
        return str(self.cluster().objects.get(POD, "web", "api-1")["metadata"]["uid"])

    def associate(self, **more: object) -> dict[str, Any]:
        """Make the association of the pod's service account."""
        return self.eks.associate("web", "api", **more)

    def declare_trust(self, trust: Mapping[str, Any]) -> None:
        """Change the trust policy of the association's role."""
        self.eks.iam.declare_role("web-api", trust)

    def declare_target(self, trust: Mapping[str, Any], may: list[str]) -> None:
        """Let the target role exist, with what the association's role may do to it."""
        self.roles.targets[TARGET] = AssumableRole(TARGET, "AROATARGET", trust, {})
        statement = {"Effect": "Allow", "Action": may, "Resource": TARGET}
        document = {"Version": "2012-10-17", "Statement": [statement] if may else []}
        self.roles.policies_by_arn[SOURCE] = [document]

    def delete(self, what: str) -> None:
        """Let something be gone: pod, service-account, association or role."""
        objects = self.cluster().objects
        if what == "pod":
            self.cluster().delete(POD, objects.get(POD, "web", "api-1"))
        elif what == "service-account":
            account = objects.get(SERVICE_ACCOUNT, "web", "api")
            self.cluster().delete(SERVICE_ACCOUNT, account)
        elif what == "association":
            id_ = self.eks.associations()[0]["associationId"]
            self.eks.call("DeletePodIdentityAssociation", clusterName=CLUSTER, associationId=id_)
        else:
            self.eks.iam.declare_role_gone("web-api")

    def token(self, kind: str = "good") -> str:
        """Return the pod's token, or one that is bad in the way that the word says."""
        if kind == "another-cluster":
            return self._issued("other")
        if kind == "another-audience":
            return self._issued(audience="sts.amazonaws.com")
        if kind == "without-pod":
            return self._issued(bound=False)
        good = self._issued()
        if kind == "good":
            return good
        return forged(good, kind, self.cluster().tokens.key_set())

    def _issued(
        self, cluster: str = CLUSTER, *, audience: str = AUDIENCE, bound: bool = True
    ) -> str:
        reference = {"kind": "Pod", "apiVersion": "v1", "name": "api-1"}
        spec = {"audiences": [audience], **({"boundObjectRef": reference} if bound else {})}
        api = "authentication.k8s.io/v1"
        body = {"apiVersion": api, "kind": "TokenRequest", "spec": spec}
        answer = self.cluster(cluster).tokens.issue("web", "api", body)
        return str(answer["status"]["token"])

    def ask(self, token: str | None = None, cluster: str = CLUSTER) -> dict[str, Any]:
        """Return the answer to a request for credentials, by the member names of the model."""
        given = {"clusterName": cluster, "token": self.token() if token is None else token}
        answer = self.service.call(_OPERATION.name, given, CALLER)
        assert _OPERATION.output_shape
        assert set(answer) == set(_OPERATION.output_shape.required_members)
        return answer

    def refusal(self, token: str, cluster: str = CLUSTER) -> AuthError:
        """Return how a request is refused, which it has to be."""
        with pytest.raises(AuthError) as caught:
            self.ask(token, cluster)
        shapes = {shape.name: shape for shape in _OPERATION.error_shapes}
        status = shapes[caught.value.code].metadata["error"]["httpStatusCode"]
        assert caught.value.status == status
        return caught.value


def trust_of(*conditions: Mapping[str, Any], action: str | list[str] = "") -> dict[str, Any]:
    """Return a trust policy for pods, with a statement for each condition."""
    statement = dict(POD_IDENTITY_TRUST["Statement"][0])
    if action:
        statement["Action"] = action
    statements = [{**statement, "Condition": one} if one else statement for one in conditions]
    return {"Version": "2012-10-17", "Statement": statements}
