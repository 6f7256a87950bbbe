"""The base of all models: frozen, strict about keys, camelCase outside and snake_case inside."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import AliasGenerator, BaseModel, ConfigDict, model_validator

EXPANSION_KEY = "x-eks-pod-identity"

_KEYS = {"x_eks_pod_identity": EXPANSION_KEY}
_CAPITALS = {"arn": "ARN", "arns": "ARNs", "oidc": "OIDC", "cidr": "CIDR"}


def eksctl_key(field: str) -> str:
    """Return eksctl's spelling of a field: `role_arn` is `roleARN`, `publishers` itself."""
    if field in _KEYS:
        return _KEYS[field]
    first, *rest = field.split("_")
    return first + "".join(_CAPITALS.get(word, word.capitalize()) for word in rest)


class Section(BaseModel):
    """A mapping of the file.

    Attributes:
        passed_over: Keys that eksctl knows and that are not ours; they are read by nobody here.
        omitted_if_null: Keys whose null must not pass for a wish to empty them.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=AliasGenerator(validation_alias=eksctl_key, serialization_alias=eksctl_key),
    )

    passed_over: ClassVar[frozenset[str]] = frozenset()
    omitted_if_null: ClassVar[frozenset[str]] = frozenset()

    @model_validator(mode="before")
    @classmethod
    def _pass_over_foreign_keys(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            return data
        return {
            key: value
            for key, value in data.items()
            if key not in cls.passed_over and not (value is None and key in cls.omitted_if_null)
        }

    @classmethod
    def known_keys(cls) -> frozenset[str]:
        """Return every key that is legal here, ours or passed over."""
        return cls.passed_over | cls.own_keys()

    @classmethod
    def own_keys(cls) -> frozenset[str]:
        """Return the keys that say something to us."""
        return frozenset(eksctl_key(field) for field in cls.model_fields)
