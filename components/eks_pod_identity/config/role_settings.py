"""What a role that is made has beside name, trust and permissions; eksctl has no such keys.

A file that eksctl reads too has them in `x-eks-pod-identity` only.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import BeforeValidator

from eks_pod_identity.config.fields import (
    Flag,
    OptionalNumber,
    OptionalText,
    read_document,
    read_list,
    wrong_type,
)
from eks_pod_identity.config.section import Section, eksctl_key


def _read_statement(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise wrong_type("a statement (a mapping)", value)
    return read_document(value) or {}


Statement: TypeAlias = Annotated[Mapping[str, Any], BeforeValidator(_read_statement)]
Statements: TypeAlias = Annotated[
    tuple[Statement, ...],
    BeforeValidator(read_list, json_schema_input_type=tuple[Statement, ...] | None),
]


class RoleSettings(Section):
    """Settings of a role that is made; `namePrefix` is not among them.

    A name that is known beforehand is what the trust of a target role, an import and a second
    cluster refer to; one that IAM ends at random is known to the state alone.

    Attributes:
        description: The description of the role that is made.
        path: The path of the role that is made, as in /teams/shop/.
        max_session_duration: The longest session of the role that is made, in seconds.
        force_detach_policies: Delete the role that is made together with policies others attached.
        trusted_by: Statements of its trust policy beside ours, for what else assumes the role.
    """

    _SETTINGS: ClassVar[tuple[str, ...]] = (
        "description",
        "path",
        "max_session_duration",
        "force_detach_policies",
        "trusted_by",
    )

    description: OptionalText = None
    path: OptionalText = None
    max_session_duration: OptionalNumber = None
    force_detach_policies: Flag = False
    trusted_by: Statements = ()

    @property
    def given_settings(self) -> tuple[str, ...]:
        """The keys of those that are given."""
        return tuple(eksctl_key(each) for each in self._SETTINGS if getattr(self, each))
