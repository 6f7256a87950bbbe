"""A cluster's API without HTTP, and one behind a running emulator."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from harness.associations import Associations
from harness.emulator import RunningEmulator

from eks_pod_identity_emulator.clock import SystemClock
from eks_pod_identity_emulator.kubernetes.cluster import Cluster

if TYPE_CHECKING:
    from pathlib import Path

SEED = """
accounts:
  "111122223333":
    roles:
      - name: web
        trust:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principal: {Service: pods.eks.amazonaws.com}
              Action: [sts:AssumeRole, sts:TagSession]
    regions:
      eu-west-1:
        clusters:
          - name: demo
            namespaces: [web]
            serviceAccounts: [{namespace: web, name: api}]
"""


@pytest.fixture
def associations() -> Associations:
    """The associations of `cluster`."""
    return Associations()


@pytest.fixture
def cluster(associations: Associations) -> Cluster:
    """A new cluster."""
    return Cluster(associations, SystemClock(), "https://oidc.example/id/A")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator with the cluster `demo`."""
    seed: Path = tmp_path_factory.mktemp("seed") / "seed.yaml"
    seed.write_text(SEED)
    with RunningEmulator(seed, "--association-spread-seconds", "0.5") as running:
        yield running


@pytest.fixture(scope="session")
def guarded_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningEmulator]:
    """An emulator whose clusters `closed` and `strange` let nobody read."""
    clusters = (
        "[{name: closed, kubernetesAccess: none}, {name: strange, kubernetesAccess: unknown}]"
    )
    regions = f"{{eu-west-1: {{clusters: {clusters}}}}}"
    seed: Path = tmp_path_factory.mktemp("guarded") / "seed.yaml"
    seed.write_text(f'accounts: {{"111122223333": {{regions: {regions}}}}}')
    with RunningEmulator(seed) as running:
        yield running
