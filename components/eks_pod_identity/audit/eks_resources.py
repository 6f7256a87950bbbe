"""A cluster, its associations and add-ons, as resources of pulumi-aws.

In: what EKS says. Out: resources. An association of an add-on stands in its add-on, as a program
would write it; the add-on comes once for each, so that a finding names the association.
"""

from collections.abc import Iterator

from eks_pod_identity.audit.observed import CLUSTER, Observed, given
from eks_pod_identity.audit.subject import OWNER, ROLE, TARGET_ROLE, Kind, Subject
from eks_pod_identity.names import parse_arn
from eks_pod_identity.observed.account import Selection
from eks_pod_identity.observed.cluster import AddonState, Association, ClusterState
from eks_pod_identity_policies.resource import ADDON, ASSOCIATION, SERVICE_ACCOUNT, Resource
from eks_pod_identity_policies.values import Plain

ENTRY = "podIdentityAssociations[0]: "
"""How messages speak of the one association of such an add-on."""


def cluster_resources(cluster: ClusterState, selection: Selection) -> Iterator[Observed]:
    """Yield a cluster with all that it holds; what is not selected is only seen beside others."""
    yield _cluster(cluster, selection)
    owned: dict[str, list[Association]] = {name: [] for name in cluster.addons}
    for each in cluster.associations:
        if each.owner_addon in owned:
            owned[each.owner_addon].append(each)
        else:
            yield _standalone(cluster, each, selection)
    for name, associations in owned.items():
        yield from _of_addon(cluster, cluster.addons[name], associations, selection)


def service_account_resources(cluster: ClusterState, selection: Selection) -> Iterator[Observed]:
    """Yield the service accounts of a cluster that have an association, where they were read."""
    accounts = cluster.kubernetes.service_accounts if cluster.kubernetes else {}
    for each in cluster.associations:
        ref = each.service_account
        if ref in accounts:
            metadata = {
                "namespace": ref.namespace,
                "name": ref.name,
                "labels": dict(accounts[ref].labels),
                "annotations": dict(accounts[ref].annotations),
            }
            address = f"{cluster.name}/{ref}"
            path = f"{_place(cluster)}/{address}"
            subject = Subject(Kind.SERVICE_ACCOUNT, address, "", path, cluster.name)
            urn = f"{cluster.arn}#{ref}"
            resource = Resource(SERVICE_ACCOUNT, address, urn, {"metadata": metadata})
            yield Observed(resource, subject, judged=selection.has(each))


def association_subject(cluster: ClusterState, each: Association) -> Subject:
    """Return how an association is called."""
    address = f"{cluster.name}/{each.service_account}"
    named = {ROLE: each.role_arn, TARGET_ROLE: each.target_role_arn, OWNER: each.owner_addon}
    related = {relation: (name,) for relation, name in named.items() if name}
    path = f"{_place(cluster)}/{address}"
    return Subject(Kind.ASSOCIATION, address, each.arn, path, cluster.name, related)


def _cluster(cluster: ClusterState, selection: Selection) -> Observed:
    props = {"name": cluster.name, "arn": cluster.arn, "version": cluster.version}
    path = f"{_place(cluster)}/{cluster.name}"
    subject = Subject(Kind.CLUSTER, cluster.name, cluster.arn, path, cluster.name)
    resource = Resource(CLUSTER, cluster.name, cluster.arn, props)
    return Observed(resource, subject, judged=selection.is_all)


def _standalone(cluster: ClusterState, each: Association, selection: Selection) -> Observed:
    props = {
        **_of_cluster(cluster),
        "namespace": each.service_account.namespace,
        "serviceAccount": each.service_account.name,
        "roleArn": each.role_arn,
        "targetRoleArn": each.target_role_arn,
        "disableSessionTags": each.disable_session_tags,
        "policy": each.policy,
        "externalId": each.external_id,
        "tags": dict(each.tags),
    }
    subject = association_subject(cluster, each)
    resource = Resource(ASSOCIATION, subject.address, each.arn, given(props))
    return Observed(resource, subject, judged=selection.has(each))


def _of_addon(
    cluster: ClusterState, addon: AddonState, owned: list[Association], selection: Selection
) -> Iterator[Observed]:
    props = _addon_props(cluster, addon)
    if not owned:
        address = f"{cluster.name}/{addon.name}"
        path = f"{_place(cluster)}/{cluster.name}/addon/{addon.name}"
        subject = Subject(Kind.ADDON, address, addon.arn, path, cluster.name)
        yield Observed(Resource(ADDON, address, addon.arn, props), subject, "", selection.is_all)
    for each in owned:
        subject = association_subject(cluster, each)
        entry = {
            "namespaceConfig": {"namespace": each.service_account.namespace},
            "podIdentityAssociations": [
                {"serviceAccount": each.service_account.name, "roleArn": each.role_arn}
            ],
        }
        resource = Resource(ADDON, subject.address, each.arn, {**props, **entry})
        yield Observed(resource, subject, judged=selection.has(each))


def _addon_props(cluster: ClusterState, addon: AddonState) -> dict[str, Plain]:
    return given(
        {
            **_of_cluster(cluster),
            "addonName": addon.name,
            "addonVersion": addon.version,
            "serviceAccountRoleArn": addon.service_account_role_arn,
            "configurationValues": addon.configuration_values,
            "namespaceConfig": {"namespace": addon.namespace} if addon.namespace else None,
            "tags": dict(addon.tags),
        }
    )


def _of_cluster(cluster: ClusterState) -> dict[str, Plain]:
    arn = parse_arn(cluster.arn)
    return given({"clusterName": cluster.name, "region": arn.region if arn else None})


def _place(cluster: ClusterState) -> str:
    arn = parse_arn(cluster.arn)
    return f"aws/{arn.account}/{arn.region}" if arn else "aws"
