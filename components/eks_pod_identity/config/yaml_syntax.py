"""What a YAML parser's complaint means to the author of the file.

Goes in: the parser's own words. Comes out: message and help. Knows nothing of files and places.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SyntaxAdvice:
    """What is wrong and what to do, if that can be told from the complaint."""

    message: str
    help: tuple[str, ...] = ()


_RENDER = ("render the file first (envsubst, helm template, terraform), or write the value",)
_ADVICE = (
    (
        r"found character '\\t'",
        SyntaxAdvice("a tab in front of the line's text", ("indent with spaces",)),
    ),
    (
        r"mapping values are not allowed",
        SyntaxAdvice(
            "a ':' where none can stand",
            (
                'if a value contains ": ", quote it, as in key: "a: b"',
                "if the line above lacks its ':', add it",
            ),
        ),
    ),
    (
        r"expected '?<block end>|<document start>|did not find expected|found unexpected .*indent",
        SyntaxAdvice(
            "the indentation fits no block above",
            ("indent the line like the keys or list items that it belongs to",),
        ),
    ),
    (
        r"could not find expected ':'",
        SyntaxAdvice("a line without ':' between keys", ("write key: value, or - item",)),
    ),
    (
        r"quoted scalar|unexpected end of stream",
        SyntaxAdvice("a quote is opened and not closed", ("close the quote",)),
    ),
    (
        r"flow (sequence|mapping|node)|<stream end>",
        SyntaxAdvice("a bracket is opened and not closed", ("close it with ] or }",)),
    ),
    (
        r"cannot start any token",
        SyntaxAdvice("a value begins with a character that YAML keeps for itself", ("quote it",)),
    ),
)


def explain_syntax(problem: str, context: str, lines: str = "") -> SyntaxAdvice:
    """Return advice for a complaint, or the parser's own words if they are all we have.

    Args:
        problem: What the parser says of it.
        context: What it was reading.
        lines: The line that it stopped at, and the one before.
    """
    if template := re.search(r"\{\{.*?\}\}|\{%.*?%\}", lines):
        return SyntaxAdvice(f"{template[0]} is a placeholder of a template", _RENDER)
    words = f"{problem} {context}"
    for pattern, advice in _ADVICE:
        if re.search(pattern, words):
            return advice
    return SyntaxAdvice(f"the text is not YAML: {problem or context or 'no reason given'}")
