"""Seed files: what they can say, how it shows, and how their faults are told."""

from pathlib import Path

import pytest
from harness.eks import ACCOUNT, CALLER, CLUSTER, Eks

from eks_pod_identity_emulator.seed import (
    EMPTY_SEED,
    SeedError,
    SeedRole,
    SeedServiceAccount,
    load_seed,
    parse_seed,
)
from eks_pod_identity_emulator.settings import Settings, SettingsError, load_settings

WHOLE = f"""
settings: {{iamSpreadSeconds: 2, throttleRate: 0.5, associationLimit: 10}}
accounts:
  "{ACCOUNT}":
    roles:
      - name: ebs
        path: /addons/
        trust: {{Version: "2012-10-17", Statement: []}}
        managedPolicies: [arn:aws:iam::aws:policy/ReadOnlyAccess]
        inlinePolicies: {{extra: {{Version: "2012-10-17", Statement: []}}}}
        permissionsBoundary: arn:aws:iam::aws:policy/PowerUserAccess
        tags: {{team: one}}
    policies:
      - {{name: mine, document: {{Version: "2012-10-17", Statement: []}}}}
    regions:
      eu-west-1:
        clusters:
          - name: demo
            version: "1.30"
            roleArn: arn:aws:iam::{ACCOUNT}:role/cluster
            ipFamily: ipv6
            autoMode: true
            authenticationMode: API
            oidcIssuer: https://oidc.example/id/1
            tags: {{team: two}}
            namespaces: [app1]
            serviceAccounts:
              - {{namespace: app1, name: sa, annotations: {{a: b}}}}
            associations:
              - namespace: app1
                serviceAccount: sa
                roleArn: arn:aws:iam::{ACCOUNT}:role/gone
                targetRoleArn: arn:aws:iam::444455556666:role/target
                disableSessionTags: true
                policy: '{{}}'
                tags: {{team: three}}
            addons:
              - name: aws-ebs-csi-driver
                version: v1.36.0-eksbuild.1
                namespace: storage
                configurationValues: '{{}}'
                podIdentityAssociations:
                  - {{serviceAccount: ebs-csi-controller-sa, roleArn: "arn:aws:iam::1:role/x"}}
"""


ASSOCIATION = "{namespace: a, serviceAccount: b, roleArn: x}"


def cluster_with(text: str) -> str:
    """Return a seed whose one cluster has further keys, in flow style."""
    clusters = f"{{clusters: [{{name: demo, {text}}}]}}"
    return f'accounts: {{"{ACCOUNT}": {{regions: {{eu-west-1: {clusters}}}}}}}'


def test_whole_seed_is_read() -> None:
    """Every part arrives as a value, for the server and for EKS."""
    seed = parse_seed(WHOLE)

    assert seed.settings == Settings(
        iam_spread_seconds=2.0, throttle_rate=0.5, association_limit=10
    )
    (account,) = seed.accounts
    assert account.id == ACCOUNT
    document = {"Version": "2012-10-17", "Statement": []}
    assert account.roles == (
        SeedRole(
            name="ebs",
            trust=document,
            path="/addons/",
            managed_policies=("arn:aws:iam::aws:policy/ReadOnlyAccess",),
            inline_policies={"extra": document},
            permissions_boundary="arn:aws:iam::aws:policy/PowerUserAccess",
            tags={"team": "one"},
        ),
    )
    assert account.policies[0].name == "mine"
    (cluster,) = account.regions[0].clusters
    assert cluster.namespaces == ("app1",)
    assert cluster.service_accounts == (
        SeedServiceAccount(namespace="app1", name="sa", annotations={"a": "b"}),
    )


def test_seeded_cluster_answers_as_if_it_had_been_made() -> None:
    """Cluster, add-on and associations show what the seed says, roles missing or not."""
    eks = Eks(seed=WHOLE)

    cluster = eks.call("DescribeCluster", name=CLUSTER)["cluster"]
    assert (cluster["version"], cluster["status"]) == ("1.30", "ACTIVE")
    assert cluster["identity"]["oidc"]["issuer"] == "https://oidc.example/id/1"
    assert cluster["kubernetesNetworkConfig"]["ipFamily"] == "ipv6"
    assert cluster["accessConfig"]["authenticationMode"] == "API"
    assert cluster["computeConfig"]["enabled"] is True
    owned, standalone = eks.associations()
    addon = eks.addon("aws-ebs-csi-driver")
    assert addon["status"] == "ACTIVE"
    assert addon["namespaceConfig"] == {"namespace": "storage"}
    assert owned["ownerArn"] == addon["addonArn"]
    assert "ownerArn" not in standalone
    described = eks.association(standalone["associationId"])
    assert described["externalId"] == f"eu-west-1/{ACCOUNT}/{CLUSTER}/app1/sa"
    assert described["tags"] == {"team": "three"}


def test_seeded_association_has_spread_before_the_first_call() -> None:
    """The spread delay is for associations that a client makes."""
    eks = Eks(Settings(association_spread_seconds=5), seed=WHOLE)

    assert eks.service.association_visible(CALLER, CLUSTER, "app1", "sa") is not None


def test_status_of_a_seeded_cluster_stays() -> None:
    """A cluster seeded as CREATING never becomes ACTIVE, for tests of failing waits."""
    eks = Eks(seed=cluster_with("status: CREATING"))

    eks.settle()

    assert eks.call("DescribeCluster", name=CLUSTER)["cluster"]["status"] == "CREATING"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nope: 1", "nope: no such key; there are accounts, settings, versions"),
        ("settings: {nope: 1}", "settings.nope: no such setting; there are iamSpreadSeconds"),
        ("settings: {errorRate: x}", "settings.errorRate: 'x' is not a number"),
        ("settings: {errorRate: true}", "settings.errorRate: True is not a number"),
        ("settings: {errorRate: 2}", "settings.errorRate: 2.0 is more than 1"),
        ("settings: {iamSpreadSeconds: -1}", "settings.iamSpreadSeconds: -1.0 is less than 0"),
        ("accounts: [1]", "accounts: [1] is not a mapping"),
        ("accounts: {one: {}}", "accounts.one: an account id has 12 digits; put it in quotes"),
        ("- a", "seed file: ['a'] is not a mapping"),
        ("a: [", "not usable as YAML: "),
        ("settings: {}\nsettings: {}", "not usable as YAML: line 2: key 'settings' is given twice"),
        (
            cluster_with("version: 1.30"),
            f"accounts.{ACCOUNT}.regions.eu-west-1.clusters[0].version: 1.3 is not text; put it in",
        ),
        (
            cluster_with("status: GONE"),
            f"accounts.{ACCOUNT}.regions.eu-west-1.clusters[0].status: 'GONE' is none of ACTIVE",
        ),
        (
            cluster_with("addons: [{version: v1}]"),
            f"accounts.{ACCOUNT}.regions.eu-west-1.clusters[0].addons[0].name: missing",
        ),
        (
            f'accounts: {{"{ACCOUNT}": {{roles: [{{name: a}}]}}}}',
            f"accounts.{ACCOUNT}.roles[0].trust: missing",
        ),
        (
            cluster_with("addons: [{name: a, colour: red}]"),
            f"accounts.{ACCOUNT}.regions.eu-west-1.clusters[0].addons[0].colour: no such key",
        ),
        (
            cluster_with("tags: {a: 1}"),
            f"accounts.{ACCOUNT}.regions.eu-west-1.clusters[0].tags.a: 1 is not text",
        ),
        (
            cluster_with("addonOutcomes: {coredns: {status: ACTIVE}}"),
            f"accounts.{ACCOUNT}.regions.eu-west-1.clusters[0].addonOutcomes.coredns.status: ",
        ),
    ],
)
def test_fault_in_a_seed_names_its_key(text: str, message: str) -> None:
    """The error begins with the path of what is wrong."""
    with pytest.raises(SeedError) as caught:
        parse_seed(text)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('version: "1.10"', "cluster demo: no version 1.10; there are 1.36"),
        ("addons: [{name: nope}]", "cluster demo, addon nope: no such add-on; there are adot"),
        ("addons: [{name: coredns, version: v1}]", "cluster demo, addon coredns: no version v1"),
        ("addons: [{name: coredns}, {name: coredns}]", "cluster demo, addon coredns: given twice"),
        (
            f"associations: [{ASSOCIATION}, {ASSOCIATION}]",
            "cluster demo: a/b has two associations",
        ),
    ],
)
def test_seed_that_eks_cannot_hold_is_refused(text: str, message: str) -> None:
    """What is not in the catalog or would be twice is told when the seed is applied."""
    with pytest.raises(SeedError) as caught:
        Eks(seed=cluster_with(text))

    assert str(caught.value).startswith(message)


def test_cluster_given_twice_is_refused() -> None:
    """Names are unique in a region."""
    clusters = "{clusters: [{name: demo}, {name: demo}]}"

    with pytest.raises(SeedError, match=r"^cluster demo: given twice in eu-west-1$"):
        Eks(seed=f'accounts: {{"{ACCOUNT}": {{regions: {{eu-west-1: {clusters}}}}}}}')


def test_partition_follows_from_the_region() -> None:
    """A cluster seeded in China has an ARN of China."""
    seed = f'accounts: {{"{ACCOUNT}": {{regions: {{cn-north-1: {{clusters: [{{name: demo}}]}}}}}}}}'

    (view,) = Eks(seed=seed).service.clusters()

    assert view.arn == f"arn:aws-cn:eks:cn-north-1:{ACCOUNT}:cluster/demo"


def test_empty_file_is_an_empty_seed(tmp_path: Path) -> None:
    """An empty file means no accounts and the usual settings."""
    file = tmp_path / "seed.yaml"
    file.write_text("")

    assert load_seed(file) == EMPTY_SEED


def test_fault_in_a_file_names_the_file(tmp_path: Path) -> None:
    """Whatever is wrong with a file, its name comes first."""
    file = tmp_path / "seed.yaml"
    file.write_text("nope: 1")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    for path, text in (
        (file, "nope: no such key"),
        (binary, "cannot be read"),
        (tmp_path / "missing.yaml", "cannot be read: No such file or directory"),
    ):
        with pytest.raises(SeedError) as caught:
            load_seed(path)
        assert str(caught.value).startswith(f"{path}: {text}")


def test_settings_are_named_in_camel_case() -> None:
    """Whole numbers serve for seconds; unknown names and wrong types are refused."""
    assert load_settings({"addonTransitionSeconds": 3}).addon_transition_seconds == 3.0

    with pytest.raises(SettingsError, match=r"^addon_transition_seconds: no such setting"):
        load_settings({"addon_transition_seconds": 3})
    with pytest.raises(SettingsError, match=r"^associationLimit: 1\.5 is not a whole number"):
        load_settings({"associationLimit": 1.5})
