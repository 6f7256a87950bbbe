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


@pytest.fixture(name="stack")
def _stack(tmp_path: Path) -> Iterator[Declared]:
    with empty_clusters(tmp_path, "demo") as aws:
        yield declared(tmp_path / "program", aws, "demo")


def _association(**args: Any) -> Component:  # noqa: ANN401 - any argument of the component
    account = {"namespace": "default", "service_account": "app", "role_arn": _MINE}
    return Component(
        "PodIdentityAssociation", "app", {**account, "create_service_account": True, **args}
    )


def _kubernetes(aws: Emulated, path: str, body: object = None) -> dict[str, Any] | None:
    """Ask the API server; None if there is no such object."""
    kubeconfig = json.loads(Path(aws.environment["KUBECONFIG"]).read_text())
    server = kubeconfig["clusters"][0]["cluster"]["server"]
    data = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{server}/api/v1/{path}", data, headers)  # noqa: S310 - loopback
    try:
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - loopback
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise


def test_service_account_is_labelled_ours_and_goes_with_the_entry(stack: Declared) -> None:
    """It has our label and no IRSA annotation; it goes when it is not asked for any more."""
    stack.up(_association())
    made = _kubernetes(stack.aws, "namespaces/default/serviceaccounts/app")
    association = stack.association("default/app")["associationId"]

    stack.up(_association(create_service_account=False))

    assert made is not None
    assert made["metadata"]["labels"] == {"app.kubernetes.io/managed-by": "eks-pod-identity"}
    assert not made["metadata"].get("annotations")
    assert _kubernetes(stack.aws, "namespaces/default/serviceaccounts/app") is None
    assert stack.association("default/app")["associationId"] == association


def test_service_account_of_others_is_neither_changed_nor_deleted(stack: Declared) -> None:
    """The run says that it exists already; without the wish the association is made beside it."""
    theirs = {"metadata": {"name": "app", "annotations": {"owner": "another team"}}}
    before = _kubernetes(stack.aws, "namespaces/default/serviceaccounts", theirs)
    stack.declare(_association())

    refused = stack.program.up()
    stack.up(_association(create_service_account=False))
    found = _kubernetes(stack.aws, "namespaces/default/serviceaccounts/app")
    stack.program.destroy()

    assert refused.code != 0
    assert 'serviceaccounts "app" already exists' in refused.output
    assert before == found == _kubernetes(stack.aws, "namespaces/default/serviceaccounts/app")
