"""Trust policies asked by probes: the call that is meant, and calls that must be refused."""
