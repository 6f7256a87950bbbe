"""Starts the policy pack; the rules are in `eks_pod_identity_policies`.

Nothing may be printed here: the engine takes the first line of output for the pack's port.
"""

from eks_pod_identity_policies.sdk import start

start()
