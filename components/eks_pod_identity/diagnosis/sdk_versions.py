"""The first version of each AWS SDK that asks the Pod Identity Agent.

https://docs.aws.amazon.com/eks/latest/userguide/pod-id-minimum-sdk.html, read in November 2026.
"""

import re
from collections.abc import Mapping
from typing import Final

# Of SDKs with two major versions, the first fits from the version below and within its major.
OLDEST: Final[Mapping[str, str]] = {
    "aws-sdk-java-v2": "2.21.30",
    "aws-sdk-java": "1.12.746",
    "aws-sdk-go": "1.47.11",
    "aws-sdk-go-v2": "2023.11.14",
    "boto3": "1.34.41",
    "botocore": "1.34.41",
    "aws-cli": "2.15.0",
    "aws-sdk-js": "2.1550.0",
    "aws-sdk-js-v3": "3.458.0",
    "aws-sdk-kotlin": "1.0.1",
    "aws-sdk-ruby": "3.188.0",
    "aws-sdk-rust": "2024.03.13",
    "aws-sdk-cpp": "1.11.263",
    "aws-sdk-net": "3.7.734.0",
    "aws-tools-powershell": "4.1.502",
    "aws-sdk-php": "3.287.1",
}
"""By the name that the SDK has on its release page."""

_CLI_1 = "1.30.0"
_ALIASES: Final[Mapping[str, str]] = {
    "awscli": "aws-cli",
    "java": "aws-sdk-java",
    "java-v2": "aws-sdk-java-v2",
    "go": "aws-sdk-go",
    "go-v2": "aws-sdk-go-v2",
    "python": "boto3",
    "js": "aws-sdk-js",
    "js-v3": "aws-sdk-js-v3",
    "javascript": "aws-sdk-js",
    "javascript-v3": "aws-sdk-js-v3",
    "ruby": "aws-sdk-ruby",
    "rust": "aws-sdk-rust",
    "php": "aws-sdk-php",
    "dotnet": "aws-sdk-net",
    "aws-sdk-dotnet": "aws-sdk-net",
    "kotlin": "aws-sdk-kotlin",
    "cpp": "aws-sdk-cpp",
    "powershell": "aws-tools-powershell",
}


def known_sdk(name: str) -> str | None:
    """Return an SDK's own name, None if it is none of AWS's."""
    folded = name.lower().replace("_", "-")
    found = _ALIASES.get(folded, folded)
    return found if found in OLDEST else None


def oldest_for(sdk: str, version: str) -> str:
    """Return the first version that works, of the same major where there are two."""
    if sdk == "aws-cli" and _numbers(version)[:1] == (1,):
        return _CLI_1
    return OLDEST[sdk]


def is_too_old(sdk: str, version: str) -> bool | None:
    """Say whether a version is too old; None if it is no version."""
    numbers = _numbers(version)
    if not numbers or not re.match(r"(v|release-)?\d", version):
        return None
    return numbers < _numbers(oldest_for(sdk, version))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version)[:4])
