"""What can be wrong with the input of a review: ids and what they mean."""

from enum import Enum


class ReviewFault(Enum):
    """Faults of previews, states and documents."""

    NOT_JSON = ("review-not-json", "A preview, a state or a policy document is not JSON.")
    UNKNOWN_FORM = (
        "review-form-unknown",
        "The JSON is neither a preview nor a state of Pulumi nor a policy document.",
    )
    NO_ROLE = ("review-role-not-found", "No such role in the account, or in the file.")
    NO_ASSOCIATION = (
        "review-association-missing",
        "A service account has no association in the clusters that were looked at.",
    )
    NO_ACCOUNT = ("review-account-unknown", "The account of the roles has to be given.")

    def __init__(self, id_: str, meaning: str) -> None:
        self.id = id_
        self.meaning = meaning
