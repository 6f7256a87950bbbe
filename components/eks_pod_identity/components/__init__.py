"""The components that a program imports; the README's table lists them."""
