"""A map shows what an account has, whatever its names look like."""

import json
import re
from base64 import b64encode
from hashlib import sha256

from eks_pod_identity.map.account_map import AccountMap, MapFinding, map_account
from eks_pod_identity.map.mermaid import map_to_mermaid
from eks_pod_identity.map.page import map_to_page
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.account import AccountState, Selection
from eks_pod_identity.observed.cluster import Association, ClusterState, Role

_HOSTILE = '</script><script>alert("1")</script>'
_ROLE = "arn:aws:iam::111122223333:role/reader"
_TARGET = "arn:aws:iam::444455556666:role/archive"
_FINDING = MapFinding("pid-role-no-admin", "mandatory", "high", _HOSTILE, ("name the actions",))


def _association(namespace: str, name: str, target: str | None = None) -> Association:
    ref = ServiceAccountRef(namespace, name)
    return Association(f"a-{name}", f"arn-{name}", ref, _ROLE, target_role_arn=target)


def _account() -> AccountState:
    associations = (_association("jobs", "nightly", _TARGET), _association("shop", "api"))
    cluster = ClusterState("demo", "arn:demo", "1.33", associations=associations)
    role = Role(_ROLE, "reader", {}, inline_policies={"own": {}})
    return AccountState((cluster,), {_ROLE: role}, frozenset({_TARGET}))


def _map(selection: Selection | None = None) -> AccountMap:
    found = {_ROLE: [_FINDING], "demo/shop/api": [_FINDING], "demo": [_FINDING]}
    return map_account(_account(), found, selection or Selection())


def test_findings_go_to_what_they_are_about() -> None:
    """A finding is shown at its role or association; what the map has no row for is kept apart."""
    found = _map()

    assert [len(each.findings) for each in found.associations] == [0, 1]
    assert [(each.arn, len(each.findings)) for each in found.roles] == [(_ROLE, 1), (_TARGET, 0)]
    assert list(found.others) == ["demo"]


def test_a_selection_shows_its_roles_alone() -> None:
    """A role that no selected association leads to is not on the map."""
    found = _map(Selection("shop"))

    assert [each.address for each in found.associations] == ["demo/shop/api"]
    assert [(each.arn, each.uses) for each in found.roles] == [(_ROLE, 1)]


def test_text_of_a_page_stays_text() -> None:
    """A message or name cannot end the page's data and become markup."""
    page = map_to_page(_map(), _HOSTILE)
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)

    assert data is not None
    assert json.loads(data[1])["heading"] == _HOSTILE
    assert page.count("<script") == 2


def test_a_page_runs_its_own_script_alone() -> None:
    """The policy in the page allows the script by its hash, and no address at all."""
    page = map_to_page(_map(), "demo")
    policy = re.search(r'content="(default-src[^"]*)"', page)
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = b64encode(sha256(script[0].encode()).digest()).decode()

    assert policy is not None
    assert policy[1].startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert "http" not in policy[1]


def test_a_flowchart_leads_from_service_accounts_to_target_roles() -> None:
    """Each association has one arrow, each hop another, and what is broken is marked."""
    lines = list(map_to_mermaid(_map()))

    assert lines[0] == "flowchart LR"
    assert '    a1("api"):::broken' in lines
    assert "  a0 --> r0" in lines
    assert "  r0 -. assumes .-> r1" in lines
    assert '  r1["archive<br/>missing"]' in lines
