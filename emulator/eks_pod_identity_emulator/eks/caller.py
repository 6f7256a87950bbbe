"""Who calls: state is kept apart per account and region."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The account and region that a request is signed for."""

    account: str
    region: str
    partition: str = "aws"
