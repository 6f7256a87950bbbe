"""CreateAddon, DescribeAddon and ListAddons."""

import pytest
from harness.eks import ACCOUNT, CALLER, CLUSTER, CLUSTER_TRUST, Eks

from eks_pod_identity_emulator.settings import Settings

EBS = "aws-ebs-csi-driver"
EBS_ACCOUNT = "ebs-csi-controller-sa"
OUTCOMES = """
accounts:
  "111122223333":
    regions:
      eu-west-1:
        clusters:
          - name: demo
            version: "1.33"
            addonOutcomes:
              coredns: {status: DEGRADED, code: InsufficientNumberOfReplicas, message: no nodes}
              vpc-cni: {status: CREATE_FAILED, code: ConfigurationConflict, message: conflict}
"""


def test_new_addon_is_creating_then_active(eks: Eks) -> None:
    """The answer says CREATING; ACTIVE is seen once the transition is over, not before."""
    answer = eks.call("CreateAddon", clusterName=CLUSTER, addonName="coredns")

    assert answer["addon"]["status"] == "CREATING"
    eks.clock.advance(9.9)
    assert eks.addon("coredns")["status"] == "CREATING"
    eks.clock.advance(0.1)
    assert eks.addon("coredns")["status"] == "ACTIVE"


def test_description_shows_what_eks_shows(eks: Eks) -> None:
    """Without version the default for the cluster is taken; members without value are absent."""
    addon = eks.install("coredns", tags={"team": "one"})

    uuid = addon["addonArn"].rpartition("/")[2]
    assert addon == {
        "addonName": "coredns",
        "clusterName": CLUSTER,
        "status": "ACTIVE",
        "addonVersion": "v1.12.4-eksbuild.10",
        "health": {"issues": []},
        "addonArn": f"arn:aws:eks:eu-west-1:{ACCOUNT}:addon/{CLUSTER}/coredns/{uuid}",
        "createdAt": addon["createdAt"],
        "modifiedAt": eks.clock.now(),
        "tags": {"team": "one"},
        "namespaceConfig": {"namespace": "kube-system"},
    }


def test_associations_are_shown_as_arns_and_owned(eks: Eks) -> None:
    """The add-on gives ARNs; each association names the add-on's own ARN as its owner."""
    entry = eks.owned(EBS_ACCOUNT, "ebs")

    addon = eks.install(EBS, podIdentityAssociations=[entry])

    (listed,) = eks.associations()
    assert addon["podIdentityAssociations"] == [listed["associationArn"]]
    assert listed["ownerArn"] == addon["addonArn"]
    assert (listed["namespace"], listed["serviceAccount"]) == ("kube-system", EBS_ACCOUNT)
    assert eks.association(listed["associationId"])["roleArn"] == entry["roleArn"]


def test_several_associations_of_one_addon(eks: Eks) -> None:
    """An add-on may own one association for each of its service accounts."""
    entries = [
        eks.owned("adot-col-prom-metrics", "metrics"),
        eks.owned("adot-col-otlp-ingest", "traces"),
    ]

    addon = eks.install("adot", podIdentityAssociations=entries)

    assert len(addon["podIdentityAssociations"]) == 2
    assert {entry["namespace"] for entry in eks.associations()} == {"opentelemetry-operator-system"}


def test_namespace_is_chosen_at_creation_and_holds_the_associations(eks: Eks) -> None:
    """A custom namespace is the namespace of what the add-on owns."""
    addon = eks.install(
        EBS,
        namespaceConfig={"namespace": "storage"},
        podIdentityAssociations=[eks.owned(EBS_ACCOUNT, "ebs")],
    )

    assert addon["namespaceConfig"] == {"namespace": "storage"}
    assert eks.associations()[0]["namespace"] == "storage"


def test_namespace_must_be_a_name_of_kubernetes(eks: Eks) -> None:
    """A namespace that Kubernetes would refuse is refused here."""
    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName=EBS,
        namespaceConfig={"namespace": "My_Namespace"},
    )

    assert refusal.code == "InvalidParameterException"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"addonName": "made-up"},
            "Addon made-up specified is not supported in 1.33 kubernetes version",
        ),
        (
            {"addonName": EBS, "addonVersion": "v9.9.9-eksbuild.1"},
            "Addon version specified is not supported",
        ),
        (
            {"addonName": "kube-proxy", "addonVersion": "v1.36.0-eksbuild.7"},
            "Addon version specified is not supported",
        ),
    ],
)
def test_what_the_cluster_cannot_run_is_refused(
    eks: Eks, request_: dict[str, str], message: str
) -> None:
    """Unknown add-ons, unknown versions, versions for another Kubernetes: in EKS's words."""
    refusal = eks.refusal("CreateAddon", clusterName=CLUSTER, **request_)

    assert refusal.code == "InvalidParameterException"
    assert refusal.message == message


def test_existing_addon_is_refused(eks: Eks) -> None:
    """An add-on is installed once."""
    eks.install("coredns")

    refusal = eks.refusal("CreateAddon", clusterName=CLUSTER, addonName="coredns")

    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
    assert refusal.message == "Addon already exists."
    assert refusal.fields == {"clusterName": CLUSTER, "addonName": "coredns"}


@pytest.mark.parametrize(
    "operation", ["CreateAddon", "DescribeAddon", "UpdateAddon", "DeleteAddon"]
)
def test_missing_cluster_is_named(eks: Eks, operation: str) -> None:
    """Every operation says which cluster it did not find."""
    refusal = eks.refusal(operation, clusterName="nope", addonName="coredns")

    assert refusal.message == "No cluster found for name: nope."
    assert refusal.status == 404


@pytest.mark.parametrize("operation", ["DescribeAddon", "UpdateAddon", "DeleteAddon"])
def test_missing_addon_is_named(eks: Eks, operation: str) -> None:
    """An add-on that is not installed is not found, in EKS's words."""
    refusal = eks.refusal(operation, clusterName=CLUSTER, addonName="coredns")

    assert (refusal.code, refusal.status) == ("ResourceNotFoundException", 404)
    assert refusal.message == f"No addon: coredns found in cluster: {CLUSTER}"


def test_version_without_pod_identity_takes_no_association() -> None:
    """An old version of an add-on that supports it now is refused by its version."""
    eks = Eks(seed=OUTCOMES.replace("1.33", "1.31"))

    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName="amazon-cloudwatch-observability",
        addonVersion="v2.3.0-eksbuild.1",
        podIdentityAssociations=[eks.owned("cloudwatch-agent", "cw")],
    )

    assert refusal.code == "InvalidParameterException"
    assert refusal.message == (
        "Pod Identity feature is not supported for addon version: v2.3.0-eksbuild.1"
    )


def test_addon_without_any_pod_identity_takes_no_association(eks: Eks) -> None:
    """Cert-manager has no Pod Identity support in any version."""
    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName="cert-manager",
        podIdentityAssociations=[eks.owned("cert-manager", "cm")],
    )

    assert refusal.message == (
        "Pod Identity feature is not supported for addon version: v1.19.3-eksbuild.2"
    )


def test_empty_list_is_fine_where_pod_identity_is_not_supported(eks: Eks) -> None:
    """Nothing asked for needs no support."""
    addon = eks.install("cert-manager", podIdentityAssociations=[])

    assert "podIdentityAssociations" not in addon


def test_service_account_that_the_addon_does_not_use_is_refused(eks: Eks) -> None:
    """The name is held to the version's podIdentityConfiguration."""
    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName=EBS,
        podIdentityAssociations=[eks.owned("ebs-csi-node-sa", "ebs")],
    )

    assert refusal.code == "InvalidParameterException"
    assert refusal.message == (
        "Service account ebs-csi-node-sa in pod identity configuration is not supported "
        f"for addon {EBS}"
    )


def test_standalone_association_is_not_taken_over(eks: Eks) -> None:
    """An add-on cannot own what exists already; nothing is installed then."""
    standalone = eks.associate("kube-system", EBS_ACCOUNT)

    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName=EBS,
        podIdentityAssociations=[eks.owned(EBS_ACCOUNT, "ebs")],
    )

    assert (refusal.code, refusal.status) == ("ResourceInUseException", 409)
    assert standalone["associationId"] in refusal.message
    assert eks.call("ListAddons", clusterName=CLUSTER)["addons"] == []
    assert "ownerArn" not in eks.association(standalone["associationId"])


def test_role_of_an_owned_association_is_held_to_the_same_rules(eks: Eks) -> None:
    """Missing role and missing trust are refused as for a standalone association."""
    nobody = {"serviceAccount": EBS_ACCOUNT, "roleArn": f"arn:aws:iam::{ACCOUNT}:role/nobody"}
    untrusted = {
        "serviceAccount": EBS_ACCOUNT,
        "roleArn": eks.iam.declare_role("untrusted", CLUSTER_TRUST),
    }

    for entry, text in ((nobody, "does not exist"), (untrusted, "Trust policy of the role")):
        refusal = eks.refusal(
            "CreateAddon", clusterName=CLUSTER, addonName=EBS, podIdentityAssociations=[entry]
        )
        assert refusal.code == "InvalidParameterException"
        assert text in refusal.message


def test_service_account_listed_twice_is_refused(eks: Eks) -> None:
    """One service account, one role."""
    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName=EBS,
        podIdentityAssociations=[eks.owned(EBS_ACCOUNT, "one"), eks.owned(EBS_ACCOUNT, "two")],
    )

    assert refusal.code == "InvalidParameterException"


def test_owned_associations_count_against_the_limit() -> None:
    """At the limit an add-on without associations can come, one with them cannot."""
    eks = Eks(Settings(association_limit=1))
    eks.associate("app1", "sa")

    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName=EBS,
        podIdentityAssociations=[eks.owned(EBS_ACCOUNT, "ebs")],
    )

    assert refusal.code == "InvalidRequestException"
    eks.call("CreateAddon", clusterName=CLUSTER, addonName=EBS)


def test_irsa_role_and_configuration_are_kept(eks: Eks) -> None:
    """Both show again as they were given."""
    role = eks.iam.declare_role("irsa", CLUSTER_TRUST)
    values = '{"replicaCount": 3}'

    addon = eks.install("coredns", serviceAccountRoleArn=role, configurationValues=values)

    assert addon["serviceAccountRoleArn"] == role
    assert addon["configurationValues"] == values


def test_irsa_role_must_exist(eks: Eks) -> None:
    """A role for IRSA is looked up too; its trust is the business of its OIDC provider."""
    refusal = eks.refusal(
        "CreateAddon",
        clusterName=CLUSTER,
        addonName=EBS,
        serviceAccountRoleArn=f"arn:aws:iam::{ACCOUNT}:role/nobody",
    )

    assert "does not exist" in refusal.message


def test_reserved_tag_is_refused(eks: Eks) -> None:
    """The rules for tags hold for add-ons."""
    refusal = eks.refusal(
        "CreateAddon", clusterName=CLUSTER, addonName="coredns", tags={"aws:x": "y"}
    )

    assert refusal.code == "InvalidParameterException"


def test_addon_degrades_if_the_seed_says_so() -> None:
    """A wait for such an add-on ends in DEGRADED, with the issue that the seed names."""
    eks = Eks(seed=OUTCOMES)

    addon = eks.install("coredns")

    assert addon["status"] == "DEGRADED"
    assert addon["health"]["issues"] == [
        {"code": "InsufficientNumberOfReplicas", "message": "no nodes", "resourceIds": []}
    ]


def test_failed_creation_may_be_repeated() -> None:
    """After CREATE_FAILED a new CreateAddon replaces the installation and what it owned."""
    eks = Eks(seed=OUTCOMES)
    entry = eks.owned("aws-node", "cni")
    failed = eks.install("vpc-cni", podIdentityAssociations=[entry])
    assert failed["status"] == "CREATE_FAILED"

    again = eks.install("vpc-cni", podIdentityAssociations=[entry])

    assert again["addonArn"] != failed["addonArn"]
    assert [entry["ownerArn"] for entry in eks.associations()] == [again["addonArn"]]
    assert eks.call("ListAddons", clusterName=CLUSTER)["addons"] == ["vpc-cni"]


def test_addons_are_listed_by_name_page_by_page(eks: Eks) -> None:
    """A list gives names only, as many as asked for."""
    for name in ("coredns", "kube-proxy", "vpc-cni"):
        eks.install(name)

    first = eks.call("ListAddons", clusterName=CLUSTER, maxResults=2)
    rest = eks.call("ListAddons", clusterName=CLUSTER, nextToken=first["nextToken"])

    assert first["addons"] + rest["addons"] == ["coredns", "kube-proxy", "vpc-cni"]


def test_kubernetes_side_sees_namespace_and_service_accounts(eks: Eks) -> None:
    """Installed add-ons are published with what their pods run as."""
    eks.install(EBS, namespaceConfig={"namespace": "storage"})

    (addon,) = eks.service.installed_addons(CALLER, CLUSTER)

    assert (addon.name, addon.namespace) == (EBS, "storage")
    assert addon.service_accounts == (EBS_ACCOUNT, "ebs-csi-node-sa")
    assert addon.restarts == 0
