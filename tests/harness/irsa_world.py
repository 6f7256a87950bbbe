"""An account with roles for service accounts, as the emulator of a test holds it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import yaml
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from harness.emulator import ACCOUNT, RunningEmulator

CASES = Path(__file__).parents[1] / "cases" / "irsa"


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account of a cluster, by its names; `id` as the cases write it."""

    account: str
    region: str
    cluster: str
    namespace: str
    name: str

    @property
    def id(self) -> str:
        """`region/cluster/namespace/name`, with the account before it if it is another."""
        whose = "" if self.account == ACCOUNT else f"{self.account}@"
        return f"{whose}{self.region}/{self.cluster}/{self.namespace}/{self.name}"


class IrsaWorld:
    """Asks AWS and the clusters of a seed, and takes part as its pods."""

    def __init__(self, emulator: RunningEmulator, seed: str) -> None:
        """Put a seed in the place of what the emulator had."""
        self._url = emulator.url
        self._seed = yaml.safe_load(seed)
        request = Request(f"{emulator.url}/_emulator/renew", seed.encode(), method="POST")  # noqa: S310 - loopback
        try:
            urlopen(request).close()  # noqa: S310 - loopback
        except HTTPError as error:
            raise AssertionError(error.read().decode()) from error

    def clusters(self) -> Iterator[tuple[str, str, str]]:
        """Yield account, region and name of each cluster."""
        for account, body in self._seed["accounts"].items():
            for region, held in (body.get("regions") or {}).items():
                for cluster in held.get("clusters") or ():
                    yield account, region, cluster["name"]

    def service_accounts(self) -> Iterator[ServiceAccount]:
        """Yield the service accounts of all clusters."""
        for place in self.clusters():
            listed = self.kubernetes(place, "api/v1/serviceaccounts")
            for one in listed["items"]:
                metadata = one["metadata"]
                yield ServiceAccount(*place, metadata["namespace"], metadata["name"])

    def client(self, service: str, account: str = ACCOUNT, region: str = "eu-west-1") -> Any:  # noqa: ANN401 - boto3's clients have no static type here
        """Return a client of an account's administrator."""
        return boto3.client(
            service,  # type: ignore[call-overload] # a name known at run time
            endpoint_url=self._url,
            region_name=region,
            aws_access_key_id=account,
            aws_secret_access_key="any",  # noqa: S106 - the emulator takes any
            config=Config(retries={"total_max_attempts": 1}),
        )

    def kubernetes(
        self,
        cluster: tuple[str, str, str],
        path: str,
        method: str = "GET",
        body: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        """Return the answer of a cluster's API; a PATCH is a merge patch."""
        media = "application/merge-patch+json" if method == "PATCH" else "application/json"
        request = Request(  # noqa: S310 - loopback
            f"{self._url}/_kubernetes/{'/'.join(cluster)}/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": media},
            method=method,
        )
        with urlopen(request) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def token(self, who: ServiceAccount, audience: str) -> str:
        """Return a token of a service account for an audience."""
        path = f"api/v1/namespaces/{who.namespace}/serviceaccounts/{who.name}/token"
        kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest"}
        body = {**kind, "spec": {"audiences": [audience]}}
        cluster = (who.account, who.region, who.cluster)
        return str(self.kubernetes(cluster, path, "POST", body)["status"]["token"])

    def client_ids(self, account: str, region: str) -> Mapping[str, list[str]]:
        """Return the client ids of an account's OIDC providers by issuer without https://."""
        iam = self.client("iam", account, region)
        listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
        shown = [
            iam.get_open_id_connect_provider(OpenIDConnectProviderArn=p["Arn"]) for p in listed
        ]
        return {one["Url"]: one.get("ClientIDList") or [] for one in shown}

    def assumes(self, who: ServiceAccount, role: str, audience: str) -> bool:
        """Say whether a service account gets a role by a token for an audience."""
        try:
            self.session(who, role, audience)
        except ClientError:
            return False
        return True

    def session(self, who: ServiceAccount, role: str, audience: str) -> Mapping[str, str]:
        """Return the credentials that a service account gets of a role by a token.

        Raises:
            ClientError: STS refuses it.
        """
        config = Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1})
        sts = boto3.client("sts", endpoint_url=self._url, region_name=who.region, config=config)
        answer = sts.assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="pod", WebIdentityToken=self.token(who, audience)
        )
        return dict(answer["Credentials"])

    def signed(self, service: str, credentials: Mapping[str, str]) -> Any:  # noqa: ANN401 - as above
        """Return a client that signs with a session's credentials."""
        return boto3.client(
            service,  # type: ignore[call-overload] # as above
            endpoint_url=self._url,
            region_name="eu-west-1",
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
        )
