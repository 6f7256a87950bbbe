"""`python -m eks_pod_identity_emulator.plugins aws|kubernetes`."""

import argparse
from importlib import import_module

from eks_pod_identity_emulator.plugins.server import serve

_PLUGINS = ("aws", "kubernetes")


def main() -> None:
    """Serve the plugin named on the command line; the other one is not even imported."""
    parser = argparse.ArgumentParser(prog="eks_pod_identity_emulator.plugins")
    parser.add_argument("plugin", choices=_PLUGINS)
    plugin = parser.parse_args().plugin
    serve(import_module(f"eks_pod_identity_emulator.plugins.{plugin}").PACKAGE)


if __name__ == "__main__":
    main()
