"""OIDC providers, which IRSA stands on."""

import re
from collections.abc import Mapping
from typing import Any

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.pages import page
from eks_pod_identity_emulator.iam.store import IamStore
from eks_pod_identity_emulator.iam.tags import merge_tags, without_tags

Params = Mapping[str, Any]
Answer = dict[str, Any]

_URL = re.compile(r"https://[^\s?#]+")
_CLIENT_IDS = 100
_TAG_QUOTA = "TagsPerOpenIdConnectProvider"


class Providers:
    """The operations on OIDC providers."""

    def __init__(self, store: IamStore) -> None:
        self._store = store

    def create_open_id_connect_provider(self, params: Params) -> Answer:
        """Make a provider; a thumbprint is optional since AWS fetches it itself."""
        url = params["Url"]
        if not _URL.fullmatch(url):
            raise ApiError("ValidationError", "Invalid Open ID Connect Provider URL")
        host = url.removeprefix("https://").rstrip("/")
        arn = f"arn:{self._store.partition}:iam::{self._store.account}:oidc-provider/{host}"
        if arn in self._store.providers:
            message = f"Provider with url {url} already exists."
            raise ApiError("EntityAlreadyExists", message, status=409)
        tags = merge_tags((), params.get("Tags", ()), _TAG_QUOTA)
        self._store.providers[arn] = {
            "Url": host,
            "ClientIDList": list(params.get("ClientIDList", ())),
            "ThumbprintList": list(params.get("ThumbprintList", ())),
            "CreateDate": self._store.now(),
            "Tags": tags,
        }
        return {"OpenIDConnectProviderArn": arn, "Tags": tags or None}

    def get_open_id_connect_provider(self, params: Params) -> Answer:
        """Show a provider; its URL comes without https://, as AWS shows it."""
        return dict(self._store.provider(params["OpenIDConnectProviderArn"]))

    def list_open_id_connect_providers(self, _params: Params) -> Answer:
        """Name the providers."""
        return {"OpenIDConnectProviderList": [{"Arn": arn} for arn in self._store.providers]}

    def delete_open_id_connect_provider(self, params: Params) -> Answer:
        """Delete a provider; deleting one that is gone is no error, as AWS documents."""
        self._store.providers.pop(params["OpenIDConnectProviderArn"], None)
        return {}

    def update_open_id_connect_provider_thumbprint(self, params: Params) -> Answer:
        """Replace the thumbprints."""
        provider = self._store.provider(params["OpenIDConnectProviderArn"])
        provider["ThumbprintList"] = list(params["ThumbprintList"])
        return {}

    def add_client_id_to_open_id_connect_provider(self, params: Params) -> Answer:
        """Add an audience; adding it again changes nothing."""
        ids = self._store.provider(params["OpenIDConnectProviderArn"])["ClientIDList"]
        if params["ClientID"] not in ids:
            if len(ids) >= _CLIENT_IDS:
                message = (
                    f"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: {_CLIENT_IDS}"
                )
                raise ApiError("LimitExceeded", message, status=409)
            ids.append(params["ClientID"])
        return {}

    def remove_client_id_from_open_id_connect_provider(self, params: Params) -> Answer:
        """Remove an audience; removing one that is not there is no error."""
        provider = self._store.provider(params["OpenIDConnectProviderArn"])
        ids = provider["ClientIDList"]
        provider["ClientIDList"] = [one for one in ids if one != params["ClientID"]]
        return {}

    def tag_open_id_connect_provider(self, params: Params) -> Answer:
        """Put tags on a provider."""
        provider = self._store.provider(params["OpenIDConnectProviderArn"])
        provider["Tags"] = merge_tags(provider["Tags"], params["Tags"], _TAG_QUOTA)
        return {}

    def untag_open_id_connect_provider(self, params: Params) -> Answer:
        """Take tags from a provider."""
        provider = self._store.provider(params["OpenIDConnectProviderArn"])
        provider["Tags"] = without_tags(provider["Tags"], params["TagKeys"])
        return {}

    def list_open_id_connect_provider_tags(self, params: Params) -> Answer:
        """Show a provider's tags."""
        tags = self._store.provider(params["OpenIDConnectProviderArn"])["Tags"]
        return page("Tags", tags, params)
