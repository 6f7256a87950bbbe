"""Idempotency by clientRequestToken."""

from harness.eks import CLUSTER, Eks


def create(eks: Eks, token: str, account: str = "sa") -> dict[str, object]:
    """Return a request for an association with the role "reader"."""
    return {
        "clusterName": CLUSTER,
        "namespace": "app1",
        "serviceAccount": account,
        "roleArn": eks.iam.declare_role("reader"),
        "clientRequestToken": token,
    }


def test_repeated_request_gets_the_first_answer(eks: Eks) -> None:
    """A retry after a lost answer makes nothing twice and is no conflict."""
    request = create(eks, "one")

    first = eks.call("CreatePodIdentityAssociation", **request)
    eks.clock.advance(5)
    second = eks.call("CreatePodIdentityAssociation", **request)

    assert first == second
    assert len(eks.associations()) == 1


def test_other_token_is_another_request(eks: Eks) -> None:
    """The same members under a new token meet what the first request made."""
    eks.call("CreatePodIdentityAssociation", **create(eks, "one"))

    refusal = eks.refusal("CreatePodIdentityAssociation", **create(eks, "two"))

    assert refusal.code == "ResourceInUseException"


def test_token_with_other_parameters_is_refused(eks: Eks) -> None:
    """A token stands for one request."""
    eks.call("CreatePodIdentityAssociation", **create(eks, "one"))

    refusal = eks.refusal("CreatePodIdentityAssociation", **create(eks, "one", account="other"))

    assert refusal.code == "InvalidParameterException"


def test_refused_request_does_not_use_its_token_up(eks: Eks) -> None:
    """Once the cause is gone, the same request goes through."""
    request = create(eks, "one")
    eks.iam.declare_role_gone("reader")
    eks.refusal("CreatePodIdentityAssociation", **request)
    eks.iam.declare_role("reader")

    eks.call("CreatePodIdentityAssociation", **request)


def test_token_of_one_operation_is_free_for_another(eks: Eks) -> None:
    """Clients may number their requests per operation."""
    answer = eks.call("CreatePodIdentityAssociation", **create(eks, "one"))

    eks.call(
        "UpdatePodIdentityAssociation",
        clusterName=CLUSTER,
        associationId=answer["association"]["associationId"],
        disableSessionTags=True,
        clientRequestToken="one",
    )


def test_repeated_update_of_an_addon_is_one_update(eks: Eks) -> None:
    """A retried UpdateAddon neither meets UPDATING nor rolls the pods again."""
    eks.install("coredns")
    request = {"configurationValues": '{"replicaCount": 3}', "clientRequestToken": "one"}

    first = eks.update_addon("coredns", **request)
    second = eks.update_addon("coredns", **request)

    assert first == second
