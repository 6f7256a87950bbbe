"""Lists: filters, pages, and what they leave out."""

from harness.eks import CLUSTER, MODEL, Eks


def all_pages(eks: Eks, **params: int) -> list[list[str]]:
    """Return the association ids of every page."""
    pages: list[list[str]] = []
    token: dict[str, str] = {}
    while True:
        answer = eks.call("ListPodIdentityAssociations", clusterName=CLUSTER, **params, **token)
        pages.append([entry["associationId"] for entry in answer["associations"]])
        if "nextToken" not in answer:
            return pages
        token = {"nextToken": answer["nextToken"]}


def test_list_leaves_the_role_out(eks: Eks) -> None:
    """A list shows names, ids and owner, never the role."""
    eks.associate("app1", "sa", tags={"team": "one"})

    (entry,) = eks.associations()

    assert set(entry) == {
        "clusterName",
        "namespace",
        "serviceAccount",
        "associationArn",
        "associationId",
    }


def test_page_holds_at_most_a_hundred(eks: Eks) -> None:
    """250 associations come as 100, 100 and 50, each once, oldest first."""
    role = eks.iam.declare_role("shared")
    made = [eks.associate(f"ns-{n}", "sa", roleArn=role)["associationId"] for n in range(250)]

    pages = all_pages(eks)

    assert [len(page) for page in pages] == [100, 100, 50]
    assert [id_ for page in pages for id_ in page] == made


def test_max_results_sets_the_page_and_a_full_last_page_ends_the_list(eks: Eks) -> None:
    """Four associations by two are two pages, with no empty third."""
    for name in ("one", "two", "three", "four"):
        eks.associate("app1", name)

    assert [len(page) for page in all_pages(eks, maxResults=2)] == [2, 2]


def test_page_goes_on_though_its_neighbours_were_deleted(eks: Eks) -> None:
    """A token stays good when the page's last entry is gone: nothing is skipped or repeated."""
    made = [eks.associate("app1", f"sa-{n}")["associationId"] for n in range(6)]
    first = eks.call("ListPodIdentityAssociations", clusterName=CLUSTER, maxResults=3)
    for id_ in made[1:3]:
        eks.call("DeletePodIdentityAssociation", clusterName=CLUSTER, associationId=id_)
    made.append(eks.associate("app1", "late")["associationId"])

    rest = eks.call(
        "ListPodIdentityAssociations", clusterName=CLUSTER, nextToken=first["nextToken"]
    )

    assert [entry["associationId"] for entry in rest["associations"]] == made[3:]


def test_filters_by_namespace_service_account_and_both(eks: Eks) -> None:
    """Each filter alone and both together find exactly what they name."""
    for namespace, account in (("one", "a"), ("one", "b"), ("two", "a")):
        eks.associate(namespace, account)

    def found(**filters: str) -> list[tuple[str, str]]:
        return [
            (entry["namespace"], entry["serviceAccount"]) for entry in eks.associations(**filters)
        ]

    assert found(namespace="one") == [("one", "a"), ("one", "b")]
    assert found(serviceAccount="a") == [("one", "a"), ("two", "a")]
    assert found(namespace="two", serviceAccount="a") == [("two", "a")]
    assert found(namespace="two", serviceAccount="b") == []
    assert found(namespace="three") == []


def test_token_that_eks_did_not_make_is_refused(eks: Eks) -> None:
    """A made-up token is a faulty parameter."""
    for token in ("made-up", "", "ZWtzOg==", "ü"):
        refusal = eks.refusal("ListPodIdentityAssociations", clusterName=CLUSTER, nextToken=token)
        assert refusal.code == "InvalidParameterException"


def test_token_of_one_list_leads_nowhere_in_another(eks: Eks) -> None:
    """A page of another filter, cluster or operation is not what the token stands for."""
    for name in ("one", "two", "three"):
        eks.associate("app1", name)
    token = eks.call("ListPodIdentityAssociations", clusterName=CLUSTER, maxResults=2)["nextToken"]

    filtered = eks.refusal(
        "ListPodIdentityAssociations", clusterName=CLUSTER, namespace="app1", nextToken=token
    )
    other = eks.refusal("ListAddons", clusterName=CLUSTER, nextToken=token)

    assert {filtered.code, other.code} == {"InvalidParameterException"}


def test_deleted_association_leaves_every_filter(eks: Eks) -> None:
    """No index keeps what is gone."""
    id_ = eks.associate("app1", "sa")["associationId"]

    eks.call("DeletePodIdentityAssociation", clusterName=CLUSTER, associationId=id_)

    for filters in ({}, {"namespace": "app1"}, {"serviceAccount": "sa"}):
        assert eks.associations(**filters) == []
    assert eks.associations(namespace="app1", serviceAccount="sa") == []


def test_kinds_of_resource_that_no_cluster_has_are_listed_empty(eks: Eks) -> None:
    """Clients that look for node groups and the like get an honest empty list."""
    for operation, member in (
        ("ListNodegroups", "nodegroups"),
        ("ListFargateProfiles", "fargateProfileNames"),
        ("ListAccessEntries", "accessEntries"),
        ("ListIdentityProviderConfigs", "identityProviderConfigs"),
        ("ListInsights", "insights"),
        ("ListCapabilities", "capabilities"),
    ):
        assert eks.call(operation, clusterName=CLUSTER) == {member: []}


def test_node_group_is_never_found(eks: Eks) -> None:
    """A description of what no cluster has says not found, naming it."""
    refusal = eks.refusal("DescribeNodegroup", clusterName=CLUSTER, nodegroupName="ng-1")

    assert refusal.status == 404
    assert refusal.message == "No node group found for name: ng-1."


def test_operations_are_those_of_the_model(eks: Eks) -> None:
    """Every operation answered has a name that EKS knows."""
    assert eks.service.operations <= set(MODEL.operation_names)
    assert "CreateNodegroup" not in eks.service.operations
