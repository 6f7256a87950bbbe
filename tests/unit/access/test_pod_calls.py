"""The keys of EKS's call held against another model of it: the one of the policy pack."""

from collections import Counter
from random import Random

from harness.odd_trusts import OWN_ACCOUNT, OWN_ORGANIZATION, odd_trust
from harness.trusts import policy_of

from eks_pod_identity.access.asked import YES, admits
from eks_pod_identity.access.callers import Kind
from eks_pod_identity.access.reach import Answer, reach_of
from eks_pod_identity.access.setting import Setting
from eks_pod_identity.iam.evaluation import Decision, is_allowed
from eks_pod_identity_policies.trust.call import ASSUME, TAG, Cluster, PodCall

_DOCUMENTS = 400
_CALLS = 12
_OTHER_ACCOUNTS = ("999999999999", "444455556666", "111122223334")


def test_every_call_is_decided_as_the_evaluator_decides_it() -> None:
    """Accounts, names, organizations, tags and source keys of the one are those of the other."""
    decided: Counter[bool] = Counter()
    for seed in range(_DOCUMENTS):
        random = Random(seed)  # noqa: S311 - a choice of documents and calls
        policy = policy_of(odd_trust(random))
        role_organization = random.choice(("", OWN_ORGANIZATION))
        setting = Setting(OWN_ACCOUNT, organization=role_organization)
        for own in (True, False):
            reach = reach_of(policy, Kind.OWN_PODS if own else Kind.OTHER_PODS, setting)
            for _ in range(_CALLS):
                call = _call(random, role_organization, own=own)
                found = {is_allowed(policy, call.request(each)).decision for each in (ASSUME, TAG)}
                answer = admits(reach, _known(call))
                if Decision.UNPROVED in found or answer is Answer.DEPENDS:
                    continue
                allowed = found == {Decision.ALLOWED}
                decided[allowed] += 1
                assert (answer is Answer.YES) == allowed, (seed, call)

    assert min(decided.values()) > 500


def _call(random: Random, role_organization: str, *, own: bool) -> PodCall:
    account = OWN_ACCOUNT if own else random.choice(_OTHER_ACCOUNTS)
    others = ("o-zzzzzzzzzz", OWN_ORGANIZATION, "")
    organization = role_organization if own else random.choice(others)
    name = random.choice(("prod", "dev", "payments", "prod2"))
    region = random.choice(("eu-west-1", "us-east-1"))
    return PodCall(
        Cluster(account, name, region),
        random.choice(("payments", "pay", "kube-system", "prod")),
        random.choice(("api", "x")),
        organization,
        role_organization,
        OWN_ACCOUNT,
        tags=random.random() < 0.7,
        source=random.random() < 0.8,
    )


def _known(call: PodCall) -> dict[str, str | None]:
    return {
        "account": call.cluster.account,
        "region": call.cluster.region,
        "cluster": call.cluster.name,
        "namespace": call.namespace,
        "service account": call.service_account,
        "organization": call.org or None,
        "session tags": YES if call.tags else None,
        "source keys": YES if call.source else None,
    }
