"""A Pulumi stack as the commands read it: its program, settings, state and locks."""
