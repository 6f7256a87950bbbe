"""Cases of migrations from IRSA: a seed of the emulator and what is right, read without either.

`inventory_of` builds from a seed what reading AWS and Kubernetes would give, so that decisions are
tested without a process. Pods are as the webhook left them before the migration: with IRSA's
variables, if their service account is annotated.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from eks_pod_identity.migration.inventory import (
    Addon,
    Cluster,
    Inventory,
    Provider,
    RoleFacts,
    Stack,
)
from eks_pod_identity.migration.place import Place
from eks_pod_identity.names import ServiceAccountRef
from eks_pod_identity.observed.cluster import AddonState, Association, ServiceAccountState
from eks_pod_identity.observed.workload import FargateProfile
from eks_pod_identity.observed.workloads import Container, Node, Pod, Workload

CASES = Path(__file__).parents[1] / "cases" / "irsa"
HOME = "111122223333"
IRSA = "eks.amazonaws.com/role-arn"
# EKS's catalogue: service accounts that it takes associations for, and those it creates besides.
_CATALOGUE = {
    "aws-ebs-csi-driver": (("ebs-csi-controller-sa",), ("ebs-csi-node-sa",), "kube-system"),
    "vpc-cni": (("aws-node",), (), "kube-system"),
    "cert-manager": ((), ("cert-manager",), "cert-manager"),
    "eks-pod-identity-agent": ((), ("eks-pod-identity-agent",), "kube-system"),
}
_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")
_TEMPLATED = frozenset({"CronJob", "DaemonSet", "Deployment", "StatefulSet"})
_WEBHOOK = {
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
}

# Who has the role of case 06, which a state of Pulumi says.
PROGRAMS = {f"arn:aws:iam::{HOME}:role/s3-reader": ("irsa/dev", "s3")}

Json = dict[str, Any]


def case_names() -> list[str]:
    """Return the names of all cases."""
    return sorted(each.parent.name for each in CASES.glob("*/expected.yaml"))


@cache
def expected_of(case: str) -> Json:
    """Return what is right for a case."""
    found: Json = yaml.safe_load((CASES / case / "expected.yaml").read_text())
    return found


def inventory_of(case: str) -> Inventory:
    """Return the inventory that a case's seed comes to."""
    accounts: Mapping[str, Json] = yaml.safe_load((CASES / case / "aws.yaml").read_text())[
        "accounts"
    ]
    return Inventory(
        HOME,
        tuple(
            _cluster(account, region, each)
            for account, body in accounts.items()
            for region, found in (body.get("regions") or {}).items()
            for each in found.get("clusters", ())
        ),
        {each.arn: each for account, body in accounts.items() for each in _roles(account, body)},
        tuple(
            Provider(
                _provider_arn(account, each["url"]),
                account,
                _host(each["url"]),
                tuple(each.get("clientIds", ())),
            )
            for account, body in accounts.items()
            for each in body.get("oidcProviders", ())
        ),
        frozenset(accounts),
    )


def _partition(region: str) -> str:
    return "aws-cn" if region.startswith("cn-") else "aws"


def _host(url: str) -> str:
    return url.removeprefix("https://")


def _provider_arn(account: str, url: str) -> str:
    partition = "aws-cn" if ".com.cn" in url else "aws"
    return f"arn:{partition}:iam::{account}:oidc-provider/{_host(url)}"


def _roles(account: str, body: Json) -> Iterator[RoleFacts]:
    for each in body.get("roles", ()):
        place = next(iter(body.get("regions") or {}), "")
        arn = f"arn:{_partition(place)}:iam::{account}:role{each.get('path', '/')}{each['name']}"
        tags = each.get("tags", {})
        yield RoleFacts(arn, each["name"], account, each["trust"], tags, program=PROGRAMS.get(arn))
    for region, found in (body.get("regions") or {}).items():
        for stack in found.get("stacks", ()):
            yield from _stack_roles(account, region, stack)


def _stack_roles(account: str, region: str, stack: Json) -> Iterator[RoleFacts]:
    for logical, resource in stack["template"]["Resources"].items():
        if resource["Type"] != "AWS::IAM::Role":
            continue
        properties = resource["Properties"]
        name = properties.get("RoleName", logical)
        path = resource.get("Metadata", {}).get("aws:cdk:path", "")
        facts = Stack(stack["name"], region, logical, stack.get("tags", {}), path)
        tags = {
            "aws:cloudformation:stack-name": stack["name"],
            "aws:cloudformation:logical-id": logical,
        }
        trust = properties["AssumeRolePolicyDocument"]
        yield RoleFacts(f"arn:aws:iam::{account}:role/{name}", name, account, trust, tags, facts)


def _cluster(account: str, region: str, seed: Json) -> Cluster:
    place = Place(account, region, seed["name"], _partition(region))
    accounts = dict(_service_accounts(seed))
    works = tuple(_workload(each) for each in seed.get("objects", ()) if each["kind"] in _TEMPLATED)
    return Cluster(
        place,
        _host(seed.get("oidcIssuer", "")),
        bool(seed.get("autoMode")),
        offers_pod_identity=not region.startswith("cn-"),
        addons=tuple(_addon(each) for each in seed.get("addons", ())),
        associations=tuple(_associations(place, seed)),
        service_accounts=accounts,
        workloads=works,
        pods=(*_started(works, accounts), *_bare(seed)),
        nodes=tuple(_node(each) for each in seed.get("nodes", ())),
        fargate_profiles=tuple(_profile(each) for each in seed.get("fargateProfiles", ())),
    )


def _service_accounts(seed: Json) -> Iterator[tuple[ServiceAccountRef, ServiceAccountState]]:
    given = {(each["namespace"], each["name"]): each for each in seed.get("serviceAccounts", ())}
    for each in (*seed.get("objects", ()), *seed.get("patches", ())):
        if each["kind"] == "ServiceAccount":
            given.setdefault(
                (each["metadata"]["namespace"], each["metadata"]["name"]), each["metadata"]
            )
    made = dict(_of_addons(seed))
    spaces = {*_NAMESPACES, *seed.get("namespaces", ()), *(each[0] for each in {**given, **made})}
    spaces |= {
        each["metadata"]["namespace"]
        for each in seed.get("objects", ())
        if "namespace" in each["metadata"]
    }
    for key in sorted({*given, *made, *((space, "default") for space in spaces)}):
        ref, body = ServiceAccountRef(*key), given.get(key, {})
        annotations = {**made.get(key, {}), **(body.get("annotations") or {})}
        yield ref, ServiceAccountState(ref, body.get("labels") or {}, annotations)


def _of_addons(seed: Json) -> Iterator[tuple[tuple[str, str], Json]]:
    for each in seed.get("addons", ()):
        supported, others, space = _CATALOGUE[each["name"]]
        role = each.get("serviceAccountRoleArn")
        for name in (*supported, *others):
            is_its = name in supported or name == each["name"]
            yield (space, name), {IRSA: role} if role and is_its else {}


def _addon(seed: Json) -> Addon:
    supported, _, space = _CATALOGUE[seed["name"]]
    state = AddonState(
        seed["name"],
        seed.get("version", "v1"),
        "ACTIVE",
        f"arn:aws:eks:eu-west-1:{HOME}:addon/prod/{seed['name']}/1",
        service_account_role_arn=seed.get("serviceAccountRoleArn"),
        configuration_values=seed.get("configurationValues"),
        namespace=space,
    )
    return Addon(state, frozenset(supported))


def _associations(place: Place, seed: Json) -> Iterator[Association]:
    for number, each in enumerate(seed.get("associations", ())):
        yield Association(
            f"a-{number}",
            f"{place.arn}/a-{number}",
            ServiceAccountRef(each["namespace"], each["serviceAccount"]),
            each["roleArn"],
            target_role_arn=each.get("targetRoleArn"),
        )


def _containers(spec: Json) -> tuple[Container, ...]:
    return tuple(
        Container(each["name"], {one["name"]: one.get("value", "") for one in each.get("env", ())})
        for each in (*spec.get("initContainers", ()), *spec["containers"])
    )


def _workload(manifest: Json) -> Workload:
    spec = manifest["spec"]
    if manifest["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    template = spec["template"]
    ref = ServiceAccountRef(manifest["metadata"]["namespace"], manifest["metadata"]["name"])
    return Workload(
        manifest["kind"],
        ref,
        template["spec"].get("serviceAccountName", "default"),
        _containers(template["spec"]),
        template.get("metadata", {}).get("labels", {}),
        template["spec"].get("nodeSelector", {}).get("kubernetes.io/os", ""),
    )


def _started(
    works: tuple[Workload, ...], accounts: Mapping[ServiceAccountRef, ServiceAccountState]
) -> Iterator[Pod]:
    for work in works:
        account = accounts.get(ServiceAccountRef(work.ref.namespace, work.service_account))
        injected = (
            {**_WEBHOOK, "AWS_ROLE_ARN": account.irsa_role_arn}
            if account and account.irsa_role_arn
            else {}
        )
        containers = tuple(
            Container(each.name, {**injected, **each.environment}) for each in work.containers
        )
        ref = ServiceAccountRef(work.ref.namespace, f"{work.ref.name}-5d8f-x1")
        owner = (
            f"ReplicaSet {work.ref.name}-5d8f"
            if work.kind == "Deployment"
            else f"{work.kind} {work.ref.name}"
        )
        yield Pod(ref, work.service_account, containers, owner=owner)


def _bare(seed: Json) -> Iterator[Pod]:
    for each in seed.get("objects", ()):
        if each["kind"] == "Pod":
            meta, spec = each["metadata"], each["spec"]
            yield Pod(
                ServiceAccountRef(meta["namespace"], meta["name"]),
                spec.get("serviceAccountName", "default"),
                _containers(spec),
                spec.get("nodeName", ""),
                meta.get("labels", {}).get("eks.amazonaws.com/fargate-profile", ""),
            )


def _node(seed: Json) -> Node:
    labels = seed.get("labels", {})
    os = seed.get("os") or labels.get("kubernetes.io/os", "linux")
    return Node(
        seed["name"],
        os,
        seed.get("computeType") or labels.get("eks.amazonaws.com/compute-type", ""),
    )


def _profile(seed: Json) -> FargateProfile:
    selectors = tuple((each["namespace"], each.get("labels", {})) for each in seed["selectors"])
    return FargateProfile(seed["name"], selectors)
