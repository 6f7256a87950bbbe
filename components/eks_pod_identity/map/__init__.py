"""Who has which role, to look at: an account as a page, a Mermaid graph or JSON. Pure."""
