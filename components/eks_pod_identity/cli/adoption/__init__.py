"""The rounds of `adopt`."""
