"""Files and clusters of chance: strategies for properties of the planner."""

from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from harness.fake_cluster import STACK, FakeCluster, role_arn
from harness.scenario import AGENT, plan_data

_POLICY = "arn:aws:iam::aws:policy/{}"
_NAMES = ["AmazonS3ReadOnlyAccess", "AmazonSQSFullAccess", "AmazonElastiCacheFullAccess"]
_TARGET = "arn:aws:iam::444455556666:role/target"
_SESSION_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
)
_TAGS = st.dictionaries(st.sampled_from(["team", "tier"]), st.sampled_from(["a", "b"]), max_size=2)
_PERMISSIONS = st.fixed_dictionaries(
    {
        "permissionPolicyARNs": st.lists(
            st.sampled_from([_POLICY.format(name) for name in _NAMES]), min_size=1, unique=True
        )
    },
    optional={
        "wellKnownPolicies": st.just({"externalDNS": True}),
        "permissionsBoundaryARN": st.just("arn:aws:iam::111122223333:policy/edge"),
    },
)
_GIVEN = st.sampled_from(["one", "two"]).map(lambda name: {"roleARN": role_arn(name)})
_CHAINED = st.sampled_from(
    [
        {},
        {"targetRoleARN": _TARGET},
        {"targetRoleARN": _TARGET, "disableSessionTags": True},
        {"disableSessionTags": True, "policy": _SESSION_POLICY},
    ]
)
_STANDALONE = st.builds(
    lambda namespace, name, role, chained, tags: {
        "namespace": namespace,
        "serviceAccountName": name,
        **role,
        **chained,
        **({"tags": tags} if tags else {}),
    },
    st.sampled_from(["dev", "qa"]),
    st.sampled_from(["api", "web", "job"]),
    st.one_of(_PERMISSIONS, _GIVEN),
    _CHAINED,
    _TAGS,
)
# Namespaces of the block are none of eksctl's list, and entries have their own each.
_MADE_BY_PATTERN = st.one_of(
    _PERMISSIONS.map(lambda permissions: {"role": "each", **permissions}),
    _PERMISSIONS.map(lambda permissions: {"role": "shared", "roleName": "{}", **permissions}),
    _GIVEN,
)


def _pattern(number: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda namespaces, names, clusters, role, chained, tags: {
            "namespaces": namespaces,
            "serviceAccountNames": names,
            **({"clusters": clusters} if clusters else {}),
            **role,
            **({"roleName": f"{{cluster}}-{number}"} if "roleName" in role else {}),
            **chained,
            **({"tags": tags} if tags else {}),
        },
        st.lists(st.sampled_from([f"a{number}", f"b{number}"]), min_size=1, unique=True),
        st.lists(st.sampled_from(["api", "web"]), min_size=1, unique=True),
        st.lists(st.sampled_from(["demo", "other"]), unique=True),
        _MADE_BY_PATTERN,
        _CHAINED,
        _TAGS,
    )


_ACCOUNTS = {
    "vpc-cni": ["aws-node"],
    "aws-ebs-csi-driver": ["ebs-csi-controller-sa"],
    "adot": ["adot-col-prom-metrics", "adot-col-otlp-ingest", "adot-col-container-logs"],
    "coredns": [],
}


def _owned(addon: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    accounts = _ACCOUNTS[addon]
    entry = st.one_of(
        _PERMISSIONS.map(lambda p: {k: v for k, v in p.items() if k[0] == "p"}), _GIVEN
    )
    return st.lists(
        st.tuples(st.sampled_from(accounts), entry), unique_by=lambda each: each[0]
    ).map(lambda pairs: [{"serviceAccountName": name, **role} for name, role in pairs])


def _values(addon: str) -> str:
    """Return values that the schema of an add-on allows."""
    if addon == "aws-ebs-csi-driver":
        return "controller: {replicaCount: 2}"
    return "nodeSelector: {kubernetes.io/os: linux}"


def _addon(name: str) -> st.SearchStrategy[dict[str, Any]]:
    lists = [
        st.just({}),
        st.just({"podIdentityAssociations": []}),
        st.just({"useDefaultPodIdentityAssociations": True}),
    ]
    if _ACCOUNTS[name]:
        lists.append(_owned(name).map(lambda entries: {"podIdentityAssociations": entries}))
    more = st.sampled_from([{}, {"version": "latest"}, {"configurationValues": _values(name)}])
    return st.builds(lambda a, b: {"name": name, **a, **b}, st.one_of(lists), more)


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Return a ClusterConfig without faults of its own, sections omitted now and then."""
    file: dict[str, Any] = {}
    if draw(st.booleans()):
        entries = st.lists(_STANDALONE, max_size=4, unique_by=_account)
        file["iam"] = {"podIdentityAssociations": draw(entries)}
    if draw(st.booleans()):
        patterns = [draw(_pattern(number)) for number in range(draw(st.integers(0, 2)))]
        file["x-eks-pod-identity"] = {"associations": patterns}
    if draw(st.booleans()):
        names = draw(st.lists(st.sampled_from(sorted(_ACCOUNTS)), unique=True, max_size=3))
        file["addons"] = [draw(_addon(name)) for name in names]
    if draw(st.booleans()):
        file["addonsConfig"] = {"autoApplyPodIdentityAssociations": True}
    return file


def _account(entry: dict[str, Any]) -> tuple[str, str]:
    return entry["namespace"], entry["serviceAccountName"]


@st.composite
def clusters(draw: st.DrawFn) -> FakeCluster:
    """Return a cluster that a file was applied to, with something of another stack beside it."""
    cluster = FakeCluster()
    cluster.declare_addon({"name": AGENT})
    plan = plan_data(draw(files()), cluster, STACK)
    assume(not plan.errors)
    cluster.carry_out(plan)
    for entry in draw(st.lists(_STANDALONE, max_size=1)):
        other = {"namespace": "other", "roleARN": role_arn("theirs"), "stack": "other/stack"}
        cluster.declare_association({**entry, **other})
    return cluster
