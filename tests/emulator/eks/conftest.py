"""Fixtures of the tests of EKS."""

import pytest
from harness.eks import Eks


@pytest.fixture
def eks() -> Eks:
    """EKS with one cluster of Kubernetes 1.33, nothing in it."""
    return Eks()
