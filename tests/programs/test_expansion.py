"""The block `x-eks-pod-identity` on the real engine: every write that a change of it makes."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, Declared, declared, empty_clusters
from harness.emulated import Emulated, run_command

_HEAD = """\
metadata: {name: demo, region: eu-west-1}
addons:
  - name: eks-pod-identity-agent
iam:
  podIdentityAssociations:
    - namespace: ops
      serviceAccountName: listed
      roleARN: arn:aws:iam::111122223333:role/mine
"""
_S3 = "permissionPolicyARNs: [arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess]"
_EACH = f"{{namespaces: [dev, qa], serviceAccountNames: [api, web], {_S3}}}"
_CREATED = Counter(CreateRole=1, AttachRolePolicy=1, CreatePodIdentityAssociation=1)
_DELETED = Counter(DeletePodIdentityAssociation=1, DetachRolePolicy=1, DeleteRole=1)


@pytest.fixture(name="stack")
def _stack(tmp_path: Path) -> Iterator[Declared]:
    with empty_clusters(tmp_path, "demo", "demo-2", autoMode=True) as aws:
        yield declared(tmp_path / "program", aws, "demo")


def _cluster(*entries: str, head: str = _HEAD, **more: object) -> Component:
    block = "".join(f"    - {entry}\n" for entry in entries)
    text = f"{head}---\nx-eks-pod-identity:\n  associations:\n{block}"
    return Component("ClusterPodIdentities", "cluster", {"config": text, **more})


def _text(text: str) -> Component:
    return Component("ClusterPodIdentities", "cluster", {"config": text})


def _trust(aws: Emulated, role: str) -> Any:  # noqa: ANN401 - JSON
    return aws.client("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]


def _users(aws: Emulated, role: str) -> list[tuple[list[str], list[str]]]:
    """The namespaces and service accounts that each statement of a trust policy lets in."""
    return [
        (
            statement["Condition"]["StringEquals"]["aws:RequestTag/kubernetes-namespace"],
            statement["Condition"]["StringEquals"]["aws:RequestTag/kubernetes-service-account"],
        )
        for statement in _trust(aws, role)["Statement"]
    ]


def _plan(stack: Declared, component: Component, *options: str) -> dict[str, Any]:
    stack.program.write("cluster.yaml", component.args["config"])
    command = ["eks-pod-identity", "plan", "cluster.yaml", "--output", "json", *options]
    run = run_command(command, stack.aws.environment, stack.program.folder)
    found: dict[str, Any] = json.loads(run.output)
    return found


def _steps(plan: dict[str, Any]) -> Counter[str]:
    return Counter(each["step"] for each in plan["changes"] if each["step"] != "same")


def test_an_entry_lives_and_each_change_writes_its_own_only(stack: Declared) -> None:
    """Made, left alone, one namespace more, one less, left out, cleared: and `plan` says it all."""
    first = stack.up_as_previewed(_cluster(_EACH))
    assert Counter(first)["CreatePodIdentityAssociation"] == 5
    assert Counter(first)["CreateRole"] == 4
    assert _steps(_plan(stack, _cluster(_EACH))) == {}

    assert stack.up(_cluster(_EACH)) == ()

    more = _cluster(f"{{namespace: a, serviceAccountName: b, {_S3}}}", _EACH)
    assert _steps(_plan(stack, more)) == {"create": 2}
    assert Counter(stack.up_as_previewed(more)) == _CREATED

    less = _cluster(f"{{namespace: a, serviceAccountName: b, {_S3}}}", _EACH.replace(", web", ""))
    assert _steps(_plan(stack, less)) == {"delete": 4}
    assert Counter(stack.up_as_previewed(less)) == _DELETED + _DELETED

    for omitted in (_HEAD, f"{_HEAD}---\nx-eks-pod-identity: {{}}\n"):
        refusal = stack.refused(_text(omitted))
        assert "x-eks-pod-identity.associations: omitted, but the run before declared 3" in refusal
        assert "to remove them all, write associations: []" in refusal
        (problem,) = _plan(stack, _text(omitted))["problems"]
        assert (problem["id"], problem["address"]) == (
            "associations-omitted",
            "x-eks-pod-identity.associations",
        )

    cleared = _text(f"{_HEAD}---\nx-eks-pod-identity: {{associations: []}}\n")
    assert Counter(stack.up_as_previewed(cleared)) == _DELETED + _DELETED + _DELETED
    assert set(stack.aws.associations("demo")) == {"ops/listed"}
    assert stack.up(_text(_HEAD)) == ()


def test_shared_role_follows_its_associations(stack: Declared) -> None:
    """One role, closed to its associations: one more changes its trust, the last one ends it."""
    shared = f"serviceAccountName: api, role: shared, roleName: readers, {_S3}"
    first = stack.up_as_previewed(_cluster(f"{{namespaces: [dev], {shared}}}"))
    assert Counter(first)["CreateRole"] == 1
    assert _users(stack.aws, "readers") == [(["dev"], ["api"])]

    more = _cluster(f"{{namespaces: [qa, dev], {shared}}}")
    assert _steps(_plan(stack, more)) == {"update": 1, "create": 1}
    assert Counter(stack.up_as_previewed(more)) == Counter(
        UpdateAssumeRolePolicy=1, CreatePodIdentityAssociation=1
    )
    assert _users(stack.aws, "readers") == [(["dev", "qa"], ["api"])]
    roles = {each["roleArn"] for each in stack.aws.associations("demo").values()}
    assert roles == {f"arn:aws:iam::111122223333:role/{name}" for name in ("mine", "readers")}

    one = _cluster(f"{{namespace: dev, serviceAccountName: api, roleName: readers, {_S3}}}")
    assert _steps(_plan(stack, one)) == {"update": 1, "delete": 1}
    assert Counter(stack.up_as_previewed(one)) == Counter(
        UpdateAssumeRolePolicy=1, TagRole=1, UntagRole=1, DeletePodIdentityAssociation=1
    )
    assert _steps(_plan(stack, one)) == {}

    assert _steps(_plan(stack, more)) == {"update": 1, "create": 1}
    stack.up_as_previewed(more)
    assert _users(stack.aws, "readers") == [(["dev", "qa"], ["api"])]

    each = _cluster(f"{{namespaces: [qa, dev], serviceAccountName: api, {_S3}}}")
    assert _steps(_plan(stack, each)) == {"create": 2, "update": 2, "delete": 1}
    stack.up_as_previewed(each)
    assert "readers" not in stack.aws.role_names()
    assert _steps(_plan(stack, each)) == {}


def test_a_file_is_for_several_clusters(stack: Declared) -> None:
    """The component of each cluster takes its part, and a shared role is made for each of them."""
    shared = f"role: shared, roleName: '{{cluster}}-readers', {_S3}"
    entries = (
        f"{{namespaces: [dev, qa], serviceAccountName: api, clusters: [demo, demo-2], {shared}}}",
        f"{{namespace: dev, serviceAccountName: here, {_S3}}}",
    )
    own = _cluster(*entries)
    other = Component("ClusterPodIdentities", "other", {**own.args, "cluster_name": "demo-2"})
    eks = stack.aws.client("eks")
    eks.create_addon(clusterName="demo-2", addonName="eks-pod-identity-agent")

    foretold = _plan(stack, own), _plan(stack, own, "--cluster", "demo-2")

    stack.up_as_previewed(own, other)

    assert [_steps(plan)["create"] for plan in foretold] == [7, 3]
    assert _steps(_plan(stack, own, "--cluster", "demo-2")) == {}
    assert set(stack.aws.associations("demo")) == {"ops/listed", "dev/api", "qa/api", "dev/here"}
    assert set(stack.aws.associations("demo-2")) == {"dev/api", "qa/api"}
    assert {"demo-readers", "demo-2-readers"} <= stack.aws.role_names()
    assert "cluster/demo-2" in json.dumps(_trust(stack.aws, "demo-2-readers"))
    assert stack.up(own, other) == ()

    stack.up(own)  # the other component is taken out, and takes nothing along

    assert stack.aws.associations("demo-2") == {}
    assert "demo-readers" in stack.aws.role_names()
    refusal = stack.refused(
        own, Component("ClusterPodIdentities", "other", {**own.args, "cluster_name": "demo-3"})
    )
    assert "[expansion-cluster-unknown]" in refusal


def test_scopes_and_trust_of_the_file_reach_aws(stack: Declared) -> None:
    """Templates are filled in for the cluster; a wider trust is the one that the file names."""
    zones = "arn:{partition}:route53:::hostedzone/{cluster}-{account}-{region}"
    entry = (
        "{namespaces: [dns], serviceAccountName: external-dns, trustScope: cluster,"
        " roleName: '{cluster}-dns', wellKnownPolicies: {externalDNS: true},"
        f" wellKnownPolicyScopes: {{externalDNS: {{hostedZoneARNs: ['{zones}']}}}}}}"
    )
    component = _cluster(entry)
    foretold = _plan(stack, component)

    stack.up(component)

    iam = stack.aws.client("iam")
    document = iam.get_role_policy(RoleName="demo-dns", PolicyName="ExternalDNS")["PolicyDocument"]
    resources = {arn for statement in document["Statement"] for arn in statement["Resource"]}
    assert resources == {"*", "arn:aws:route53:::hostedzone/demo-111122223333-eu-west-1"}
    (statement,) = _trust(stack.aws, "demo-dns")["Statement"]
    assert statement["Sid"] == "AllowCluster"
    made = next(each for each in foretold["changes"] if each["kind"] == "role")["desired"]
    assert made["inlinePolicies"]["ExternalDNS"] == document
    assert made["assumeRolePolicyDocument"] == _trust(stack.aws, "demo-dns")
    assert _steps(_plan(stack, component)) == {}


def test_entries_move_between_the_lists_without_a_gap(stack: Declared) -> None:
    """From eksctl's list into the block: the same associations and roles, one tag more."""
    written = "".join(
        f"    - {{namespace: {namespace}, serviceAccountName: {name}, {_S3}}}\n"
        for namespace in ("dev", "qa")
        for name in ("api", "web")
    )
    stack.up(_text(_HEAD + written))
    before = stack.aws.associations("demo")

    moved = stack.up_as_previewed(_cluster(_EACH))

    assert Counter(moved) == {"TagResource": 4}
    after = stack.aws.associations("demo")
    assert {ref: each["associationId"] for ref, each in after.items()} == {
        ref: each["associationId"] for ref, each in before.items()
    }


def test_made_role_is_not_deleted_under_those_who_give_it(stack: Declared) -> None:
    """EKS would keep associations of a role that is gone: the preview stops, as `plan` says."""
    both = "namespaces: [dev, qa], serviceAccountName: api"
    made = _cluster(f"{{{both}, role: shared, roleName: readers, {_S3}}}")
    given = _cluster(f"{{{both}, roleARN: 'arn:aws:iam::111122223333:role/readers'}}")
    stack.up(made)

    refusal = stack.refused(given)

    assert "x-eks-pod-identity.associations: arn:aws:iam::111122223333:role/readers" in refusal
    assert "[role-still-used]" in refusal
    assert {each["id"] for each in _plan(stack, given)["problems"]} == {"role-still-used"}
    assert stack.up(made) == ()
