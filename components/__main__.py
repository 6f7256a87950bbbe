"""Hosts the public components for programs in any Pulumi language."""

import sys

from pulumi.provider import main

from eks_pod_identity.components.hosting import ComponentHost

if __name__ == "__main__":
    main(ComponentHost(), sys.argv[1:])
