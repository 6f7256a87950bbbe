"""EKS under test: the real service with a clock moved by hand and an IAM of declared roles.

Every answer and every refusal is held to botocore's model of EKS on the way.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from eks_pod_identity_emulator.eks import (
    Caller,
    EksService,
    RoleView,
    load_catalog,
    with_own_versions,
)
from eks_pod_identity_emulator.errors import ApiError
from eks_pod_identity_emulator.seed import parse_seed
from eks_pod_identity_emulator.settings import Settings

ACCOUNT = "111122223333"
CLUSTER = "demo"
CALLER = Caller(ACCOUNT, "eu-west-1")
TRANSITION_SECONDS = 10.0

POD_IDENTITY_TRUST: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    ],
}
CLUSTER_TRUST: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "eks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
SEED = f"""
accounts:
  "{ACCOUNT}":
    regions:
      eu-west-1:
        clusters: [{{name: {CLUSTER}, version: "1.33"}}]
"""

# Codes that any operation may give without having them in its model.
_COMMON_CODES = {"AccessDeniedException"}

MODEL = botocore.session.get_session().get_service_model("eks")
_EXCEPTIONS = {shape.name: shape for shape in MODEL.error_shapes}
_PYTHON_TYPES: Mapping[str, type] = {
    "timestamp": datetime,
    "string": str,
    "boolean": bool,
    "integer": int,
}


class HandClock:
    """A clock that stands still until it is told to advance."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def now(self) -> datetime:
        """Return the time of day."""
        return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=self._seconds)

    def monotonic(self) -> float:
        """Return the seconds since the start."""
        return self._seconds

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._seconds += seconds


class DeclaredRoles:
    """IAM as EKS sees it: roles that a test declares."""

    def __init__(self, clock: HandClock) -> None:
        self._clock = clock
        self._roles: dict[tuple[str, str], RoleView] = {}

    def role(self, account: str, name: str) -> RoleView | None:
        """Return a declared role, or None."""
        return self._roles.get((account, name))

    def declare_role(
        self, name: str, trust: Mapping[str, Any] = POD_IDENTITY_TRUST, *, path: str = "/"
    ) -> str:
        """Let a role exist from now on, or change its trust policy; return its ARN."""
        former = self._roles.get((ACCOUNT, name))
        arn = f"arn:aws:iam::{ACCOUNT}:role{path}{name}"
        self._roles[ACCOUNT, name] = RoleView(
            arn, trust, self._clock.monotonic(), former.trust if former else None
        )
        return arn

    def declare_role_gone(self, name: str) -> None:
        """Let a role exist no more."""
        del self._roles[ACCOUNT, name]


class Eks:
    """The service with its surroundings, and calls in the words of a test."""

    def __init__(self, settings: Settings | None = None, seed: str = SEED) -> None:
        self.clock = HandClock()
        self.iam = DeclaredRoles(self.clock)
        given = parse_seed(seed)
        self.service = EksService(
            settings
            or Settings(
                addon_transition_seconds=TRANSITION_SECONDS,
                cluster_transition_seconds=TRANSITION_SECONDS,
            ),
            self.iam,
            self.clock,
            with_own_versions(load_catalog(), given.offers),
        )
        self.service.load(given)

    def call(self, operation: str, caller: Caller = CALLER, **params: object) -> dict[str, Any]:
        """Return an answer that fits the model."""
        answer = self.service.call(operation, params, caller)
        _check_answer(MODEL.operation_model(operation), answer)
        return answer

    def refusal(self, operation: str, caller: Caller = CALLER, **params: object) -> ApiError:
        """Return a refusal that the model allows."""
        with pytest.raises(ApiError) as caught:
            self.service.call(operation, params, caller)
        _check_refusal(MODEL.operation_model(operation), caught.value)
        return caught.value

    def settle(self) -> None:
        """Let every transition under way come to its end."""
        self.clock.advance(TRANSITION_SECONDS)

    def associate(self, namespace: str, service_account: str, **more: object) -> dict[str, Any]:
        """Make a standalone association with a role of its own; return its description."""
        more.setdefault("roleArn", self.iam.declare_role(f"{namespace}-{service_account}"))
        answer = self.call(
            "CreatePodIdentityAssociation",
            clusterName=CLUSTER,
            namespace=namespace,
            serviceAccount=service_account,
            **more,
        )
        association: dict[str, Any] = answer["association"]
        return association

    def install(self, addon: str, **more: object) -> dict[str, Any]:
        """Create an add-on and wait for it; return its description."""
        self.call("CreateAddon", clusterName=CLUSTER, addonName=addon, **more)
        self.settle()
        return self.addon(addon)

    def addon(self, name: str) -> dict[str, Any]:
        """Describe an add-on."""
        answer = self.call("DescribeAddon", clusterName=CLUSTER, addonName=name)
        addon: dict[str, Any] = answer["addon"]
        return addon

    def update_addon(self, name: str, **more: object) -> dict[str, Any]:
        """Update an add-on; return the record of the update."""
        answer = self.call("UpdateAddon", clusterName=CLUSTER, addonName=name, **more)
        update: dict[str, Any] = answer["update"]
        return update

    def associations(self, **filters: str) -> list[dict[str, Any]]:
        """List the associations of the cluster, as one page shows them."""
        answer = self.call("ListPodIdentityAssociations", clusterName=CLUSTER, **filters)
        listed: list[dict[str, Any]] = answer["associations"]
        return listed

    def association(self, id_: str) -> dict[str, Any]:
        """Describe an association."""
        answer = self.call("DescribePodIdentityAssociation", clusterName=CLUSTER, associationId=id_)
        association: dict[str, Any] = answer["association"]
        return association

    def owned(self, service_account: str, role: str) -> dict[str, str]:
        """Return an entry of an add-on's podIdentityAssociations; its role is declared."""
        return {"serviceAccount": service_account, "roleArn": self.iam.declare_role(role)}


def _check_answer(operation: OperationModel, answer: Mapping[str, Any]) -> None:
    shape = operation.output_shape
    assert isinstance(shape, StructureShape)
    _check_value(shape, answer, operation.name)


def _check_value(shape: Shape, value: object, path: str) -> None:
    if isinstance(shape, StructureShape):
        assert isinstance(value, Mapping), path
        unknown = set(value) - set(shape.members)
        assert not unknown, f"{path} has no {unknown}"
        for name, member in value.items():
            _check_value(shape.members[name], member, f"{path}.{name}")
    elif isinstance(shape, ListShape):
        assert isinstance(value, list), path
        for member in value:
            _check_value(shape.member, member, f"{path}[]")
    elif isinstance(shape, MapShape):
        assert isinstance(value, Mapping), path
        assert all(isinstance(text, str) for text in (*value, *value.values())), path
    else:
        assert isinstance(value, _PYTHON_TYPES[shape.type_name]), f"{path}: {value!r}"
        allowed = getattr(shape, "enum", None)
        assert not allowed or value in allowed, f"{path}: {value!r} is none of {allowed}"


def _check_refusal(operation: OperationModel, refusal: ApiError) -> None:
    known = {shape.name for shape in operation.error_shapes} | _COMMON_CODES
    assert refusal.code in known, f"{operation.name} has no {refusal.code}"
    exception = _EXCEPTIONS[refusal.code]
    assert refusal.status == exception.metadata["error"]["httpStatusCode"]
    assert set(refusal.fields) <= set(exception.members)
