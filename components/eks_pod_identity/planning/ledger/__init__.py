"""This run against the one before: what was declared then and is missing now. Pure."""
