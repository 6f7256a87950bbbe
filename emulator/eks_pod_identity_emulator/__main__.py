"""The command `eks-pod-identity-emulator`, also as `python -m eks_pod_identity_emulator`."""

import importlib.util
import sys

_MISSING = (
    "eks-pod-identity-emulator: here is the pytest plugin alone; the emulator comes with the extra "
    "[server], best in an environment of its own"
)


def main() -> int:
    """Run the command line, if the packages that it needs are there; return the exit code."""
    if importlib.util.find_spec("ministack") is None:
        print(_MISSING, file=sys.stderr)  # noqa: T201 - this is the command line
        return 1
    from eks_pod_identity_emulator.cli import main as run  # noqa: PLC0415 - needs those packages

    return run()


if __name__ == "__main__":
    sys.exit(main())
