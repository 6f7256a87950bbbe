"""A migration for people, for scripts and as files: text, JSON, and what owners have to change."""
