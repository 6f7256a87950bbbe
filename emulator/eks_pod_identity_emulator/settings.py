"""The knobs of the emulator: delays, limits and faults, from a seed file or the command line."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

_KINDS = {bool: "true or false", float: "a number", int: "a whole number", str: "text"}

ASSOCIATIONS_PER_CLUSTER = 5_000
"""https://docs.aws.amazon.com/eks/latest/userguide/service-quotas.html; not adjustable."""


TRUST_POLICY_SIZE = 2_048
"""Adjustable: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

POD_SESSION_SECONDS = 21_600
"""durationSeconds of the event in AWS's blog, whatever the role's own maximum is:
https://aws.amazon.com/blogs/containers/amazon-eks-pod-identity-a-new-way-for-applications-on-eks-to-obtain-iam-credentials/"""


class SettingsError(ValueError):
    """A setting that does not exist or has no usable value; the text names the key."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the emulated AWS behaves where the real one varies.

    In a seed file the keys are camelCase: `settings: {iamSpreadSeconds: 5}`.

    Attributes:
        iam_spread_seconds: How long EKS still sees a role as it was before its last change.
        association_spread_seconds: How long pods still start without a new association.
        addon_transition_seconds: How long an add-on stays CREATING, UPDATING or DELETING.
        cluster_transition_seconds: The same for a cluster.
        throttle_rate: Share of calls (0 to 1) that answer ThrottlingException.
        error_rate: Share of calls (0 to 1) that answer ServerException.
        random_seed: Start of the random numbers behind both rates, so that a run can be repeated.
        association_limit: Pod identity associations that a cluster may hold.
        external_id_with_tags: Whether EKS sends the external id to a target role along with
            session tags, too, and not only without them.
        pod_session_seconds: How long the credentials of pods last, for tests of their renewal; EKS
            gives six hours.
        agent_cache: Whether the Pod Identity Agent keeps credentials and limits requests, as the
            real one does.
        event_delay_seconds: How long until LookupEvents shows a call; AWS needs up to 15 minutes.
        assume_role_policy_size_quota: Characters that a trust policy may have, white space aside.
        cluster_endpoint: Kubernetes API of a cluster, with {account}, {region} and {cluster}
            to fill in; empty for an address of AWS's form.
    """

    iam_spread_seconds: float = 0.0
    association_spread_seconds: float = 0.0
    addon_transition_seconds: float = 0.3
    cluster_transition_seconds: float = 0.3
    throttle_rate: float = 0.0
    error_rate: float = 0.0
    random_seed: int = 0
    association_limit: int = ASSOCIATIONS_PER_CLUSTER
    external_id_with_tags: bool = False
    pod_session_seconds: int = POD_SESSION_SECONDS
    agent_cache: bool = True
    event_delay_seconds: float = 0.0
    assume_role_policy_size_quota: int = TRUST_POLICY_SIZE
    cluster_endpoint: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, int | float) and value < 0:
                raise SettingsError(f"{_camel_case(field.name)}: {value!r} is less than 0")
        for name in ("throttle_rate", "error_rate"):
            if getattr(self, name) > 1:
                key = _camel_case(name)
                raise SettingsError(f"{key}: {getattr(self, name)!r} is more than 1")


def load_settings(values: Mapping[str, Any]) -> Settings:
    """Return settings from camelCase keys, as a seed file spells them.

    Raises:
        SettingsError: A key is unknown or its value has the wrong type.
    """
    known = {_camel_case(field.name): field for field in fields(Settings)}
    given: dict[str, Any] = {}
    for key, value in values.items():
        if key not in known:
            raise SettingsError(f"{key}: no such setting; there are {', '.join(known)}")
        given[known[key].name] = _checked(key, value, type(known[key].default))
    return Settings(**given)


def _checked(key: str, value: object, wanted: type) -> object:
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not wanted:
        raise SettingsError(f"{key}: {value!r} is not {_KINDS[wanted]}")
    return value


def _camel_case(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
