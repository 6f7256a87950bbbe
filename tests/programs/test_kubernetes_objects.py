"""Service accounts and namespaces that components make, on the real engine."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from harness.declared import Component, Declared, declared, empty_clusters
from harness.emulated import Emulated

_MINE = "arn:aws:iam::111122223333:role/mine"
_CLUSTERS = ("marked", "foreign", "made-anew", "given", "upserting", "shared", "file")


@pytest.fixture(name="aws", scope="module")
def _aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    with empty_clusters(tmp_path_factory.mktemp("aws"), *_CLUSTERS, autoMode=True) as emulated:
        yield emulated


def _association(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    account = {"namespace": "default", "service_account": "app", "role_arn": _MINE}
    return Component(
        "PodIdentityAssociation", "app", {**account, "create_service_account": True, **args}
    )


def _kubernetes(
    stack: Declared, path: str, body: object = None, method: str | None = None
) -> dict[str, Any] | None:
    """Ask the API server of a stack's cluster; None if there is no such object."""
    clusters = json.loads(Path(stack.aws.environment["KUBECONFIG"]).read_text())["clusters"]
    server = next(each["cluster"]["server"] for each in clusters if each["name"] == stack.cluster)
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    url = f"{server}/api/v1/{path}"
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def test_service_account_is_marked_ours_and_goes_with_the_entry(
    aws: Emulated, tmp_path: Path
) -> None:
    """It says which stack made it, without IRSA; it goes when it is not asked for any more."""
    stack = declared(tmp_path, aws, "marked")
    stack.up(_association())
    made = _kubernetes(stack, "namespaces/default/serviceaccounts/app")
    association = stack.association("default/app")["associationId"]

    stack.up(_association(create_service_account=False))

    assert made is not None
    assert made["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "eks-pod-identity"}
    assert made["metadata"]["annotations"] == {
        "eks-pod-identity/cluster": "marked",
        "eks-pod-identity/stack": "declared/marked",
    }
    assert _kubernetes(stack, "namespaces/default/serviceaccounts/app") is None
    assert stack.association("default/app")["associationId"] == association


def test_service_account_of_others_is_neither_changed_nor_deleted(
    aws: Emulated, tmp_path: Path
) -> None:
    """The run is refused beforehand; without the wish the association is made beside it."""
    stack = declared(tmp_path, aws, "foreign")
    theirs = {"metadata": {"name": "app", "annotations": {"owner": "another team"}}}
    before = _kubernetes(stack, "namespaces/default/serviceaccounts", theirs)
    stack.declare(_association())

    refused = stack.program.up()
    stack.up(_association(create_service_account=False))
    found = _kubernetes(stack, "namespaces/default/serviceaccounts/app")
    stack.program.destroy()

    assert refused.code != 0
    assert "[service-account-exists]" in refused.output
    assert before == found == _kubernetes(stack, "namespaces/default/serviceaccounts/app")


def test_account_that_others_made_anew_is_not_taken_over(aws: Emulated, tmp_path: Path) -> None:
    """A refresh finds one of that name; the run stops, and says how the stack lets go of it."""
    stack = declared(tmp_path, aws, "made-anew")
    stack.up(_association())
    path = "namespaces/default/serviceaccounts"
    theirs = {"metadata": {"name": "app", "labels": {"app.kubernetes.io/managed-by": "Helm"}}}
    _kubernetes(stack, f"{path}/app", method="DELETE")
    _kubernetes(stack, path, theirs)

    stack.program.pulumi("refresh", "--yes", "--skip-preview")
    told = stack.refused(_association())
    _kubernetes(stack, f"{path}/app", method="DELETE")
    stack.program.pulumi("refresh", "--yes", "--skip-preview")
    again = _kubernetes(stack, path, theirs)
    stack.up(_association(create_service_account=False))
    stack.program.destroy()

    assert "service account default/app has lost the marks of this stack" in told
    assert "observed: app.kubernetes.io/managed-by: Helm" in told
    assert "kubectl delete serviceaccount app --namespace default" in told
    assert again is not None
    assert again == _kubernetes(stack, f"{path}/app")


def test_account_that_lost_its_marks_can_be_given_to_the_stack(
    aws: Emulated, tmp_path: Path
) -> None:
    """Who annotates it says in words that the stack may have it."""
    stack = declared(tmp_path, aws, "given")
    stack.up(_association())
    path = "namespaces/default/serviceaccounts"
    _kubernetes(stack, f"{path}/app", method="DELETE")
    marks = {"eks-pod-identity/cluster": "given", "eks-pod-identity/stack": "declared/given"}
    _kubernetes(stack, path, {"metadata": {"name": "app", "annotations": marks}})
    stack.program.pulumi("refresh", "--yes", "--skip-preview")

    stack.up(_association())

    made = _kubernetes(stack, f"{path}/app")
    assert made is not None
    assert made["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "eks-pod-identity"}


def test_provider_that_takes_over_is_refused_at_preview(aws: Emulated, tmp_path: Path) -> None:
    """The setting would make ours what somebody else made, and a destroy would delete it."""
    stack = declared(tmp_path, aws, "upserting")
    theirs = {"metadata": {"name": "app", "annotations": {"owner": "another team"}}}
    before = _kubernetes(stack, "namespaces/default/serviceaccounts", theirs)
    stack.program.pulumi("config", "set", "kubernetes:upsertExistingObjects", "true")

    told = stack.refused(_association())
    stack.program.destroy()

    assert "[kubernetes-provider-upserts]" in told
    assert "pulumi config rm kubernetes:upsertExistingObjects" in told
    assert before == _kubernetes(stack, "namespaces/default/serviceaccounts/app")


def test_namespace_is_made_once_and_stays_with_what_others_put_there(
    aws: Emulated, tmp_path: Path
) -> None:
    """Two components may ask for one namespace; a destroy takes their accounts and no other's."""
    stack = declared(tmp_path, aws, "shared")
    shared = {"namespace": "shop", "role_arn": _MINE, "create_service_account": True}
    asked = {**shared, "create_namespace": True}
    stack.up(
        Component("PodIdentityAssociation", "web", {**asked, "service_account": "web"}),
        Component("PodIdentityAssociation", "api", {**asked, "service_account": "api"}),
    )
    theirs = {"metadata": {"name": "theirs"}}
    _kubernetes(stack, "namespaces/shop/serviceaccounts", theirs)

    gone = stack.program.destroy()
    left = _kubernetes(stack, "namespaces/shop/serviceaccounts")

    assert gone.code == 0, gone.output
    assert left is not None
    assert {each["metadata"]["name"] for each in left["items"]} == {"default", "theirs"}


def test_namespaces_of_a_file_are_made_if_asked(aws: Emulated, tmp_path: Path) -> None:
    """One for each namespace in which an account is to be made, and none for the others."""
    stack = declared(tmp_path, aws, "file")
    config = f"""\
metadata: {{name: file, region: eu-west-1}}
autoModeConfig: {{enabled: true}}
iam:
  podIdentityAssociations:
    - {{namespace: shop, serviceAccountName: a, roleARN: "{_MINE}", createServiceAccount: true}}
    - {{namespace: shop, serviceAccountName: b, roleARN: "{_MINE}", createServiceAccount: true}}
    - {{namespace: other, serviceAccountName: c, roleARN: "{_MINE}"}}
"""
    whole = Component("ClusterPodIdentities", "all", {"config": config, "create_namespaces": True})

    stack.up_as_previewed(whole)

    made = _kubernetes(stack, "namespaces/shop/serviceaccounts")
    assert made is not None
    assert {each["metadata"]["name"] for each in made["items"]} == {"a", "b", "default"}
    assert _kubernetes(stack, "namespaces/other") is None
