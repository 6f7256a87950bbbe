"""How much work a proof may take. Above these bounds the answer is "too large: not proved".

The figures keep any document of 8,192 characters under 50 ms; `benchmarks/` measures it.
"""

MAX_AUTOMATON_STEPS = 6_000  # of one unknown, states times letters
MAX_PATTERN_LENGTH = 1_500  # of all patterns of one unknown together
MAX_CLASSES = 600  # of one unknown
MAX_WAYS = 64  # in which a pattern spreads over the parts of a text
MAX_LOOKS = 4_000  # at items of patterns, where they spread over a text
MAX_BOXES = 4_000  # of one document for one kind of caller
MAX_NODES = 6_000  # of one diagram, and states looked at
MAX_PATHS = 256  # listed as boxes


class TooLargeError(Exception):
    """A proof would take more work than a bound allows."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
