"""`aws:iam/openIdConnectProvider:OpenIdConnectProvider`, after openid_connect_provider.go."""

from eks_pod_identity_emulator.plugins.aws.iam import GONE, TaggedIamKind, observed_tags
from eks_pod_identity_emulator.plugins.aws.kind import Change, Scope, doing
from eks_pod_identity_emulator.plugins.aws.tags import to_list
from eks_pod_identity_emulator.plugins.aws.traits import Traits, at_most
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value


class OpenIdConnectProvider(TaggedIamKind):
    """An identity provider of IAM, such as a cluster's for IRSA."""

    pulumi_type = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
    sdk = ("pulumi_aws.iam", "OpenIdConnectProvider")
    noun, key, key_property = "OpenIDConnectProvider", "OpenIDConnectProviderArn", "arn"
    traits = Traits(
        force_new=frozenset({"url"}),
        sets=frozenset({"clientIdLists"}),
        # IAM tells the address without its scheme.
        same={"url": lambda ours, theirs: _bare(ours) == _bare(theirs)},
        rules={
            "clientIdLists": at_most(255),
            "thumbprintLists": at_most(40, r".{40}", "must have 40 characters"),
            "url": at_most(255, r"https://\S+", "must be an https address"),
        },
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the provider."""
        with doing("creating IAM OIDC Provider"):
            made = scope.call(
                "iam",
                "CreateOpenIDConnectProvider",
                Url=inputs["url"],
                ClientIDList=inputs["clientIdLists"],
                ThumbprintList=inputs.get("thumbprintLists") or None,
                Tags=to_list(inputs.get("tagsAll")),
            )
            provider_arn = str(made["OpenIDConnectProviderArn"])
            return provider_arn, self.read(scope, provider_arn, inputs) or {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the provider."""
        subject = {self.key: resource_id}
        found = scope.find("iam", "GetOpenIDConnectProvider", GONE, **subject)
        if found is None:
            return None
        return {
            "arn": resource_id,
            "clientIdLists": list(found.get("ClientIDList", ())),
            "thumbprintLists": list(found.get("ThumbprintList", ())),
            "url": found["Url"],
            **observed_tags(scope, found.get("Tags", []), known),
        }

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Write thumbprints, then client ids one by one."""
        subject = {self.key: resource_id}
        with doing(f"updating IAM OIDC Provider ({resource_id})"):
            thumbprints = change.planned.get("thumbprintLists")
            if change.has("thumbprintLists") and thumbprints:
                operation = "UpdateOpenIDConnectProviderThumbprint"
                scope.call("iam", operation, **subject, ThumbprintList=thumbprints)
            for client in change.added("clientIdLists"):
                scope.call("iam", "AddClientIDToOpenIDConnectProvider", **subject, ClientID=client)
            for client in change.removed("clientIdLists"):
                operation = "RemoveClientIDFromOpenIDConnectProvider"
                scope.call("iam", operation, **subject, ClientID=client)

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the provider."""
        del state
        with doing(f"deleting IAM OIDC Provider ({resource_id})"):
            subject = {self.key: resource_id}
            scope.find("iam", "DeleteOpenIDConnectProvider", GONE, **subject)


def _bare(url: Value) -> str:
    return str(url).removeprefix("https://").rstrip("/")
