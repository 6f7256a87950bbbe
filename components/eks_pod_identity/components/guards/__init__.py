"""What stops a run before it changes anything: arguments, claims, occupied names, hooks."""
