"""The one operation of EKS Auth: parameters in, credentials out, no HTTP.

Parameters and answers use the member names of botocore's model of eks-auth. Why a request is
refused is one line of the log; AWS says less.
https://docs.aws.amazon.com/eks/latest/APIReference/API_auth_AssumeRoleForPodIdentity.html
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from eks_pod_identity_emulator.clock import Clock
from eks_pod_identity_emulator.eks import AssociationView, Caller, EksService
from eks_pod_identity_emulator.eks_auth.assumption import AssumedRole, RoleAssumer
from eks_pod_identity_emulator.eks_auth.refusals import (
    AuthError,
    expired_token,
    invalid_token,
    no_association,
    no_cluster,
)
from eks_pod_identity_emulator.eks_auth.subject import PodSubject
from eks_pod_identity_emulator.kubernetes.clusters import Clusters
from eks_pod_identity_emulator.kubernetes.refusals import StatusError
from eks_pod_identity_emulator.kubernetes.service_account_token import (
    ExpiredTokenError,
    TokenClaims,
    TokenError,
)
from eks_pod_identity_emulator.sessions import Session

AUDIENCE = "pods.eks.amazonaws.com"

_LOG = logging.getLogger(__name__)

Record = Callable[[AssumedRole, Caller], None]


class EksAuthService:
    """EKS Auth of every account and region."""

    operations = frozenset({"AssumeRoleForPodIdentity"})

    def __init__(
        self,
        eks: EksService,
        clusters: Clusters,
        assumer: RoleAssumer,
        clock: Clock,
        record: Record,
    ) -> None:
        """Set up.

        Args:
            eks: Knows associations.
            clusters: Know tokens.
            assumer: Makes sessions.
            clock: The time.
            record: Told each role that is assumed, with account and region of the cluster.
        """
        self._eks = eks
        self._clusters = clusters
        self._assumer = assumer
        self._clock = clock
        self._record = record

    def call(self, _operation: str, params: Mapping[str, Any], caller: Caller) -> dict[str, Any]:
        """Answer AssumeRoleForPodIdentity.

        Raises:
            AuthError: The request is refused; the log says why.
        """
        name = params["clusterName"]
        try:
            return self._answer(name, params["token"], caller)
        except AuthError as error:
            _LOG.warning("no credentials for a pod of %s: %s: %s", name, error.code, error.reason)
            raise

    def _answer(self, name: str, token: str, caller: Caller) -> dict[str, Any]:
        pod = self._subject(name, token, caller)
        association = self._association(pod, caller)
        session = self._assumer.assume(pod, association, partial(self._note, caller))
        return _answer(pod, association, session)

    def _note(self, caller: Caller, assumed: AssumedRole) -> None:
        self._record(assumed, caller)

    def _subject(self, name: str, token: str, caller: Caller) -> PodSubject:
        """Return the pod that a token speaks for."""
        try:
            cluster_arn, tokens = self._clusters.tokens(caller, name)
        except StatusError as error:
            message = f"No cluster found for name: {name}."
            raise no_cluster(name, message) from error
        try:
            claims = tokens.verify(token, AUDIENCE)
        except ExpiredTokenError as error:
            raise expired_token(self._clock.now(), error.expires) from error
        except TokenError as error:
            raise invalid_token(str(error)) from error
        return _pod(cluster_arn, name, claims)

    def _association(self, pod: PodSubject, caller: Caller) -> AssociationView:
        found = self._eks.association_visible(
            caller, pod.cluster_name, pod.namespace, pod.service_account
        )
        if found is None:
            raise no_association(pod.namespace, pod.service_account)
        return found


def _pod(cluster_arn: str, name: str, claims: TokenClaims) -> PodSubject:
    if claims.pod is None:
        raise invalid_token("the token is bound to no pod")
    account = claims.service_account.name
    return PodSubject(cluster_arn, name, claims.namespace, account, claims.pod)


def _answer(pod: PodSubject, association: AssociationView, session: Session) -> dict[str, Any]:
    return {
        "subject": {"namespace": pod.namespace, "serviceAccount": pod.service_account},
        "audience": AUDIENCE,
        "podIdentityAssociation": {
            "associationArn": association.arn,
            "associationId": association.id,
        },
        "assumedRoleUser": {
            "arn": session.principal.name,
            "assumeRoleId": session.user_id,
        },
        "credentials": {
            "sessionToken": session.session_token,
            "secretAccessKey": session.secret_access_key,
            "accessKeyId": session.access_key_id,
            "expiration": session.expires_at,
        },
    }
