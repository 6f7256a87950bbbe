"""A map as a Mermaid flowchart, for a README or a pull request.

https://mermaid.js.org/syntax/flowchart.html
"""

from collections.abc import Iterator
from itertools import groupby

from eks_pod_identity.map.account_map import AccountMap, MapAssociation, MapRole

_ESCAPED = str.maketrans({'"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;"})
_SEVERE = "mandatory"


def map_to_mermaid(account: AccountMap) -> Iterator[str]:
    """Yield the lines of a flowchart: namespaces with service accounts, roles, target roles."""
    role_ids = {role.arn: f"r{index}" for index, role in enumerate(account.roles)}
    yield "flowchart LR"
    yield from _service_accounts(account)
    yield from (_role(role, role_ids[role.arn]) for role in account.roles)
    for index, row in enumerate(account.associations):
        each = row.association
        yield f"  a{index} --> {role_ids[each.role_arn]}"
    for source, target in _hops(account):
        yield f"  {role_ids[source]} -. assumes .-> {role_ids[target]}"
    yield "  classDef broken stroke:#c0392b,stroke-width:3px"


def _service_accounts(account: AccountMap) -> Iterator[str]:
    rows = list(enumerate(account.associations))
    for number, ((cluster, namespace), group) in enumerate(
        groupby(rows, lambda row: (row[1].cluster, row[1].association.service_account.namespace))
    ):
        yield f'  subgraph n{number}["{_text(f"{cluster} / {namespace}")}"]'
        yield from (f"    {_service_account(row, index)}" for index, row in group)
        yield "  end"


def _service_account(row: MapAssociation, index: int) -> str:
    return f'a{index}("{_text(row.association.service_account.name)}"){_class(row)}'


def _role(row: MapRole, id_: str) -> str:
    name = row.arn.rpartition("/")[2]
    where = "missing" if row.missing else row.account
    return f'  {id_}["{_text(name)}<br/>{where}"]{_class(row)}'


def _class(row: MapAssociation | MapRole) -> str:
    return ":::broken" if any(each.level == _SEVERE for each in row.findings) else ""


def _hops(account: AccountMap) -> list[tuple[str, str]]:
    found = (
        (each.association.role_arn, each.association.target_role_arn)
        for each in account.associations
        if each.association.target_role_arn
    )
    return list(dict.fromkeys(found))


def _text(text: str) -> str:
    return text.translate(_ESCAPED)
