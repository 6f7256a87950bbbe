"""`aws:secretsmanager/secretVersion:SecretVersion`, after secret_version.go."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from eks_pod_identity_emulator.plugins.aws.failure import AwsCallError
from eks_pod_identity_emulator.plugins.aws.kind import Change, Kind, Scope, doing
from eks_pod_identity_emulator.plugins.aws.secret import GONE, SERVICE
from eks_pod_identity_emulator.plugins.aws.traits import Traits
from eks_pod_identity_emulator.plugins.provider import PluginError
from eks_pod_identity_emulator.plugins.values import PropertyMap, Value

CURRENT = "AWSCURRENT"
_PREVIOUS = "AWSPREVIOUS"
_DELETED = ("because it was deleted", "because it was marked for deletion")


def _base64_fault(text: Value) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return "must be base64-encoded"
    return ""


class SecretVersion(Kind):
    """A value of a secret."""

    pulumi_type = "aws:secretsmanager/secretVersion:SecretVersion"
    sdk = ("pulumi_aws.secretsmanager", "SecretVersion")
    traits = Traits(
        force_new=frozenset(
            {"region", "secretBinary", "secretId", "secretString", "secretStringWoVersion"}
        ),
        sets=frozenset({"versionStages"}),
        secrets=frozenset({"secretBinary", "secretString", "secretStringWo"}),
        write_only=frozenset({"secretStringWo"}),
        conflicts=(
            ("secretBinary", "secretString"),
            ("secretBinary", "secretStringWo"),
            ("secretString", "secretStringWo"),
        ),
        rules={"secretBinary": _base64_fault},
    )

    def create(self, scope: Scope, inputs: PropertyMap) -> tuple[str, PropertyMap]:
        """Put the value."""
        secret_id = inputs["secretId"]
        with doing(f"putting Secrets Manager Secret ({secret_id}) value"):
            made = scope.call(
                SERVICE,
                "PutSecretValue",
                SecretId=secret_id,
                ClientRequestToken=str(uuid4()),
                SecretString=inputs.get("secretString") or inputs.get("secretStringWo"),
                SecretBinary=_binary(inputs.get("secretBinary")),
                VersionStages=inputs.get("versionStages") or None,
            )
            version_id = str(made["VersionId"])
            resource_id = f"{secret_id}|{version_id}"
            return resource_id, self.read(scope, resource_id, inputs) or {}

    def read(self, scope: Scope, resource_id: str, known: PropertyMap) -> PropertyMap | None:
        """Observe the value; a write-only one is not kept."""
        secret_id, version_id = _parse(resource_id)
        found = _find(scope, secret_id, version_id)
        if found is None:
            return None
        write_only = bool(known.get("hasSecretStringWo") or known.get("secretStringWo"))
        binary = found.get("SecretBinary")
        return {
            "arn": found["ARN"],
            "hasSecretStringWo": write_only,
            "secretBinary": base64.b64encode(binary).decode() if binary else None,
            "secretId": secret_id,
            "secretString": None if write_only else found.get("SecretString"),
            "versionId": found["VersionId"],
            "versionStages": sorted(found.get("VersionStages", ())),
        }

    def update(self, scope: Scope, resource_id: str, change: Change) -> None:
        """Move stages; the value itself cannot change."""
        secret_id, version_id = _parse(resource_id)
        with doing(f"updating Secrets Manager Secret Version ({resource_id})"):
            for stage in change.added("versionStages"):
                holder = _current_version(scope, secret_id) if stage == CURRENT else None
                _move(scope, secret_id, stage, version_id, holder)
            for stage in change.removed("versionStages"):
                if stage != CURRENT:
                    _move(scope, secret_id, stage, None, version_id)

    def delete(self, scope: Scope, resource_id: str, state: PropertyMap) -> None:
        """Take the stages away, except the current one, which AWS does not let go."""
        secret_id, version_id = _parse(resource_id)
        if _find(scope, secret_id, version_id) is None:
            return
        with doing(f"deleting Secrets Manager Secret Version ({resource_id})"):
            for stage in state.get("versionStages") or ():
                if stage != CURRENT:
                    _move(scope, secret_id, stage, None, version_id)


def _parse(resource_id: str) -> tuple[str, str]:
    secret_id, _, version_id = resource_id.partition("|")
    if not secret_id or not version_id:
        expected = "expected SecretID|VersionID"
        raise PluginError(f"unexpected format of ID ({resource_id}), {expected}")
    return secret_id, version_id


def _find(scope: Scope, secret_id: str, version_id: str) -> Mapping[str, Any] | None:
    subject = {"SecretId": secret_id, "VersionId": version_id}
    try:
        return scope.find(SERVICE, "GetSecretValue", GONE, **subject)
    except AwsCallError as failure:
        if any(failure.says("InvalidRequestException", words) for words in _DELETED):
            return None
        raise


def _current_version(scope: Scope, secret_id: str) -> str | None:
    listed = scope.call(SERVICE, "ListSecretVersionIds", SecretId=secret_id)
    for version in listed.get("Versions", ()):
        if CURRENT in version.get("VersionStages", ()):
            return str(version["VersionId"])
    return None


def _move(scope: Scope, secret_id: str, stage: str, to: str | None, away: str | None) -> None:
    scope.call(
        SERVICE,
        "UpdateSecretVersionStage",
        SecretId=secret_id,
        VersionStage=stage,
        MoveToVersionId=to,
        RemoveFromVersionId=away,
    )


def _binary(text: str | None) -> bytes | None:
    return base64.b64decode(text) if text else None
