"""Whether a list was written: omitted, null and `[]` are three different wishes.

    omitted   the file says nothing; what AWS has must not be deleted for it
    null      the key is there without a value (`podIdentityAssociations:`); read as omitted
    given     a list, possibly empty; `[]` asks for the deletion of all that there is

This module is the one place that tells them apart. Goes in: a frozen model. Comes out: a Presence.
"""

from enum import Enum

from pydantic import BaseModel


class Presence(Enum):
    """How a list stands in the input."""

    OMITTED = "omitted"
    NULL = "null"
    GIVEN = "given"


def is_given(model: BaseModel, field: str) -> bool:
    """Tell whether a field was written, `""` and `{}` among it; null counts where it is a wish."""
    return field in model.model_fields_set


def presence_of(model: BaseModel | None, field: str) -> Presence:
    """Tell how a nullable field of a model was written; a missing model omits all its fields."""
    if model is None or field not in model.model_fields_set:
        return Presence.OMITTED
    return Presence.NULL if getattr(model, field) is None else Presence.GIVEN
