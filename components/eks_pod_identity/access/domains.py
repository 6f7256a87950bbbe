"""The legal values of what a call is made of: names, accounts, regions, ARNs, as languages.

Data only. Each pattern is that of the page or the source beside it.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import ascii_letters, ascii_lowercase, digits, printable

from eks_pod_identity.access.language import (
    Fragment,
    Language,
    either,
    repeated,
    sequence,
    some,
    word,
)


@dataclass(frozen=True, eq=False)
class Domain:
    """The legal values of an unknown.

    Attributes:
        name: What it is called, as in "any namespace".
        expression: Its words.
        longest: The greatest length.
        sample: A word that reads well as an example.
    """

    name: str
    expression: Fragment
    longest: int | None
    sample: str

    @cached_property
    def language(self) -> Language:
        """The automaton, made when it is first needed."""
        return Language.of(self.expression, self.longest)


_LOWER = ascii_lowercase + digits
_HEX = digits + "abcdef"
_VISIBLE = "".join(each for each in printable if each not in "\t\n\r\x0b\x0c")
_TAG = ascii_letters + digits + " _.:/=+-@"
_SESSION = ascii_letters + digits + "_+=,.@-"

# RFC 1123, as Kubernetes checks namespaces and service accounts.
_LABEL = sequence(some(_LOWER), repeated(sequence(some("-", 0, None), some(_LOWER))))
_SUBDOMAIN = sequence(_LABEL, repeated(sequence(word("."), _LABEL)))

NAMESPACE = Domain("namespace", _LABEL, 63, "another-namespace")
SERVICE_ACCOUNT = Domain("service account", _SUBDOMAIN, 253, "another-account")
POD = Domain("pod", _SUBDOMAIN, 253, "another-account-7d4b9c6f5-x2x7k")
UID = Domain(
    "pod UID",
    sequence(
        some(_HEX, 8, 8),
        *(part for n in (4, 4, 4, 12) for part in (word("-"), some(_HEX, n, n))),
    ),
    36,
    "0b8a7c1e-5c1d-4f0e-9a51-3f1f0d7a2b11",
)
# EKS API, CreateCluster.name
CLUSTER = Domain(
    "cluster",
    sequence(some(ascii_letters + digits), some(ascii_letters + digits + "_-", 0, None)),
    100,
    "another-cluster",
)
ACCOUNT = Domain("account", some(digits, 12, 12), 12, "999999999999")
# Organizations API, Organization.Id, and the paths of aws:PrincipalOrgPaths
ORGANIZATION = Domain(
    "organization", sequence(word("o-"), some(_LOWER, 10, 32)), 34, "o-zzzzzzzzzz"
)
_UNIT = sequence(word("ou-"), some(_LOWER, 4, 32), word("-"), some(_LOWER, 8, 32), word("/"))
PLACE = Domain(
    "place in its organization",
    sequence(word("r-"), some(_LOWER, 4, 32), word("/"), repeated(_UNIT)),
    None,
    "r-zzzz/ou-zzzz-zzzzzzzz/",
)
TEXT = Domain("value", some(_VISIBLE, 1, None), None, "another")
TAG = Domain("tag", some(_TAG, 1, None), 256, "another")
# STS API, AssumeRole: RoleSessionName, ExternalId
SESSION_NAME = Domain("session name", some(_SESSION, 2, None), 64, "session")
EXTERNAL_ID = Domain("external id", some(_SESSION + ":/", 2, None), 1_224, "another")
ACTION = Domain(
    "action",
    sequence(some(_LOWER + "-", 1, None), word(":"), some(_LOWER, 1, None)),
    None,
    "another:action",
)
BOOLEAN = Domain("boolean", either(word("true"), word("false")), 5, "true")
# IAM API, RoleName, UserName, Path
_NAME = some(ascii_letters + digits + "_+=,.@-", 1, None)
_PATH = repeated(sequence(some(_VISIBLE.replace("/", "").replace(" ", ""), 1, None), word("/")))
RESOURCE = Domain(
    "role or user",
    either(
        sequence(word("role/"), _PATH, _NAME), sequence(word("user/"), _PATH, _NAME), word("root")
    ),
    581,
    "role/another",
)
ROLE = Domain("role", sequence(word("role/"), _PATH, _NAME), 581, "role/another")
SERVICE = Domain(
    "service",
    sequence(some(_LOWER), some(_LOWER + "-.", 0, None)),
    128,
    "another.amazonaws.com",
)
ISSUER = Domain(
    "identity provider",
    sequence(some(ascii_letters + digits + "-._~", 1, None), some(_VISIBLE, 0, None)),
    256,
    "another.example.com",
)

_DIRECTION = some(ascii_lowercase, 1, None)
_SUFFIX = sequence(word("-"), _DIRECTION, word("-"), some(digits, 1, 2))
_TWO = either(
    sequence(some(ascii_lowercase.replace("c", "")), some(ascii_lowercase)),
    sequence(word("c"), some(ascii_lowercase.replace("n", ""))),
)
# "Partition" and "Regions" in https://docs.aws.amazon.com/general/latest/gr/rande.html
_REGIONS = {
    "aws": (sequence(_TWO, _SUFFIX), "ap-southeast-2"),
    "aws-cn": (sequence(word("cn"), _SUFFIX), "cn-north-1"),
    "aws-us-gov": (sequence(word("us-gov"), _SUFFIX), "us-gov-west-1"),
    "aws-iso": (sequence(word("us-iso"), _SUFFIX), "us-iso-east-1"),
    "aws-iso-b": (sequence(word("us-isob"), _SUFFIX), "us-isob-east-1"),
    "aws-iso-e": (sequence(word("eu-isoe"), _SUFFIX), "eu-isoe-west-1"),
    "aws-iso-f": (sequence(word("us-isof"), _SUFFIX), "us-isof-south-1"),
    "aws-eusc": (sequence(word("eusc-de"), _SUFFIX), "eusc-de-east-1"),
}
PARTITIONS = tuple(_REGIONS)


@lru_cache(maxsize=8)
def region_of(partition: str) -> Domain:
    """Return the regions of a partition; of one that is not known, whatever looks like a region."""
    anything = sequence(some(ascii_lowercase + "-", 2, None), word("-"), some(digits))
    expression, sample = _REGIONS.get(partition, (anything, "xx-north-1"))
    return Domain("region", expression, 32, sample)
