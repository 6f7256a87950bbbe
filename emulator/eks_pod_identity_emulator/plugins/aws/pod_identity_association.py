"""`aws:eks/podIdentityAssociation:PodIdentityAssociation`.

After terraform-provider-aws internal/service/eks/pod_identity_association.go, a resource of the
plugin framework. What it does that one might not expect, and this kind therefore does too:

- An update sends role, target role, session tags and policy as they are wanted; one that is no
  longer wanted is left out of the request, and EKS keeps what is left out. So taking the target
  role away has no effect in AWS, although the state then says it is gone, until a refresh.
- An empty target role is refused: it is no ARN.
- The external id cannot be known while previewing any update (no plan modifier keeps it).
- "Role provided in the request does not exist" is tried again for two minutes, an invalid trust
  policy is not (hashicorp/terraform-provider-aws#41483).
"""

from eks_pod_identity_emulator.plugins.aws.eks import GONE, REFUSED, TaggedEksKind, request_token
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.iam import split_tags
from eks_pod_identity_emulator.plugins.aws.kind import Change, Scope, doing
from eks_pod_identity_emulator.plugins.aws.traits import Traits, given_arn, json_text
from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import PropertyMap

_WRITTEN = ("roleArn", "targetRoleArn", "disableSessionTags", "policy")
_FIXED = ("clusterName", "namespace", "serviceAccount")


class PodIdentityAssociation(TaggedEksKind):
    """A service account's role."""

    pulumi_type = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
    sdk = ("pulumi_aws.eks", "PodIdentityAssociation")
    arn_property = "associationArn"
    traits = Traits(
        force_new=frozenset({*_FIXED, "region"}),
        defaults={"disableSessionTags": False},
        policies=frozenset({"policy"}),
        rules={"roleArn": given_arn, "targetRoleArn": given_arn, "policy": json_text},
        framework=True,
        told_at_update=frozenset({"externalId"}),
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the association, once EKS has heard of the role."""
        request = {
            **{name: inputs[name] for name in _FIXED},
            **{name: inputs.get(name) for name in _WRITTEN},
            "clientRequestToken": request_token(),
            "tags": inputs.get("tagsAll") or None,
        }
        with doing("creating EKS Pod Identity Association"):
            made = scope.retry(
                lambda: scope.call("eks", "CreatePodIdentityAssociation", **request),
                _is_role_unknown,
            )["association"]
        return str(made["associationId"]), {
            "associationArn": made["associationArn"],
            "associationId": made["associationId"],
            "externalId": made.get("externalId"),
        }

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the association."""
        answer = scope.find(
            "eks",
            "DescribePodIdentityAssociation",
            GONE,
            clusterName=known["clusterName"],
            associationId=resource_id,
        )
        if answer is None:
            return None
        found = answer["association"]
        told = ("associationArn", "associationId", "externalId", *_FIXED, *_WRITTEN)
        tags = split_tags(scope, dict(found.get("tags", {})), known)
        observed = {name: found.get(name) or None for name in told}
        return {**observed, "disableSessionTags": bool(found.get("disableSessionTags")), **tags}

    def update(self, scope: Scope, resource_id: str, change: Change) -> PropertyMap:
        """Send what is wanted, if anything but tags differs; what was planned becomes the state."""
        if not change.has(*_WRITTEN):
            return {"externalId": change.prior.get("externalId")}
        request = {
            "clusterName": change.planned["clusterName"],
            "associationId": resource_id,
            "clientRequestToken": request_token(),
            **{name: change.planned.get(name) for name in _WRITTEN},
        }
        with doing(f"updating EKS Pod Identity Association ({resource_id})"):
            answer = scope.retry(
                lambda: scope.call("eks", "UpdatePodIdentityAssociation", **request),
                _is_role_unknown,
            )
        return {"externalId": answer["association"].get("externalId")}

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the association."""
        with doing(f"deleting EKS Pod Identity Association ({resource_id})"):
            scope.find(
                "eks",
                "DeletePodIdentityAssociation",
                GONE,
                clusterName=state["clusterName"],
                associationId=resource_id,
            )

    def imported(self, import_id: str) -> tuple[str, PropertyMap]:
        """Read `cluster,association-id`; the resource's own id is the association's."""
        cluster, _, association = import_id.partition(",")
        if not cluster or not association:
            form = "use: 'cluster-name,association-id'"
            raise PluginError(f"wrong format of import ID ({import_id}), {form}")
        return association, {"clusterName": cluster, "associationId": association}


def _is_role_unknown(failure: AwsCallError) -> bool:
    return failure.says(REFUSED, "Role provided in the request does not exist")
