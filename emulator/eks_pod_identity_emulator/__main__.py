"""Runs the command line as `python -m eks_pod_identity_emulator`."""

import sys

from eks_pod_identity_emulator.cli import main

if __name__ == "__main__":
    sys.exit(main())
