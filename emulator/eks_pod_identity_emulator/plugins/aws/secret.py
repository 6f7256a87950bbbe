"""`aws:secretsmanager/secret:Secret`, after internal/service/secretsmanager/secret.go."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from eks_pod_identity_emulator.plugins.aws.documents import kept_policy, normal_json
from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.iam import name_of, observed_tags
from eks_pod_identity_emulator.plugins.aws.kind import Change, Kind, Scope, doing
from eks_pod_identity_emulator.plugins.aws.tags import to_list
from eks_pod_identity_emulator.plugins.aws.traits import Traits, at_most, json_text
from eks_pod_identity_emulator.plugins.naming import NameRule
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value
from eks_pod_identity_emulator.plugins.waiting import Status

SERVICE = "secretsmanager"
GONE = "ResourceNotFoundException"
_INVALID = "InvalidRequestException"
_NAME = r"[0-9A-Za-z/_+=.@-]+"
_NO_POLICY = frozenset({"", "{}"})


def _recovery_fault(days: Value) -> str:
    if days == 0 or 7 <= days <= 30:  # noqa: PLR2004 - AWS's own bounds, told in the sentence
        return ""
    return f"expected to be 0 or in the range (7 - 30), got {days}"


class Secret(Kind):
    """A secret without its value."""

    pulumi_type = "aws:secretsmanager/secret:Secret"
    sdk = ("pulumi_aws.secretsmanager", "Secret")
    traits = Traits(
        force_new=frozenset({"name", "namePrefix", "region"}),
        defaults={"forceOverwriteReplicaSecret": False, "recoveryWindowInDays": 30},
        computed=frozenset({"replicas.kmsKeyId"}),
        sets=frozenset({"replicas"}),
        policies=frozenset({"policy"}),
        conflicts=(("name", "namePrefix"),),
        rules={
            "name": at_most(512, _NAME, "must contain only characters of a secret's name"),
            "namePrefix": at_most(486, _NAME, "must contain only characters of a secret's name"),
            "policy": json_text,
            "recoveryWindowInDays": _recovery_fault,
        },
        named=("name", NameRule(255)),
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Make the secret, also if one of its name is about to vanish, then put its policy."""
        name = name_of(inputs)
        request = {
            "Name": name,
            "ClientRequestToken": str(uuid4()),
            "Description": inputs.get("description") or None,
            "KmsKeyId": inputs.get("kmsKeyId") or None,
            "Tags": to_list(inputs.get("tagsAll")),
            "AddReplicaRegions": _replica_regions(inputs.get("replicas")),
        }
        with doing(f"creating Secrets Manager Secret ({name})"):
            made = scope.retry(
                lambda: scope.call(SERVICE, "CreateSecret", **request), _is_vanishing
            )
            secret_arn = str(made["ARN"])
            if inputs.get("policy", "") not in _NO_POLICY:
                _put_policy(scope, secret_arn, inputs["policy"])
            return secret_arn, self.read(scope, secret_arn, inputs) or {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the secret; one that is scheduled for deletion is gone."""
        found = _find(scope, resource_id)
        if found is None:
            return None
        answer = scope.call(SERVICE, "GetResourcePolicy", SecretId=resource_id)
        document = str(answer.get("ResourcePolicy") or "")
        return {
            "arn": found["ARN"],
            "description": found.get("Description", ""),
            "kmsKeyId": found.get("KmsKeyId"),
            "name": found["Name"],
            "namePrefix": known.get("namePrefix", ""),
            "policy": kept_policy(str(known.get("policy", "")), document) if document else "",
            "replicas": [_replica(status) for status in found.get("ReplicationStatus", ())],
            **observed_tags(scope, found.get("Tags", []), known),
        }

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Write description and key, policy, replicas."""
        planned = change.planned
        with doing(f"updating Secrets Manager Secret ({resource_id})"):
            if change.has("replicas"):
                _update_replicas(scope, resource_id, change)
            if change.has("description", "kmsKeyId"):
                scope.call(
                    SERVICE,
                    "UpdateSecret",
                    SecretId=resource_id,
                    ClientRequestToken=str(uuid4()),
                    Description=planned.get("description", ""),
                    KmsKeyId=planned.get("kmsKeyId") or None,
                )
            if change.has("policy"):
                if planned.get("policy", "") in _NO_POLICY:
                    scope.call(SERVICE, "DeleteResourcePolicy", SecretId=resource_id)
                else:
                    _put_policy(scope, resource_id, planned["policy"])

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Delete the secret, at once or after its recovery window."""
        days = state.get("recoveryWindowInDays", 30)
        request = {"RecoveryWindowInDays": days} if days else {"ForceDeleteWithoutRecovery": True}
        with doing(f"deleting Secrets Manager Secret ({resource_id})"):
            if scope.find(SERVICE, "DeleteSecret", GONE, SecretId=resource_id, **request) is None:
                return
            scope.waiting.until(
                lambda: Status("there") if _find(scope, resource_id) else None,
                {"there"},
                None,
                scope.waiting.pace.propagation,
            )

    def write_tags(
        self, scope: Scope, state: PropertyMap, updated: dict[str, str], removed: list[str]
    ) -> None:
        """Untag, then tag."""
        secret_arn = state["arn"]
        if removed:
            scope.call(SERVICE, "UntagResource", SecretId=secret_arn, TagKeys=removed)
        if updated:
            scope.call(SERVICE, "TagResource", SecretId=secret_arn, Tags=to_list(updated))


def _find(scope: Scope, secret_id: str) -> Mapping[str, Any] | None:
    found = scope.find(SERVICE, "DescribeSecret", GONE, SecretId=secret_id)
    return None if found is None or found.get("DeletedDate") else found


def _put_policy(scope: Scope, secret_id: str, document: str) -> None:
    request = {"SecretId": secret_id, "ResourcePolicy": normal_json(document)}
    words = "This resource policy contains an unsupported principal"
    scope.retry(
        lambda: scope.call(SERVICE, "PutResourcePolicy", **request),
        lambda failure: failure.says("MalformedPolicyDocumentException", words),
    )


def _update_replicas(scope: Scope, secret_id: str, change: Change) -> None:
    gone = [replica["region"] for replica in change.removed("replicas")]
    new = _replica_regions(change.added("replicas"))
    if gone:
        operation = "RemoveRegionsFromReplication"
        scope.call(SERVICE, operation, SecretId=secret_id, RemoveReplicaRegions=gone)
    if new:
        operation = "ReplicateSecretToRegions"
        scope.call(SERVICE, operation, SecretId=secret_id, AddReplicaRegions=new)


def _replica_regions(replicas: list[Value] | None) -> list[PropertyMap] | None:
    names = {"region": "Region", "kmsKeyId": "KmsKeyId"}
    return [
        {names[key]: value for key, value in replica.items() if key in names}
        for replica in replicas or ()
    ] or None


def _replica(status: Mapping[str, Any]) -> PropertyMap:
    told = {
        "kmsKeyId": status.get("KmsKeyId"),
        "lastAccessedDate": str(status.get("LastAccessedDate", "")),
        "region": status["Region"],
        "status": status.get("Status"),
        "statusMessage": status.get("StatusMessage"),
    }
    return {name: value for name, value in told.items() if value}


def _is_vanishing(failure: AwsCallError) -> bool:
    return failure.says(_INVALID, "scheduled for deletion") or failure.says(_INVALID, "was deleted")
