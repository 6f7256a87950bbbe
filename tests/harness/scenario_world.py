"""Scenarios of the planner in one emulated AWS, a cluster each, for runs on the real engine.

What a case calls `demo` gets a name of its own, and so do its roles, for IAM has one of each name.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.emulated import Emulated
from harness.fake_cluster import ACCOUNT, REGION, TRUST
from harness.scenario import AGENT, Scenario

_ROLE = re.compile(rf"(arn:aws:iam::{ACCOUNT}:role/(?:[\w+=,.@-]+/)*)([\w+=,.@-]+)")


@dataclass(frozen=True, slots=True)
class Settled:
    """A scenario with names that no other has.

    Attributes:
        name: Of its cluster, component and file.
        prefix: Of its roles.
        case: The case with these names.
    """

    name: str
    prefix: str
    case: Mapping[str, Any]

    @classmethod
    def of(cls, scenario: Scenario, index: int) -> "Settled":
        """Give names to a scenario."""
        name = f"{scenario.path.parent.name}-{scenario.path.stem}"
        prefix = f"c{index}-"
        return cls(name, prefix, _renamed(scenario.case, prefix))

    def file(self, key: str) -> str:
        """Return the ClusterConfig `before` or `desired`, as JSON, which is YAML too."""
        metadata = {"region": REGION, **self.case[key].get("metadata", {}), "name": self.name}
        return json.dumps({**self.case[key], "metadata": metadata}, indent=1)

    @property
    def ids(self) -> list[str]:
        """The problems that it has, sorted."""
        return sorted(each["id"] for each in self.case["problems"])

    def roles(self) -> Iterator[dict[str, Any]]:
        """Yield the roles that there are before anything is run."""
        lost = set(self.case.get("lost", {}).get("roles", ()))
        observed = {each["name"]: each for each in self._observed("roles")}
        given = {_path_and_name(each) for each in _ROLE.finditer(json.dumps(self._users()))}
        for name in sorted((given | observed.keys()) - lost - self._made()):
            entry = observed.get(name, {})
            tags = dict(entry.get("tags", {}))
            path, _, last = f"/{name}".rpartition("/")
            trust = entry.get("trust", TRUST)
            yield {"name": last, "path": f"{path}/", "trust": trust, "tags": tags}

    def cluster(self) -> dict[str, Any]:
        """Return the cluster as a seed file has it."""
        facts, kubernetes = self.case.get("cluster", {}), self.case.get("kubernetes") or {}
        own = () if "before" in self.case else self._observed("addons")
        names = {each["name"] for each in own}
        agent = [AGENT] if self.case.get("agent", True) and AGENT not in names else []
        return {
            "name": self.name,
            "version": "1.33",
            **({"status": facts["status"]} if "status" in facts else {}),
            "namespaces": sorted({*kubernetes.get("namespaces", ()), *self._namespaces_before()}),
            "serviceAccounts": [_account(each) for each in kubernetes.get("serviceAccounts", ())],
            "addons": [*({"name": each} for each in agent), *map(self._addon, own)],
            "associations": [] if "before" in self.case else self._standalone(names),
            "addonOutcomes": {each: {"status": "UPDATE_FAILED"} for each in self._unhealthy()},
        }

    def happen(self, aws: Emulated) -> None:
        """Let others do what they have done since the stack's last run."""
        eks = aws.client("eks")
        for name in self._unhealthy():
            eks.update_addon(clusterName=self.name, addonName=name)
        for each in self._observed("associations") if "before" in self.case else ():
            if "owner" in each:
                entry = {"serviceAccount": each["serviceAccountName"], "roleArn": each["roleARN"]}
                eks.update_addon(
                    clusterName=self.name,
                    addonName=each["owner"],
                    podIdentityAssociations=[*self._owned(aws, each["owner"]), entry],
                )
            else:
                eks.create_pod_identity_association(clusterName=self.name, **_association(each))

    def _unhealthy(self) -> list[str]:
        return [each["name"] for each in self._observed("addons") if "status" in each]

    def _owned(self, aws: Emulated, addon: str) -> Iterator[dict[str, str]]:
        for each in aws.associations(self.name).values():
            if f"/{addon}/" in each.get("ownerArn", ""):
                yield {"serviceAccount": each["serviceAccount"], "roleArn": each["roleArn"]}

    def _observed(self, kind: str) -> Sequence[Mapping[str, Any]]:
        return tuple(self.case.get("observed", {}).get(kind, ()))

    def _standalone(self, addons: Collection[str]) -> list[dict[str, Any]]:
        """Return the associations that no add-on of the seed owns."""
        entries = self._observed("associations")
        return [_association(each) for each in entries if each.get("owner") not in addons]

    def _addon(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        owned = [
            {"serviceAccount": each["serviceAccountName"], "roleArn": each["roleARN"]}
            for each in self._observed("associations")
            if each.get("owner") == entry["name"]
        ]
        kept = {key: entry[key] for key in ("name", "namespace") if key in entry}
        tags = {**entry.get("tags", {}), **_stack(entry)}
        return {**kept, "tags": tags, "podIdentityAssociations": owned}

    def _users(self) -> list[object]:
        return [self.case.get(key) for key in ("before", "desired", "observed")]

    def _namespaces_before(self) -> set[str]:
        """Return the namespaces in which the run before makes service accounts."""
        entries = self.case.get("before", {}).get("iam", {}).get("podIdentityAssociations", ())
        return {each["namespace"] for each in entries if "createServiceAccount" in each}

    def _made(self) -> set[str]:
        """Return the names of roles that the run before makes."""
        return set(re.findall(r'"roleName": "([^"]+)"', json.dumps(self.case.get("before"))))


def _renamed(value: Any, prefix: str, key: str = "") -> Any:  # noqa: ANN401 - any YAML
    match value:
        case Mapping():
            return {name: _renamed(each, prefix, name) for name, each in value.items()}
        case list() if key == "roles":
            return [_renamed_role(each, prefix) for each in value]
        case list():
            return [_renamed(each, prefix, key) for each in value]
        case str() if key == "roleName":
            return prefix + value
        case str():
            return _ROLE.sub(rf"\g<1>{prefix}\g<2>", value)
    return value


def _renamed_role(role: Any, prefix: str) -> Any:  # noqa: ANN401 - a name or a role
    if isinstance(role, str):
        return prefix + role
    path, slash, name = role["name"].rpartition("/")
    return {**role, "name": f"{path}{slash}{prefix}{name}"}


def _path_and_name(arn: re.Match[str]) -> str:
    return arn[0].partition(":role/")[2]


def _account(entry: Mapping[str, Any]) -> dict[str, Any]:
    tags = _stack(entry)
    annotations = {**entry.get("annotations", {}), **tags}
    kept = {key: entry[key] for key in ("namespace", "name", "labels") if key in entry}
    return {**kept, "annotations": annotations}


def _association(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "namespace": entry["namespace"],
        "serviceAccount": entry["serviceAccountName"],
        "roleArn": entry["roleARN"],
        "tags": {**entry.get("tags", {}), **_stack(entry)},
    }


def _stack(entry: Mapping[str, Any]) -> dict[str, str]:
    return {"eks-pod-identity/stack": entry["stack"]} if "stack" in entry else {}
