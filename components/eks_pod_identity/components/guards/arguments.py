"""What components ask of their arguments: the rules of a ClusterConfig, in Python's spelling.

There is one set of rules, that of `config`. Arguments are written as the entry that would say the
same, judged, and the problems told in the arguments' own names. What is not known yet (an Output)
stands in as something that passes; AWS judges it later.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from eks_pod_identity.components.scopes import ARGUMENT as SCOPES
from eks_pod_identity.components.scopes import known_documents, known_scope, scope_problems
from eks_pod_identity.config import ClusterConfig, Fault, LoadedConfig, build_cluster_config
from eks_pod_identity.errors import Problem
from eks_pod_identity.iam.document import INLINE_POLICIES_MAX_SIZE, document_size
from eks_pod_identity.iam.well_known import WELL_KNOWN_POLICIES, PolicyContext, is_of_one_cluster
from eks_pod_identity.planning.addon_permissions import AddonPermissions
from eks_pod_identity.planning.argument_fault import ArgumentFault
from eks_pod_identity.planning.declaration import Declaration
from eks_pod_identity.planning.desired import DesiredCluster

_KNOWN_LATER = "known-later"
_PREFIXES = ("iam.podIdentityAssociations[0]", "addons[0]")
_DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
_ROLE_ARN = "arn:aws:iam::000000000000:role/known-later"
_POLICY_ARN = "arn:aws:iam::000000000000:policy/known-later-{}"

# Python's name of an argument, eksctl's key, and what stands in for an Output.
_ASSOCIATION_KEYS: Mapping[str, tuple[str, Any]] = {
    "namespace": ("namespace", _KNOWN_LATER),
    "service_account": ("serviceAccountName", _KNOWN_LATER),
    "role_arn": ("roleARN", _ROLE_ARN),
    "role_name": ("roleName", _KNOWN_LATER),
    "permission_policy_arns": ("permissionPolicyARNs", []),
    "permission_policy": ("permissionPolicy", _DOCUMENT),
    "permission_policy_name": ("permissionPolicyName", _KNOWN_LATER),
    "well_known_policies": ("wellKnownPolicies", {}),
    "permissions_boundary_arn": ("permissionsBoundaryARN", _POLICY_ARN.format(0)),
    "description": ("description", _KNOWN_LATER),
    "path": ("path", "/"),
    "max_session_duration": ("maxSessionDuration", 3600),
    "force_detach_policies": ("forceDetachPolicies", False),
    "trusted_by": ("trustedBy", []),
    "target_role_arn": ("targetRoleARN", _ROLE_ARN),
    "grant_target_role": ("grantTargetRole", False),
    "disable_session_tags": ("disableSessionTags", False),
    "policy": ("policy", json.dumps(_DOCUMENT)),
    "tags": ("tags", {}),
    "create_service_account": ("createServiceAccount", False),
}
_ADDON_KEYS: Mapping[str, tuple[str, Any]] = {
    "addon_name": ("name", _KNOWN_LATER),
    "addon_version": ("version", "latest"),
    "use_default_pod_identity_associations": ("useDefaultPodIdentityAssociations", False),
    "service_account_role_arn": ("serviceAccountRoleARN", _ROLE_ARN),
    "configuration_values": ("configurationValues", "{}"),
    "resolve_conflicts": ("resolveConflicts", "NONE"),
    "tags": ("tags", {}),
}
_LISTS = {"pod_identity_associations": "podIdentityAssociations"}
_PYTHON_NAMES = {
    eksctl: python
    for python, eksctl in [
        *((python, eksctl) for python, (eksctl, _) in _ASSOCIATION_KEYS.items()),
        *((python, eksctl) for python, (eksctl, _) in _ADDON_KEYS.items() if eksctl != "name"),
        *_LISTS.items(),
    ]
}
# Scopes can be given here, and `scopes` asks for them; the region is the provider's, which the
# arguments do not name, so that ARNs of every partition are good ones.
_OF_FILES = frozenset({Fault.WELL_KNOWN_POLICY_SCOPED.id, Fault.PARTITION_MISMATCH.id})
_EKSCTL_KEY = re.compile(r"\b(" + "|".join(map(re.escape, _PYTHON_NAMES)) + r")\b")


def association_problems(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the arguments of a PodIdentityAssociation."""
    problems = (
        *_without_doubtful_grant(
            _judge(name, _PREFIXES[0], associations=[_association(args)]), args
        ),
        *scope_problems(name, args),
    )
    # What is too large can be told of policies that can be written.
    yield from problems or _size_problems(name, args)


def _without_doubtful_grant(
    problems: Iterable[Problem], args: Mapping[str, Any]
) -> Iterator[Problem]:
    """Yield problems; a missing grant only if all is known that may let the role assume it."""
    keys = ("target_role_arn", "permission_policy", "permission_policy_arns")
    is_known = all(_is_known(args.get(key)) for key in keys)
    for problem in problems:
        if problem.id != Fault.TARGET_ROLE_NOT_GRANTED.id:
            yield problem
        elif is_known:
            yield replace(problem, help=("grant_target_role=True", *problem.help[1:]))


def addon_problems(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the arguments of an Addon."""
    yield from _judge(name, _PREFIXES[1], addons=[_addon(args)])
    for index, entry in enumerate(args.get("pod_identity_associations") or ()):
        yield from scope_problems(f"{name}.pod_identity_associations[{index}]", entry)


def role_problems(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what is wrong with the arguments of a PodIdentityRole."""
    accounts = args["service_accounts"]
    if not accounts:
        yield Problem(
            ArgumentFault.ROLE_WITHOUT_SERVICE_ACCOUNT.id,
            f"{name}.service_accounts",
            "empty, so nobody could take the role on",
            help=('service_accounts=[{"namespace": "backend", "name": "api"}]',),
        )
        return
    if len(accounts) > 1 and "role_name" not in args:
        yield Problem(
            ArgumentFault.ROLE_NAME_MISSING.id,
            f"{name}.role_name",
            f"not given, and {len(accounts)} service accounts give no name to make one of",
            help=(f'role_name="{name}"',),
        )
    yield from _cluster_problems(name, args)
    first = {"namespace": accounts[0]["namespace"], "service_account": accounts[0]["name"]}
    granted = {"grant_target_role": "target_role_arn" in args}
    problems = association_problems(name, {**args, **first, **granted})
    # A role may get its permissions elsewhere.
    yield from (
        problem for problem in problems if problem.id != Fault.ASSOCIATION_WITHOUT_PERMISSIONS.id
    )


def _cluster_problems(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    several = args.get("cluster_names") or ()
    if bool(several) == ("cluster_name" in args):
        what = "both given" if several else "neither is given"
        yield Problem(
            ArgumentFault.ROLE_CLUSTERS_UNCLEAR.id,
            f"{name}.cluster_name",
            f"cluster_name and cluster_names: {what}",
            help=('cluster_name="blue"', 'cluster_names=["blue", "green"]'),
        )
    if len(several) > 1:
        yield from _of_several_clusters(name, args)


def _of_several_clusters(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    if "role_name" not in args:
        yield Problem(
            ArgumentFault.ROLE_NAME_MISSING.id,
            f"{name}.role_name",
            "not given, and several clusters give no name to make one of",
            help=(f'role_name="{name}"',),
        )
    for key in WELL_KNOWN_POLICIES.keys() & {*(args.get("well_known_policies") or ())}:
        if is_of_one_cluster(key, known_scope(args, key)):
            yield Problem(
                Fault.WELL_KNOWN_POLICY_OF_ONE_CLUSTER.id,
                f"{name}.well_known_policies",
                f"{key} allows what is of one cluster, and the role is for several",
                help=("make a role in each cluster",),
            )


def _size_problems(name: str, args: Mapping[str, Any]) -> Iterator[Problem]:
    if not args.get(SCOPES):
        return  # without scopes, the rules of `config` have seen all of it
    own = _association(args).get("permissionPolicy")
    documents = [*known_documents(args), *([own] if own else [])]
    size = sum(map(document_size, documents))
    if size > INLINE_POLICIES_MAX_SIZE:
        yield Problem(
            Fault.INLINE_POLICY_TOO_LARGE.id,
            f"{name}.{SCOPES}",
            f"the inline policies have {size:,} characters together,"
            f" and IAM takes {INLINE_POLICIES_MAX_SIZE:,}",
            help=("name fewer ARNs, with wildcards, or make managed policies of some",),
        )


def _addon(args: Mapping[str, Any]) -> dict[str, Any]:
    addon = _entry(args, _ADDON_KEYS)
    if "pod_identity_associations" in args:
        entries = args["pod_identity_associations"]
        addon["podIdentityAssociations"] = [_association(entry) for entry in entries]
    if "namespace" in args:
        addon["namespaceConfig"] = {"namespace": args["namespace"]}
    return addon


def _association(args: Mapping[str, Any]) -> dict[str, Any]:
    entry = _entry(args, _ASSOCIATION_KEYS)
    if isinstance(args.get("well_known_policies"), list):
        entry["wellKnownPolicies"] = dict.fromkeys(args["well_known_policies"], True)
    if isinstance(args.get("permission_policy_arns"), list):
        entry["permissionPolicyARNs"] = [
            arn if isinstance(arn, str) else _POLICY_ARN.format(index)
            for index, arn in enumerate(args["permission_policy_arns"])
        ]
    if isinstance(args.get("permission_policy"), str):
        entry["permissionPolicy"] = _parsed(args["permission_policy"])
    duration = args.get("max_session_duration")
    if isinstance(duration, float) and duration.is_integer():
        entry["maxSessionDuration"] = int(duration)
    return entry


def _entry(args: Mapping[str, Any], keys: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    return {
        eksctl: args[python] if _is_known(args[python]) else stand_in
        for python, (eksctl, stand_in) in keys.items()
        if args.get(python) is not None
    }


def _is_known(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(map(_is_known, value.values()))
    if isinstance(value, list):
        return all(map(_is_known, value))
    return isinstance(value, str | int | float | bool) or value is None


def _parsed(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text)
    except ValueError:
        return text  # no object, which the rules will say


def _judge(
    name: str,
    prefix: str,
    *,
    associations: Iterable[Mapping[str, Any]] = (),
    addons: Iterable[Mapping[str, Any]] = (),
) -> Iterator[Problem]:
    loaded = _file_of(associations, addons)
    for problem in loaded.problems:
        if problem.id in _OF_FILES:
            continue
        yield _respelled(problem, name, prefix)


def _file_of(
    associations: Iterable[Mapping[str, Any]], addons: Iterable[Mapping[str, Any]]
) -> LoadedConfig:
    return build_cluster_config(
        {
            "metadata": {"name": _KNOWN_LATER, "region": "eu-west-1"},
            "iam": {"podIdentityAssociations": list(associations)},
            "addons": list(addons),
            # Whether the agent is there is not for one component to know.
            "autoModeConfig": {"enabled": True},
        },
        origin="",
    )


def _respelled(problem: Problem, name: str, prefix: str) -> Problem:
    rest = problem.address.removeprefix(prefix)
    return replace(
        problem,
        address=_in_python(f"{name}{rest}"),
        message=_in_python(problem.message),
        help=tuple(map(_in_python, problem.help)),
    )


def described_association(args: Mapping[str, Any], cluster: PolicyContext) -> DesiredCluster:
    """Return what the arguments of a PodIdentityAssociation, already judged, ask for."""
    config = _file_of([_named_only(_association(args))], ()).config or ClusterConfig()
    return Declaration(config, cluster, {}).desired()


def described_addon(
    args: Mapping[str, Any], permissions: AddonPermissions, cluster: PolicyContext
) -> DesiredCluster:
    """Return what the arguments of an Addon, already judged, ask for."""
    addon = _addon(args)
    if "podIdentityAssociations" in addon:
        addon["podIdentityAssociations"] = list(map(_named_only, addon["podIdentityAssociations"]))
    config = _file_of((), [addon]).config or ClusterConfig()
    return Declaration(config, cluster, {args["addon_name"]: permissions}).desired()


def _named_only(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with the roles and policies that it names, and no others."""
    named = {key: value for key, value in entry.items() if key != "wellKnownPolicies"}
    if "roleARN" not in named:
        named["permissionPolicy"] = _DOCUMENT
    return named


def as_told(problems: Iterable[Problem], name: str) -> Iterator[Problem]:
    """Yield problems of what arguments describe in the words of the program.

    Args:
        problems: With the addresses that a file would have.
        name: The name of the component.
    """
    for problem in problems:
        # What is known later cannot be wrong yet.
        if _KNOWN_LATER not in problem.message:
            known = next((each for each in _PREFIXES if problem.address.startswith(each)), "")
            # What is about the whole cluster has the address of a file that there is not.
            yield _respelled(problem, name, known or problem.address)


def _in_python(text: str) -> str:
    return _EKSCTL_KEY.sub(lambda match: _PYTHON_NAMES[match[0]], text)
