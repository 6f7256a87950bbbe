"""The functions (Terraform's data sources) that this stand-in answers, by their Pulumi names."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from eks_pod_identity_emulator.plugins.aws.cluster_requests import described
from eks_pod_identity_emulator.plugins.aws.iam import as_text
from eks_pod_identity_emulator.plugins.aws.kind import Scope, doing
from eks_pod_identity_emulator.plugins.aws.policy_document import policy_document
from eks_pod_identity_emulator.plugins.aws.tags import from_list
from eks_pod_identity_emulator.plugins.conformance import Misfit, fit
from eks_pod_identity_emulator.plugins.introspection import function_shape, sdk_member
from eks_pod_identity_emulator.plugins.paths import format_path
from eks_pod_identity_emulator.plugins.provider import CheckFailure, PluginError
from eks_pod_identity_emulator.plugins.values import PropertyMap

Answer = Callable[[Scope, PropertyMap], PropertyMap]

_DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}
# What Terraform keeps as a list of at most one member stays a list in a function's answer.
_PLURALS = {
    "accessConfig": "accessConfigs",
    "certificateAuthority": "certificateAuthorities",
    "computeConfig": "computeConfigs",
    "controlPlaneScalingConfig": "controlPlaneScalingConfigs",
    "outpostConfig": "outpostConfigs",
    "upgradePolicy": "upgradePolicies",
    "zonalShiftConfig": "zonalShiftConfigs",
}


def invoke(
    scope: Scope, token: str, arguments: PropertyMap
) -> PropertyMap | tuple[CheckFailure, ...]:
    """Answer a function, or tell what is wrong with its arguments.

    Raises:
        PluginError: This stand-in has no such function, or AWS refused.
    """
    if token not in FUNCTIONS:
        raise PluginError(
            f"unrecognized data function (Invoke): {token}; the emulator's aws plugin has "
            f"{', '.join(sorted(FUNCTIONS))}"
        )
    (module, name), answer = FUNCTIONS[token]
    shape = function_shape(sdk_member(module, name))
    fitted, misfits = fit(shape, arguments)
    if misfits:
        return tuple(_failure(misfit) for misfit in misfits)
    return answer(scope, fitted)


def _failure(misfit: Misfit) -> CheckFailure:
    return CheckFailure(f"{misfit.reason}. Examine values at '{format_path(misfit.path)}'.")


def _caller_identity(scope: Scope, arguments: PropertyMap) -> PropertyMap:
    del arguments
    with doing("reading STS Caller Identity"):
        caller = scope.call("sts", "GetCallerIdentity")
    account = caller["Account"]
    return {"accountId": account, "arn": caller["Arn"], "id": account, "userId": caller["UserId"]}


def _partition(scope: Scope, arguments: PropertyMap) -> PropertyMap:
    del arguments
    suffix = _DNS_SUFFIXES.get(scope.partition, "amazonaws.com")
    return {
        "dnsSuffix": suffix,
        "id": scope.partition,
        "partition": scope.partition,
        "reverseDnsPrefix": ".".join(reversed(suffix.split("."))),
    }


def _region(scope: Scope, arguments: PropertyMap) -> PropertyMap:
    region = str(arguments.get("region") or arguments.get("name") or scope.region)
    suffix = _DNS_SUFFIXES.get(scope.partition, "amazonaws.com")
    return {
        "description": region,
        "endpoint": f"ec2.{region}.{suffix}",
        "id": region,
        "name": region,
        "region": region,
    }


def _cluster(scope: Scope, arguments: PropertyMap) -> PropertyMap:
    name = arguments.get("name")
    if not name:
        raise PluginError("Missing required property 'name'")
    with doing(f"reading EKS Cluster ({name})"):
        cluster = scope.call("eks", "DescribeCluster", name=name)["cluster"]
    state = described(cluster, {})
    told = {_PLURALS.get(key, key): value for key, value in state.items()}
    for plural in _PLURALS.values():
        told[plural] = [told[plural]] if told.get(plural) else []
    told["kubernetesNetworkConfigs"] = [_network(state)]
    told["storageConfigs"] = [_storage(state)] if state.get("storageConfig") else []
    told["enabledClusterLogTypes"] = told.get("enabledClusterLogTypes") or []
    for name_kept_elsewhere in ("kubernetesNetworkConfig", "storageConfig", "encryptionConfig"):
        told.pop(name_kept_elsewhere, None)
    return {**told, "id": name, "region": scope.region, "tags": dict(cluster.get("tags", {}))}


def _network(state: PropertyMap) -> PropertyMap:
    network = dict(state.get("kubernetesNetworkConfig") or {})
    balancing = network.pop("elasticLoadBalancing", None)
    return {**network, "elasticLoadBalancings": [balancing] if balancing else []}


def _storage(state: PropertyMap) -> PropertyMap:
    block = (state["storageConfig"] or {}).get("blockStorage")
    return {"blockStorages": [block] if block else []}


def _role(scope: Scope, arguments: PropertyMap) -> PropertyMap:
    name = arguments.get("name")
    if not name:
        raise PluginError("Missing required property 'name'")
    with doing(f"reading IAM Role ({name})"):
        role = scope.call("iam", "GetRole", RoleName=name)["Role"]
    return {
        "arn": role["Arn"],
        "assumeRolePolicy": as_text(role["AssumeRolePolicyDocument"]),
        "createDate": role["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "description": role.get("Description", ""),
        "id": name,
        "maxSessionDuration": role.get("MaxSessionDuration", 3600),
        "name": role["RoleName"],
        "path": role["Path"],
        "permissionsBoundary": role.get("PermissionsBoundary", {}).get(
            "PermissionsBoundaryArn", ""
        ),
        "roleLastUseds": [],
        "tags": scope.tag_rules.managed(from_list(role.get("Tags", []))),
        "uniqueId": role["RoleId"],
    }


def _policy(scope: Scope, arguments: PropertyMap) -> PropertyMap:
    policy_arn = arguments.get("arn") or _policy_arn(scope, arguments)
    with doing(f"reading IAM Policy ({policy_arn})"):
        found = scope.call("iam", "GetPolicy", PolicyArn=policy_arn)["Policy"]
        version = found["DefaultVersionId"]
        document = scope.call("iam", "GetPolicyVersion", PolicyArn=policy_arn, VersionId=version)[
            "PolicyVersion"
        ]["Document"]
    return {
        "arn": found["Arn"],
        "attachmentCount": found.get("AttachmentCount", 0),
        "description": found.get("Description", ""),
        "id": found["Arn"],
        "name": found["PolicyName"],
        "path": found["Path"],
        "pathPrefix": arguments.get("pathPrefix"),
        "policy": as_text(document),
        "policyId": found["PolicyId"],
        "tags": scope.tag_rules.managed(from_list(found.get("Tags", []))),
    }


def _policy_arn(scope: Scope, arguments: PropertyMap) -> str:
    name, prefix = arguments.get("name"), arguments.get("pathPrefix")
    if not name and not prefix:
        raise PluginError("one of `arn,name,path_prefix` must be specified")
    with doing("reading IAM Policy"):
        policies = scope.pages("iam", "ListPolicies", "Policies", PathPrefix=prefix)
    found = [policy["Arn"] for policy in policies if name in (None, policy["PolicyName"])]
    if len(found) != 1:
        raise PluginError(f"reading IAM Policy: {len(found)} policies match name {name!r}, not one")
    return str(found[0])


def _document(scope: Scope, arguments: PropertyMap) -> PropertyMap:
    del scope
    return policy_document(arguments)


FUNCTIONS: Mapping[str, tuple[tuple[str, str], Answer]] = MappingProxyType(
    {
        "aws:eks/getCluster:getCluster": (("pulumi_aws.eks", "get_cluster"), _cluster),
        "aws:iam/getPolicy:getPolicy": (("pulumi_aws.iam", "get_policy"), _policy),
        "aws:iam/getPolicyDocument:getPolicyDocument": (
            ("pulumi_aws.iam", "get_policy_document"),
            _document,
        ),
        "aws:iam/getRole:getRole": (("pulumi_aws.iam", "get_role"), _role),
        "aws:index/getCallerIdentity:getCallerIdentity": (
            ("pulumi_aws", "get_caller_identity"),
            _caller_identity,
        ),
        "aws:index/getPartition:getPartition": (("pulumi_aws", "get_partition"), _partition),
        "aws:index/getRegion:getRegion": (("pulumi_aws", "get_region"), _region),
    }
)
