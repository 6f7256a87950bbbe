"""What a call of AssumeRole asks for, with what the calling session passes on to it.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.sessions import Keys, Session

_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/(?:[!-~]+/)?[\w+=,.@-]{1,64}", re.ASCII)
_HOUR = 3_600


@dataclass(frozen=True, slots=True)
class Asked:
    """A checked request for a session of a role.

    Attributes:
        role_arn: ARN of the role.
        session_name: RoleSessionName.
        seconds: DurationSeconds; an hour if not given.
        tags: Session tags, passed and inherited.
        transitive_keys: Keys of the tags that go on to the next role, in lower case.
        external_id: ExternalId, or None.
        source_identity: SourceIdentity, passed or inherited, or None.
        sets_source_identity: Whether it was passed, which takes a permission.
    """

    role_arn: str
    session_name: str
    seconds: int
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_keys: frozenset[str] = frozenset()
    external_id: str | None = None
    source_identity: str | None = None
    sets_source_identity: bool = False

    @property
    def actions(self) -> tuple[str, ...]:
        """What has to be allowed besides the call itself; inherited tags need it, too."""
        tagging = ("sts:TagSession",) if self.tags else ()
        naming = ("sts:SetSourceIdentity",) if self.sets_source_identity else ()
        return (*tagging, *naming)

    def keys(self, role_tags: Mapping[str, str]) -> Keys:
        """Return the context keys that policies see.

        An inherited or passed tag stands in for a tag of the same key that the role has.
        """
        keys: Keys = {
            "sts:RoleSessionName": self.session_name,
            "aws:TagKeys": tuple(self.tags),
            "sts:TransitiveTagKeys": tuple(self._transitive()),
        }
        if self.external_id:
            keys["sts:ExternalId"] = self.external_id
        if self.source_identity:
            keys["sts:SourceIdentity"] = self.source_identity
        keys |= {f"aws:RequestTag/{key}": value for key, value in self.tags.items()}
        return keys | self._resource_tags(role_tags)

    def _transitive(self) -> list[str]:
        return [key for key in self.tags if key.lower() in self.transitive_keys]

    def _resource_tags(self, role_tags: Mapping[str, str]) -> Keys:
        tags = {key.lower(): value for key, value in role_tags.items()}
        tags |= {key.lower(): self.tags[key] for key in self._transitive()}
        prefixes = ("aws:ResourceTag", "iam:ResourceTag")
        return {f"{prefix}/{key}": value for prefix in prefixes for key, value in tags.items()}


def read_assume_role(params: Mapping[str, Any], session: Session | None) -> Asked:
    """Return what AssumeRole asks for.

    Args:
        params: Parameters that fit STS's model.
        session: The calling session, None for a user or an administrator.

    Raises:
        ApiError: STS would refuse the parameters.
    """
    check_role_arn(params["RoleArn"])
    passed = _passed_tags(params)
    transitive = _transitive_keys(params, passed)
    inherited = session.inherited_tags if session else {}
    if {key.lower() for key in inherited} & {key.lower() for key in passed}:
        raise _invalid_value(
            "One of the specified transitive tag keys can't be set because it conflicts with a "
            "transitive tag key from the calling session."
        )
    return Asked(
        role_arn=params["RoleArn"],
        session_name=params["RoleSessionName"],
        seconds=params.get("DurationSeconds", _HOUR),
        tags={**inherited, **passed},
        transitive_keys=transitive | {key.lower() for key in inherited},
        external_id=params.get("ExternalId"),
        source_identity=_source_identity(params, session),
        sets_source_identity="SourceIdentity" in params,
    )


def check_role_arn(arn: str) -> None:
    """Refuse what is no ARN of a role.

    Raises:
        ApiError: ValidationError.
    """
    if not _ROLE_ARN.fullmatch(arn):
        raise ApiError("ValidationError", f"{arn} is invalid")


def _passed_tags(params: Mapping[str, Any]) -> Mapping[str, str]:
    tags = params.get("Tags", [])
    if len({tag["Key"].lower() for tag in tags}) < len(tags):
        raise _invalid_value(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    return {tag["Key"]: tag["Value"] for tag in tags}


def _transitive_keys(params: Mapping[str, Any], passed: Mapping[str, str]) -> frozenset[str]:
    keys = frozenset(key.lower() for key in params.get("TransitiveTagKeys", []))
    if not keys <= {key.lower() for key in passed}:
        raise _invalid_value(
            "The specified transitive tag key must be included in the requested tags."
        )
    return keys


def _source_identity(params: Mapping[str, Any], session: Session | None) -> str | None:
    passed: str | None = params.get("SourceIdentity")
    known = session.assumption.source_identity if session else None
    if passed and known and passed != known:
        message = "The source identity is already set for this assume role session"
        raise ApiError("AccessDeniedException", message)
    return known or passed


def _invalid_value(message: str) -> ApiError:
    return ApiError("InvalidParameterValue", message)
