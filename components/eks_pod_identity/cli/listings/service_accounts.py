"""What Kubernetes has beside associations: a line per matter for people, keys for programs.

In: associations and what the Kubernetes API told. Out: lines and JSON values.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from eks_pod_identity.observed.cluster import Association, KubernetesState


def account_lines(
    associations: Sequence[Association], kubernetes: KubernetesState
) -> Iterator[str]:
    """Yield whose service accounts are missing, or that all exist, and which name an IRSA role."""
    missing = [
        str(each.service_account)
        for each in associations
        if each.service_account not in kubernetes.service_accounts
    ]
    if missing:
        yield from _listed(missing, "does not exist", "do not exist")
    else:
        count = len(associations)
        yield (
            "its service account exists" if count == 1 else f"all {count:,} service accounts exist"
        )
    annotated = [
        f"{each.service_account} -> {role}"
        for each in associations
        if (role := _irsa_role(each, kubernetes))
    ]
    if annotated:
        yield from _listed(annotated, "names an IRSA role too", "name an IRSA role too")


def _listed(lines: Sequence[str], one: str, many: str) -> Iterator[str]:
    count = len(lines)
    yield f"1 service account {one}:" if count == 1 else f"{count:,} service accounts {many}:"
    yield from (f"  {line}" for line in lines)


def account_json(association: Association, kubernetes: KubernetesState) -> dict[str, Any]:
    """Return whether an association's service account exists, and the IRSA role that it names."""
    return {
        "serviceAccountExists": association.service_account in kubernetes.service_accounts,
        "irsaRoleArn": _irsa_role(association, kubernetes),
    }


def _irsa_role(association: Association, kubernetes: KubernetesState) -> str | None:
    account = kubernetes.service_accounts.get(association.service_account)
    return account.irsa_role_arn if account else None
