"""Set-ups for `doctor` as data: each in an account of its own, all in one emulated AWS.

In: the files of tests/cases/doctor. Out: a seed, and what is done after it; the README there says
what the keys mean.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from harness.emulator import REGION, RunningEmulator

_FOLDER = Path(__file__).parents[1] / "cases" / "doctor"
_WRITTEN = "111122223333"
_BASE = yaml.safe_load((_FOLDER / "base.yaml").read_text())


@dataclass(frozen=True)
class DoctorCase:
    """One set-up."""

    name: str
    account: str
    case: Mapping[str, Any]

    def seed(self) -> dict[str, Any]:
        """Return what its account has."""
        role = {**_BASE["role"], **(self.case.get("role") or {})}
        node_role = {**_BASE["nodeRole"], **self.case.get("nodeRole", {})}
        region = {"clusters": [self._cluster(), *self.case.get("clusters", [])]}
        if "events" in self.case:
            region["events"] = self.case["events"]
        found = {
            "roles": [role, node_role, *self.case.get("roles", [])],
            "policies": self.case.get("policies", []),
            "regions": {REGION: region},
        }
        seed: dict[str, Any] = self._in_account(found)
        return seed

    def _cluster(self) -> dict[str, Any]:
        cluster = {**_BASE["cluster"], **self.case.get("cluster", {})}
        association = self._association()
        objects = list(cluster.get("objects", []))
        if association and self.case.get("first") != "pod":
            cluster["associations"] = [association]
        if "pod" in self.case:
            objects.append(self._deployment())
        return {**cluster, "objects": objects}

    def _association(self) -> dict[str, Any] | None:
        changes = self.case.get("association", {})
        return None if changes is None else {**_BASE["association"], **changes}

    def _deployment(self) -> dict[str, Any]:
        pod = self.case["pod"]
        spec = dict(pod.get("spec", {}))
        container = {"name": "app", "image": spec.pop("image", "app"), "env": pod.get("env", [])}
        if "envFrom" in spec:
            container["envFrom"] = spec.pop("envFrom")
        labels = {"app": "api", **pod.get("labels", {})}
        template = {
            "metadata": {"labels": labels, "annotations": pod.get("annotations", {})},
            "spec": {"serviceAccountName": "api", **spec, "containers": [container]},
        }
        return {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"namespace": "shop", "name": "api"},
            "spec": {"selector": {"matchLabels": {"app": "api"}}, "template": template},
        }

    def finish(self, running: RunningEmulator) -> None:
        """Do what comes after the seed."""
        association = self._in_account(self._association())
        if self.case.get("first") == "pod" and association:
            eks = running.client("eks", self.account)
            eks.create_pod_identity_association(clusterName="demo", **association)
        if "update" in self.case:
            client = running.client("eks", self.account)
            client.update_addon(clusterName="demo", **self.case["update"])
        if "role" in self.case and self.case["role"] is None:
            iam = running.client("iam", self.account)
            for arn in _BASE["role"]["managedPolicies"]:
                iam.detach_role_policy(RoleName="api", PolicyArn=arn)
            iam.delete_role(RoleName="api")

    def arguments(self, folder: Path, cluster: str = "demo") -> list[str]:
        """Return the command line; the cluster is named unless the name is empty."""
        options = [self._in_account(each) for each in self.case.get("options", [])]
        if cluster and "--cluster" not in options:
            options += ["--cluster", cluster]
        if "file" in self.case:
            (folder / "cluster.yaml").write_text(self._in_account(self.case["file"]))
            options += ["--file", "cluster.yaml"]
        return [self.case.get("target", "shop/api"), *options]

    def as_written(self, text: str) -> str:
        """Return a text with the account that the file has."""
        return text.replace(self.account, _WRITTEN)

    def _in_account(self, value: Any) -> Any:  # noqa: ANN401 - YAML
        if isinstance(value, str):
            return value.replace(_WRITTEN, self.account)
        if isinstance(value, list):
            return [self._in_account(each) for each in value]
        if isinstance(value, dict):
            return {key: self._in_account(each) for key, each in value.items()}
        return value


def doctor_cases() -> Iterator[DoctorCase]:
    """Yield all set-ups."""
    files = sorted(each for each in _FOLDER.glob("*.yaml") if each.name != "base.yaml")
    for number, file in enumerate(files):
        yield DoctorCase(file.stem, f"{500000000000 + number}", yaml.safe_load(file.read_text()))


def seed_of_all(cases: list[DoctorCase]) -> str:
    """Return the seed of one AWS that has all set-ups."""
    return yaml.safe_dump({"accounts": {each.account: each.seed() for each in cases}})
