"""Managed policies and their versions."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.iam.aws_documents import aws_document
from eks_pod_identity_emulator.iam.documents import document_size
from eks_pod_identity_emulator.iam.pages import page
from eks_pod_identity_emulator.iam.permissions import MANAGED_POLICY_SIZE, check_managed_policy
from eks_pod_identity_emulator.iam.store import IamStore, Record, no_such_entity
from eks_pod_identity_emulator.iam.tags import merge_tags, without_tags

Params = Mapping[str, Any]
Answer = dict[str, Any]

_VERSIONS = 5
_TAG_QUOTA = "TagsPerPolicy"
_HIGHEST_VERSION = "_HighestVersion"


class Policies:
    """The operations on managed policies."""

    def __init__(self, store: IamStore) -> None:
        self._store = store
        self._arns: dict[tuple[str, str], str] = {}  # by account and name in lower case

    def create_policy(self, params: Params) -> Answer:
        """Make a customer managed policy.

        Its name is the account's only one whatever the path, and letters' case does not count:
        https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
        """
        name, path, document = (
            params["PolicyName"],
            params.get("Path", "/"),
            params["PolicyDocument"],
        )
        _check_document(document)
        tags = merge_tags((), params.get("Tags", ()), _TAG_QUOTA)
        arn = f"arn:{self._store.partition}:iam::{self._store.account}:policy{path}{name}"
        key = (self._store.account, name.casefold())
        if any(known in self._store.policies for known in (arn, self._arns.get(key, arn))):
            message = f"A policy called {name} already exists. Duplicate names are not allowed."
            raise ApiError("EntityAlreadyExists", message, status=409)
        record = self._store.ministack.iam.store_policy(
            arn, name, path, document, description=params.get("Description", ""), tags=tags
        )
        self._arns[key] = arn
        return {"Policy": self._show(record)}

    def get_policy(self, params: Params) -> Answer:
        """Show a policy, without its document."""
        return {"Policy": self._show(self._store.policy(params["PolicyArn"]))}

    def list_policies(self, params: Params) -> Answer:
        """Show the policies of a scope: AWS's, the account's, or all."""
        scope, prefix = params.get("Scope", "All"), params.get("PathPrefix", "/")
        found: list[Record] = [] if scope == "AWS" else list(self._store.policies.values())
        if scope != "Local":
            found += self._store.aws_policies.values()
        found = [record for record in found if record["Path"].startswith(prefix)]
        if params.get("OnlyAttached"):
            found = [record for record in found if self._store.attachment_count(record)]
        answer = page("Policies", found, params)
        answer["Policies"] = [_brief(self._show(record)) for record in answer["Policies"]]
        return answer

    def delete_policy(self, params: Params) -> Answer:
        """Delete a policy that is attached to nothing and has its default version only."""
        record = self._customer_policy(params["PolicyArn"], "iam:DeletePolicy")
        if record["AttachmentCount"] or self._store.boundary_count(record["Arn"]):
            raise _conflict("Cannot delete a policy attached to entities.")
        if len(record["Versions"]) > 1:
            raise _conflict(
                "This policy has more than one version. Before you delete a policy, you must "
                "delete the policy's versions. The default version is deleted with the policy."
            )
        self._store.policies.pop(record["Arn"])
        return {}

    def create_policy_version(self, params: Params) -> Answer:
        """Add a version, as the default if asked."""
        record = self._customer_policy(params["PolicyArn"], "iam:CreatePolicyVersion")
        _check_document(params["PolicyDocument"])
        if len(record["Versions"]) >= _VERSIONS:
            message = (
                f"A managed policy can have up to {_VERSIONS} versions. Before you create a new "
                "version, you must delete an existing version."
            )
            raise ApiError("LimitExceeded", message, status=409)
        version_id = _next_version(record)
        record["Versions"][version_id] = {
            "Document": params["PolicyDocument"],
            "VersionId": version_id,
            "IsDefaultVersion": False,
            "CreateDate": self._store.now(),
        }
        if params.get("SetAsDefault"):
            self._set_default(record, version_id)
        return {"PolicyVersion": _show_version(record["Versions"][version_id])}

    def _set_default(self, record: Record, version_id: str) -> None:
        for version in record["Versions"].values():
            version["IsDefaultVersion"] = version["VersionId"] == version_id
        record["DefaultVersionId"] = version_id
        record["UpdateDate"] = self._store.now()

    def set_default_policy_version(self, params: Params) -> Answer:
        """Make another version the one that counts."""
        record = self._customer_policy(params["PolicyArn"], "iam:SetDefaultPolicyVersion")
        self._set_default(record, _version(record, params["VersionId"])["VersionId"])
        return {}

    def delete_policy_version(self, params: Params) -> Answer:
        """Delete a version that is not the default."""
        record = self._customer_policy(params["PolicyArn"], "iam:DeletePolicyVersion")
        if _version(record, params["VersionId"])["IsDefaultVersion"]:
            raise _conflict("Cannot delete the default version of a policy.")
        del record["Versions"][params["VersionId"]]
        return {}

    def get_policy_version(self, params: Params) -> Answer:
        """Show a version with its document."""
        arn = params["PolicyArn"]
        version = _version(self._store.policy(arn), params["VersionId"])
        document = version["Document"]
        if document is None:
            document = aws_document(arn)
        if document is None:
            message = f"The emulator knows that {arn} exists, but not what it says."
            raise ApiError("NotImplemented", message, status=501)
        shown = {"Document": quote(document, safe="")}
        return {"PolicyVersion": shown | _show_version(version)}

    def list_policy_versions(self, params: Params) -> Answer:
        """Show the versions, newest first, without their documents."""
        versions = self._store.policy(params["PolicyArn"])["Versions"].values()
        shown = [_show_version(version) for version in versions]
        return page("Versions", shown[::-1], params)

    def tag_policy(self, params: Params) -> Answer:
        """Put tags on a policy."""
        record = self._customer_policy(params["PolicyArn"], "iam:TagPolicy")
        record["Tags"] = merge_tags(record["Tags"], params["Tags"], _TAG_QUOTA)
        return {}

    def untag_policy(self, params: Params) -> Answer:
        """Take tags from a policy."""
        record = self._customer_policy(params["PolicyArn"], "iam:UntagPolicy")
        record["Tags"] = without_tags(record["Tags"], params["TagKeys"])
        return {}

    def list_policy_tags(self, params: Params) -> Answer:
        """Show a policy's tags."""
        return page("Tags", self._store.policy(params["PolicyArn"])["Tags"], params)

    def _customer_policy(self, arn: str, action: str) -> Record:
        record = self._store.policy(arn)
        if arn in self._store.aws_policies:
            message = f"Policy {arn} is AWS's own; {action} is not possible on it."
            raise ApiError("AccessDenied", message, status=403)
        return record

    def _show(self, record: Record) -> Answer:
        return {
            "PolicyName": record["PolicyName"],
            "PolicyId": record["PolicyId"],
            "Arn": self._store.shown_arn(record["Arn"]),
            "Path": record["Path"],
            "DefaultVersionId": record["DefaultVersionId"],
            "AttachmentCount": self._store.attachment_count(record),
            "PermissionsBoundaryUsageCount": self._store.boundary_count(record["Arn"]),
            "IsAttachable": True,
            "Description": record["Description"] or None,
            "CreateDate": record["CreateDate"],
            "UpdateDate": record["UpdateDate"],
            "Tags": record["Tags"] or None,
        }


def _brief(shown: Answer) -> Answer:
    """ListPolicies leaves out description and tags, as AWS documents."""
    return {name: value for name, value in shown.items() if name not in ("Description", "Tags")}


def _check_document(document: str) -> None:
    check_managed_policy(document)
    if document_size(document) > MANAGED_POLICY_SIZE:
        message = f"Cannot exceed quota for PolicySize: {MANAGED_POLICY_SIZE}"
        raise ApiError("LimitExceeded", message, status=409)


def _version(record: Record, version_id: str) -> Record:
    version: Record | None = record["Versions"].get(version_id)
    if version is None:
        message = (
            f"Policy {record['Arn']} version {version_id} does not exist or is not attachable."
        )
        raise no_such_entity(message)
    return version


def _next_version(record: Record) -> str:
    """Return a version id; those of deleted versions are not given out again."""
    kept = max(int(version_id.removeprefix("v")) for version_id in record["Versions"])
    record[_HIGHEST_VERSION] = max(kept, record.get(_HIGHEST_VERSION, 0)) + 1
    return f"v{record[_HIGHEST_VERSION]}"


def _show_version(version: Record) -> Answer:
    return {name: version[name] for name in ("VersionId", "IsDefaultVersion", "CreateDate")}


def _conflict(message: str) -> ApiError:
    return ApiError("DeleteConflict", message, status=409)
