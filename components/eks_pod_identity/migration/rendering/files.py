"""What a migration needs as files: entries of a ClusterConfig, imports, documents, owners' changes.

Paths and texts; who writes them is the command.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from eks_pod_identity.migration.place import Place
from eks_pod_identity.migration.proof import RoleProof
from eks_pod_identity.migration.rendering.owner_changes import owner_pages
from eks_pod_identity.migration.rendering.plain import proof_json
from eks_pod_identity.migration.steps import WriteBy
from eks_pod_identity.migration.values import AccountPlan, MigrationPlan

if TYPE_CHECKING:
    from eks_pod_identity.iam.document import Document


def migration_files(plan: MigrationPlan, proofs: Sequence[RoleProof]) -> dict[str, str]:
    """Return the text of each file by its path below a folder."""
    return {
        **dict(_cluster_files(plan)),
        **dict(_documents(plan)),
        "import.json": _json(_imports(plan)),
        "proof.json": _json(proof_json(plan, proofs)),
        **owner_pages(plan),
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"


def _cluster_files(plan: MigrationPlan) -> Iterator[tuple[str, str]]:
    """Yield the entries of each cluster's file: they go into the one that there is."""
    places = sorted({each.member.place for each in plan.moving})
    for place in places:
        one = "cluster.yaml"
        several = f"cluster-{place.account}-{place.region}-{place.cluster}.yaml"
        rows = [each for each in plan.moving if each.member.place == place]
        yield (one if len(places) == 1 else several), "\n".join(_entries(place, rows)) + "\n"


def _entries(place: Place, rows: Sequence[AccountPlan]) -> Iterator[str]:
    yield f"metadata: {{ name: {place.cluster}, region: {place.region} }}"
    addons: dict[str, list[AccountPlan]] = {}
    for each in rows:
        if each.association and each.association.addon:
            addons.setdefault(each.association.addon, []).append(each)
    yield "addons:"
    yield "  - name: eks-pod-identity-agent"
    for name, owned in sorted(addons.items()):
        yield f"  - name: {name}"
        yield "    podIdentityAssociations:"
        for each in owned:
            yield from _entry(each, "      ")
    standalone = [each for each in rows if each.association and not each.association.addon]
    if standalone:
        yield "iam:"
        yield "  podIdentityAssociations:"
        for each in standalone:
            yield from _entry(each, "    ")


def _entry(row: AccountPlan, indent: str) -> Iterator[str]:
    ref, plan = row.member.ref, row.association
    yield f"{indent}- namespace: {ref.namespace}"
    yield f"{indent}  serviceAccountName: {ref.name}"
    if plan:
        yield f"{indent}  roleARN: {plan.role_arn}"
        if plan.target_role_arn:
            yield f"{indent}  targetRoleARN: {plan.target_role_arn}"


def _documents(plan: MigrationPlan) -> Iterator[tuple[str, str]]:
    for each in plan.roles:
        if not each.is_written:
            continue
        texts: Mapping[str, Document] = {
            "before": each.role.trust,
            "during": each.during,
            "after": each.closed,
        }
        home = each.role.account == plan.inventory.home
        name = each.role.name if home else f"{each.role.account}-{each.role.name}"
        for moment, text in texts.items():
            yield f"trust/{name}.{moment}.json", _json(text)


def _imports(plan: MigrationPlan) -> dict[str, object]:
    """Return what `pulumi import --file` takes: roles that nobody owns, associations that exist."""
    roles = [
        {"type": "aws:iam/role:Role", "name": each.role.name, "id": each.role.name}
        for each in plan.roles
        if each.is_written and each.owner.write is WriteBy.IAM
        if each.role.account == plan.inventory.home
    ]
    associations = [
        {
            "type": "aws:eks/podIdentityAssociation:PodIdentityAssociation",
            "name": f"{cluster.place.cluster}-{each.service_account.namespace}-"
            f"{each.service_account.name}",
            "id": f"{cluster.place.cluster},{each.id}",
        }
        for cluster in plan.inventory.clusters
        if cluster.place in plan.ask.places
        for each in cluster.associations
        if each.owner_arn is None
    ]
    return {"resources": [*roles, *associations]}
