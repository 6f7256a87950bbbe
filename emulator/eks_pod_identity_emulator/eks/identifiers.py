"""Names that EKS makes up: repeatable for a random seed, unlike anything a client could guess."""

import random
import string
from uuid import UUID

_LETTERS = string.ascii_lowercase + string.digits


class Identifiers:
    """One sequence of identifiers for the whole service."""

    def __init__(self, random_seed: int) -> None:
        self._random = random.Random(random_seed)  # noqa: S311 - names, no secrets

    def association_id(self) -> str:
        """Return an id of 19 characters, such as a-9njjin9gfghecgocd."""
        return "a-" + "".join(self._random.choices(_LETTERS, k=17))

    def uuid(self) -> str:
        """Return an id of an add-on or an update."""
        return str(UUID(int=self._random.getrandbits(128)))

    def hex32(self) -> str:
        """Return 32 hexadecimal digits in capitals, as in a cluster's endpoint and issuer."""
        return f"{self._random.getrandbits(128):032X}"
