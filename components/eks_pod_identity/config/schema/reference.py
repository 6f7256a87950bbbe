"""Definitions and how they are referred to; draft 7 has them under `definitions`."""

DEFINITIONS = "definitions"
TEMPLATE = f"#/{DEFINITIONS}/{{model}}"


def refer(name: str) -> dict[str, str]:
    """Return a reference to a definition; draft 7 reads nothing that stands beside it."""
    return {"$ref": TEMPLATE.format(model=name)}
