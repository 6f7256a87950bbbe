"""The command line: `serve` keeps an emulator running, `exec` runs one command with its own.

`pod exec` and `pod wait` act on pods of an emulator that runs.

Arguments and environment in, exit code out; faults of a user are one sentence on standard error.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import fields, replace
from importlib.metadata import version
from pathlib import Path

from eks_pod_identity_emulator.seed import EMPTY_SEED, Seed, SeedError, load_seed
from eks_pod_identity_emulator.settings import Settings, SettingsError

_PROGRAM = "eks-pod-identity-emulator"
_VERSION = f"{_PROGRAM} {version('eks-pod-identity-emulator')}"
_DEFAULT_PORT = 4566
_KNOBS = {
    "iam_spread_seconds": "how long EKS sees a role as it was before its last change",
    "association_spread_seconds": "how long pods start without a new association",
    "addon_transition_seconds": "how long an add-on stays CREATING, UPDATING or DELETING",
    "cluster_transition_seconds": "how long a cluster does",
    "throttle_rate": "share of calls, 0 to 1, that are throttled",
    "error_rate": "share of calls, 0 to 1, that fail with a server error",
    "random_seed": "start of the random numbers behind both rates",
    "event_delay_seconds": "how long until LookupEvents shows a call",
    "association_limit": "pod identity associations that a cluster may hold",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args(given)
    if options.action == "pod":
        return _pod(options)
    try:
        seed = _seed(options)
    except (SeedError, SettingsError) as error:
        return _complain(str(error))
    if options.action == "serve":
        return _serve(options, seed)
    return _execute(options, seed, given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_PROGRAM, description="An AWS on loopback with EKS Pod Identity, add-ons and IAM."
    )
    parser.add_argument(
        "--version", action="version", version=_VERSION, help="show the version and exit"
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    serve = actions.add_parser(
        "serve",
        help="serve until interrupted",
        description="Serve any AWS client, by AWS_ENDPOINT_URL, until interrupted.",
    )
    _add_common(serve)
    serve.add_argument(
        "--port",
        type=int,
        default=_DEFAULT_PORT,
        help="port to listen on (%(default)s); 0 takes a free one",
    )
    serve.add_argument("--listener", type=int, help=argparse.SUPPRESS)
    serve.add_argument("--region", help=argparse.SUPPRESS)  # of `exec`, which passes its options on
    execute = actions.add_parser(
        "exec",
        help="run a command with an emulator of its own",
        description="Run a command with an emulator of its own, and end with its exit code.",
    )
    _add_common(execute)
    execute.add_argument(
        "--region", help="the command's region; by default yours, if the seed has it"
    )
    execute.add_argument(
        "command", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="what to run"
    )
    _add_pod(actions)
    return parser


def _add_pod(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pod = actions.add_parser(
        "pod",
        help="run a command with a pod's identity, or wait for a pod",
        description="Act as a pod of a running emulator: inside of `exec`, or with "
        "AWS_ENDPOINT_URL set to the address of a `serve`.",
    )
    kinds = pod.add_subparsers(dest="pod_action", required=True, metavar="ACTION")
    execute = kinds.add_parser(
        "exec",
        help="run a command with a pod's identity",
        description="Run a command on this machine with the identity that admission gave a pod's "
        "first container, and end with its exit code.",
    )
    wait = kinds.add_parser(
        "wait", help="wait until a pod runs", description="Wait until a pod is Running."
    )
    for each in (execute, wait):
        each.add_argument("--cluster", metavar="NAME", help="the pod's cluster, if several have it")
        each.add_argument("pod", metavar="NAMESPACE/POD", help="the pod")
    wait.add_argument(
        "--timeout", type=float, default=60.0, metavar="SECONDS", help="how long (%(default)s)"
    )
    execute.add_argument(
        "command", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="what to run"
    )


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=Path, metavar="FILE", help="what there is at the start")
    knobs = parser.add_argument_group("knobs", "each overrides the seed file's setting")
    kinds = {field.name: type(field.default) for field in fields(Settings)}
    for name, text in _KNOBS.items():
        knobs.add_argument(_option(name), type=kinds[name], metavar="N", help=text)


def _seed(options: argparse.Namespace) -> Seed:
    seed = load_seed(options.seed) if options.seed else EMPTY_SEED
    values = {name: getattr(options, name) for name in _KNOBS}
    given = {name: value for name, value in values.items() if value is not None}
    try:
        return replace(seed, settings=replace(seed.settings, **given))
    except SettingsError as error:
        key, colon, fault = str(error).partition(":")
        raise SettingsError(f"{_option(key)}{colon}{fault}") from error


def _option(key: str) -> str:
    """Return a setting as it is spelled on the command line."""
    return "--" + re.sub(r"[A-Z_]", lambda letter: "-" + letter[0].strip("_").lower(), key)


def _serve(options: argparse.Namespace, seed: Seed) -> int:
    from eks_pod_identity_emulator.http.serving import PortTakenError, serve_seed  # noqa: PLC0415 - a third of a second that `exec` does not need

    try:
        serve_seed(seed, options.port, options.listener)
    except (PortTakenError, SeedError) as error:
        return _complain(str(error))
    return 0


def _execute(options: argparse.Namespace, seed: Seed, given: list[str]) -> int:
    from eks_pod_identity_emulator.processes.command import CommandError  # noqa: PLC0415 - as above
    from eks_pod_identity_emulator.processes.execution import execute  # noqa: PLC0415 - as above
    from eks_pod_identity_emulator.processes.services import ServiceError  # noqa: PLC0415 - as above

    command = _command(options)
    if not command:
        return _complain("exec: no command given; write it after --", exit_code=2)
    server_arguments = given[1 : len(given) - len(options.command)]
    try:
        return execute(command, seed, server_arguments, _with_region(options.region, seed))
    except CommandError as error:
        return _complain(str(error), exit_code=error.exit_code)
    except ServiceError as error:
        return _complain(str(error))


def _with_region(asked: str | None, seed: Seed) -> dict[str, str]:
    """Return the environment for `exec`: with the region asked for, or the caller's own.

    A region that a seed does not have would have no clusters, so a caller's own is kept only if it
    is the seed's, too.
    """
    given = dict(os.environ)
    known = {region.name for account in seed.accounts for region in account.regions}
    own = given.pop("AWS_REGION", "")
    region = asked or (own if own in known or not known else "")
    return given | {"AWS_REGION": region} if region else given


def _pod(options: argparse.Namespace) -> int:
    from eks_pod_identity_emulator.pods import PodError, exec_in_pod, wait_for_pod  # noqa: PLC0415 - as above
    from eks_pod_identity_emulator.processes.command import CommandError  # noqa: PLC0415 - as above

    try:
        if options.pod_action == "wait":
            wait_for_pod(options.pod, options.cluster, options.timeout, os.environ)
            return 0
        command = _command(options)
        if not command:
            return _complain("pod exec: no command given; write it after --", exit_code=2)
        return exec_in_pod(options.pod, options.cluster, command, os.environ)
    except CommandError as error:
        return _complain(str(error), exit_code=error.exit_code)
    except PodError as error:
        return _complain(str(error))


def _command(options: argparse.Namespace) -> list[str]:
    """Return what follows `--`."""
    given: list[str] = options.command
    return given[1:] if given[:1] == ["--"] else given


def _complain(message: str, *, exit_code: int = 1) -> int:
    print(f"{_PROGRAM}: {message}", file=sys.stderr)  # noqa: T201 - this is the command line
    return exit_code
