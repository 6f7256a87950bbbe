"""Which service accounts were made without an answer, as far as a kubeconfig leads to them."""

from pathlib import Path
from typing import Any

import pytest

from eks_pod_identity.cli.recovery.account_look_up import look_up_accounts
from eks_pod_identity.observed.stack import StackResource, StackState
from eks_pod_identity.recovery.candidate import Candidate
from eks_pod_identity.recovery.identity import ObjectIdentity

_DEFAULT = "urn:pulumi:dev::shop::pulumi:providers:kubernetes::default_4_34_2"
_OWN = "urn:pulumi:dev::shop::pulumi:providers:kubernetes::own"


@pytest.fixture(autouse=True)
def _no_kubeconfig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("KUBECONFIG", raising=False)


def test_cluster_that_nobody_can_read_is_a_warning() -> None:
    """The recovery of all else goes on, and the user learns what to look at."""
    found, (warning,) = look_up_accounts(StackState(), [_account(_DEFAULT)])

    assert found.found == {}
    assert warning.id == "accounts-unseen"
    assert ".kube/config" in " ".join(warning.observed)


@pytest.mark.parametrize(
    "inputs",
    [
        pytest.param({"kubeconfig": "apiVersion: v1\nkind: Config\n"}, id="content"),
        pytest.param({"kubeconfig": {"4dabf18193072939515e22adb298388d": "secret"}}, id="secret"),
        pytest.param({"cluster": "other"}, id="cluster"),
        pytest.param(None, id="not made yet"),
    ],
)
def test_provider_with_another_way_is_not_followed(inputs: dict[str, Any] | None) -> None:
    """To ask another cluster than the provider's would tell nothing."""
    provider = StackResource(_OWN, "pulumi:providers:kubernetes", inputs=inputs or {})
    stack = StackState((provider,) if inputs else ())

    found, warnings = look_up_accounts(stack, [_account(_OWN)])

    assert (found.found, warnings) == ({}, ())


def _account(provider: str) -> Candidate:
    resource = StackResource("urn", "kubernetes:core/v1:ServiceAccount", provider=provider)
    return Candidate(resource, ObjectIdentity("service account", "api", "backend"), pending=False)
