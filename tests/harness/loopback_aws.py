"""EKS and IAM reads on a loopback port, for tests of what is read and how faults are told.

    with LoopbackAws() as aws:
        aws.declare_cluster("prod")
        aws.declare_association("prod", "dev", "app")
        aws.refuse("/pod-identity-associations/", "AccessDeniedException", status=403)

A few shapes of answers, not EKS's behaviour: that is the emulator's part.
"""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from harness.loopback import LoopbackServer

ACCOUNT = "111122223333"
REGION = "eu-west-1"
_PAGE = 100
_CREATED = 1_763_700_000


class LoopbackAws(LoopbackServer):
    """A server that answers with what was declared."""

    def __init__(self) -> None:
        self.clusters: dict[str, dict[str, Any]] = {}
        self.associations: dict[str, dict[str, dict[str, Any]]] = {}
        self.addons: dict[str, dict[str, dict[str, Any]]] = {}
        self.roles: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self._refusals: list[tuple[str, int, str, str, int]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def environment(self) -> dict[str, str]:
        """Return the variables that send boto3 here."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_REGION": REGION,
        }

    def declare_cluster(self, name: str, **more: Any) -> None:  # noqa: ANN401 - any JSON
        """Have a cluster of Kubernetes 1.33."""
        arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{name}"
        self.clusters[name] = {
            "name": name,
            "arn": arn,
            "version": "1.33",
            "status": "ACTIVE",
            "kubernetesNetworkConfig": {"ipFamily": "ipv4"},
            **more,
        }

    def declare_association(
        self,
        cluster: str,
        namespace: str,
        account: str,
        **more: Any,  # noqa: ANN401 - any JSON
    ) -> str:
        """Have an association and return its id."""
        held = self.associations.setdefault(cluster, {})
        id_ = f"a-{len(held):017d}"
        arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:podidentityassociation/{cluster}/{id_}"
        held[id_] = {
            "clusterName": cluster,
            "namespace": namespace,
            "serviceAccount": account,
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/{cluster}-{namespace}-{account}",
            "associationId": id_,
            "associationArn": arn,
            "createdAt": _CREATED,
            "modifiedAt": _CREATED,
            "tags": {},
            **more,
        }
        return id_

    def declare_addon(self, cluster: str, name: str, **more: Any) -> str:  # noqa: ANN401 - any JSON
        """Have an add-on and return its ARN."""
        arn = f"arn:aws:eks:{REGION}:{ACCOUNT}:addon/{cluster}/{name}/b4c8f0e2"
        self.addons.setdefault(cluster, {})[name] = {
            "addonName": name,
            "clusterName": cluster,
            "status": "ACTIVE",
            "addonVersion": "v1.0.0-eksbuild.1",
            "addonArn": arn,
            **more,
        }
        return arn

    def declare_role(self, name: str, path: str = "/", **more: Any) -> str:  # noqa: ANN401 - any JSON
        """Have a role and return its ARN; `attached`, `inline`, `boundary`, `tags`, `trust`."""
        arn = f"arn:aws:iam::{ACCOUNT}:role{path}{name}"
        self.roles[name] = {"arn": arn, "path": path, **more}
        return arn

    def refuse(
        self, path: str, code: str, message: str = "no", *, status: int = 400, times: int = 1_000
    ) -> None:
        """Answer requests whose path or IAM action matches with an error, so many times."""
        self._refusals.append((path, status, code, message, times))

    def answer(self, path: str, body: str) -> tuple[int, str, str, str]:
        """Return status, content type, error code and body for a request."""
        action = parse_qs(body).get("Action", [""])[0]
        where = action or path
        self.calls.append(where)
        for index, (pattern, status, code, message, times) in enumerate(self._refusals):
            if times and re.search(pattern, where):
                self._refusals[index] = (pattern, status, code, message, times - 1)
                return _error(status, code, message, xml=bool(action))
        if action:
            return self._answer_iam(action, parse_qs(body))
        return self._answer_eks(urlsplit(path).path, parse_qs(urlsplit(path).query))

    def _answer_eks(self, path: str, query: dict[str, list[str]]) -> tuple[int, str, str, str]:
        match [unquote(part) for part in path.strip("/").split("/")]:
            case ["clusters"]:
                found: object = self._page("clusters", sorted(self.clusters), query)
            case ["clusters", name]:
                found = self._one("cluster", self.clusters, name)
            case ["clusters", name, "addons"]:
                found = self._page("addons", sorted(self.addons.get(name, {})), query)
            case ["clusters", name, "addons", addon]:
                found = self._one("addon", self.addons.get(name, {}), addon)
            case ["clusters", name, "pod-identity-associations"]:
                found = self._page("associations", list(self._summaries(name, query)), query)
            case ["clusters", name, "pod-identity-associations", id_]:
                found = self._one("association", self.associations.get(name, {}), id_)
            case _:
                found = None
        if found is None:
            return _error(404, "ResourceNotFoundException", f"no {path}", xml=False)
        return 200, "application/json", "", json.dumps(found)

    def _summaries(self, cluster: str, query: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
        keys = ("clusterName", "namespace", "serviceAccount", "associationArn", "associationId")
        for each in self.associations.get(cluster, {}).values():
            wanted = ("namespace", "serviceAccount")
            if all(query.get(key, [each[key]]) == [each[key]] for key in wanted):
                owner = {"ownerArn": each["ownerArn"]} if "ownerArn" in each else {}
                yield {**{key: each[key] for key in keys}, **owner}

    @staticmethod
    def _page(key: str, things: list[Any], query: dict[str, list[str]]) -> dict[str, Any]:
        start = int(query.get("nextToken", ["0"])[0])
        page: dict[str, Any] = {key: things[start : start + _PAGE]}
        if things[start + _PAGE :]:
            page["nextToken"] = str(start + _PAGE)
        return page

    @staticmethod
    def _one(key: str, things: dict[str, Any], name: str) -> dict[str, Any] | None:
        return {key: things[name]} if name in things else None

    def _answer_iam(self, action: str, query: dict[str, list[str]]) -> tuple[int, str, str, str]:
        if action == "GetCallerIdentity":
            arn = f"<Arn>arn:aws:iam::{ACCOUNT}:user/tester</Arn>"
            return 200, "text/xml", "", f"<R><{action}Result>{arn}</{action}Result></R>"
        name = query["RoleName"][0]
        if name not in self.roles:
            return _error(404, "NoSuchEntity", f"no role {name}", xml=True)
        role = self.roles[name]
        body = {
            "GetRole": lambda: _role_xml(name, role),
            "ListAttachedRolePolicies": lambda: _members("AttachedPolicies", "PolicyArn", role),
            "ListRolePolicies": lambda: _members("PolicyNames", "", role),
            "GetRolePolicy": lambda: _policy_xml(name, query["PolicyName"][0], role),
        }[action]()
        return 200, "text/xml", "", f"<R><{action}Result>{body}</{action}Result></R>"


def _role_xml(name: str, role: dict[str, Any]) -> str:
    tags = "".join(
        f"<member><Key>{key}</Key><Value>{value}</Value></member>"
        for key, value in role.get("tags", {}).items()
    )
    boundary = role.get("boundary", "")
    bound = f"<PermissionsBoundaryArn>{boundary}</PermissionsBoundaryArn>" if boundary else ""
    return (
        f"<Role><Path>{role['path']}</Path><RoleName>{name}</RoleName><RoleId>AROA</RoleId>"
        f"<Arn>{role['arn']}</Arn><CreateDate>2026-11-21T00:00:00Z</CreateDate>"
        f"<AssumeRolePolicyDocument>{quote(json.dumps(role.get('trust', {})))}"
        f"</AssumeRolePolicyDocument><Tags>{tags}</Tags>"
        f"<PermissionsBoundary>{bound}</PermissionsBoundary></Role>"
    )


def _members(key: str, field: str, role: dict[str, Any]) -> str:
    if field:
        items = [f"<{field}>{arn}</{field}>" for arn in role.get("attached", ())]
    else:
        items = list(role.get("inline", {}))
    members = "".join(f"<member>{item}</member>" for item in items)
    return f"<{key}>{members}</{key}><IsTruncated>false</IsTruncated>"


def _policy_xml(name: str, policy: str, role: dict[str, Any]) -> str:
    document = quote(json.dumps(role["inline"][policy]))
    return (
        f"<RoleName>{name}</RoleName><PolicyName>{policy}</PolicyName>"
        f"<PolicyDocument>{document}</PolicyDocument>"
    )


def _error(status: int, code: str, message: str, *, xml: bool) -> tuple[int, str, str, str]:
    if xml:
        error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        text = f"<ErrorResponse>{error}<RequestId>req-1</RequestId></ErrorResponse>"
        return status, "text/xml", code, text
    return status, "application/json", code, json.dumps({"message": message})


def _handler_of(aws: LoopbackAws) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version: ClassVar[str] = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(aws.answer(self.path, ""))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._reply(aws.answer(self.path, self.rfile.read(length).decode()))

        def _reply(self, answer: tuple[int, str, str, str]) -> None:
            status, kind, code, text = answer
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("x-amzn-RequestId", "req-1")
            if code:
                self.send_header("x-amzn-ErrorType", code)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing: the tests look at `calls`."""

    return Handler


@pytest.fixture
def aws(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoopbackAws]:
    """A server that knows nothing yet, and an environment that leads there and nowhere else."""
    home = tmp_path_factory.mktemp("home")
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with LoopbackAws() as server:
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield server
