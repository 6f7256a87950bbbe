"""The name for values that come out of JSON or go into it."""

from typing import Any

Json = Any
"""A decoded JSON value: what it is, only the reader of its document knows."""
