"""The Kubernetes API of the emulated clusters, as far as pod identities need one."""
