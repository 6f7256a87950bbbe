"""AWS's own managed policies: their names, and the documents of those that matter around EKS.

Data files: `data/aws-managed-policies.txt` names them by path, `data/aws-managed-policies.json`
holds documents. A policy that exists on AWS can be attached here, one that does not cannot. Other
documents are read where they are needed (`aws_documents`); what none of these says, the emulator
does not invent.
https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

Record = dict[str, Any]

_PREFIX = "arn:aws:iam::aws:policy/"


def add_aws_policies(records: dict[str, Record], now: str) -> None:
    """Add the policies that MiniStack does not bring itself.

    Args:
        records: MiniStack's records by ARN.
        now: Date to give them.
    """
    documents = _documents()
    for path in _paths():
        document = documents.get(path)
        if f"{_PREFIX}{path}" not in records or document is not None:
            records[f"{_PREFIX}{path}"] = _record(path, document, now)


def _paths() -> Iterator[str]:
    text = _data("aws-managed-policies.txt")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _documents() -> Mapping[str, Mapping[str, Any]]:
    documents: Mapping[str, Mapping[str, Any]] = json.loads(_data("aws-managed-policies.json"))
    return documents


def _data(name: str) -> str:
    return resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")


def _record(path: str, document: Mapping[str, Any] | None, now: str) -> Record:
    folder, _, name = path.rpartition("/")
    version = {
        "Document": None if document is None else json.dumps(document),
        "VersionId": "v1",
        "IsDefaultVersion": True,
        "CreateDate": now,
    }
    return {
        "PolicyName": name,
        "Arn": f"{_PREFIX}{path}",
        "PolicyId": _policy_id(path),
        "CreateDate": now,
        "UpdateDate": now,
        "DefaultVersionId": "v1",
        "AttachmentCount": 0,
        "IsAttachable": True,
        "Path": f"/{folder}/" if folder else "/",
        "Description": "",
        "Tags": [],
        "Versions": {"v1": version},
    }


def _policy_id(path: str) -> str:
    """Return an id that is the same in every run, as AWS's ids of its own policies are."""
    return "ANPA" + hashlib.sha256(path.encode()).hexdigest()[:17].upper()
