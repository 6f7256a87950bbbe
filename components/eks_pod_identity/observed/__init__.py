"""What there is in an account, a cluster and a stack, as values. Pure."""
