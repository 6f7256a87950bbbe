"""A cluster that the same program makes: what is known of it before it exists, and what makes it.

In: the file, the component's arguments and options. Out: the facts that EKS will confirm, and the
resources to wait for.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from eks_pod_identity.components.facts.cluster import ClusterFacts
from eks_pod_identity.components.refusal import RefusedError
from eks_pod_identity.config import ClusterConfig, IpFamily
from eks_pod_identity.errors import Problem
from eks_pod_identity.planning.argument_fault import ArgumentFault


def expected_facts(
    config: ClusterConfig, args: Mapping[str, Any], opts: pulumi.ResourceOptions | None
) -> ClusterFacts | None:
    """Return what the cluster will be; None if the component waits for nothing that may make it.

    Args:
        config: The file.
        args: The arguments, which count before the file.
        opts: The component's own.
    """
    named = args.get("cluster_name")
    if not (opts and opts.depends_on) and (named is None or isinstance(named, str)):
        return None
    network, auto = config.kubernetes_network_config, config.auto_mode_config
    family = args.get("ip_family") or ("ipv6" if network and _is_ipv6(network.ip_family) else "")
    return ClusterFacts(
        kubernetes_version=args.get("kubernetes_version") or config.metadata.version or "",
        ipv6=str(family).lower() == "ipv6",
        auto_mode=args.get("auto_mode", bool(auto and auto.enabled)),
    )


def _is_ipv6(family: IpFamily | None) -> bool:
    return family is IpFamily.IPV6


def waited_for(
    component: str,
    opts: pulumi.ResourceOptions | None,
    given: pulumi.Input[str] | None,
    written: str,
) -> list[Any]:
    """Return what everything has to wait for, as `depends_on` takes it.

    An output that names the cluster is waited for, and fails the run if it is not the file's.

    Args:
        component: The component, for the message.
        opts: The component's own.
        given: The argument `cluster_name`.
        written: `metadata.name`.
    """

    def check(known: str) -> None:
        if known != written:
            raise RefusedError([_differs(component, known, written)])

    first = opts.depends_on if opts else None
    listed = first if isinstance(first, list) else [] if first is None else [first]
    # Its value is nothing, and what it comes from is what `depends_on` looks at.
    return [*listed, given.apply(check)] if isinstance(given, pulumi.Output) else listed


def _differs(component: str, known: str, written: str) -> Problem:
    return Problem(
        ArgumentFault.CLUSTER_NAME_DIFFERS.id,
        f"{component}.cluster_name",
        f'is "{known}", and the file is for "{written}"',
        help=(f"metadata:\n  name: {known}",),
    )
