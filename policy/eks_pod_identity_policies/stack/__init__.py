"""How the resources of a stack fit together."""
