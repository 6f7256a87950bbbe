"""The aws plugin: terraform-provider-aws, as pulumi-aws bridges it, for the kinds in `kinds`.

provider      one configured provider: the engine's questions
configuration, connection, failure, waiting
              arguments of a provider; calls to AWS with the real provider's patience
arguments, planning, lifecycle
              Check, Diff and previews (pure); create, read, update, delete for all kinds
traits, documents, tags
              what Terraform's schema says beyond the SDK's types
kind, kinds   the contract of a kind, and one file for each
functions     data sources
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version

from eks_pod_identity_emulator.plugins.aws.functions import FUNCTIONS
from eks_pod_identity_emulator.plugins.aws.kinds import KINDS
from eks_pod_identity_emulator.plugins.aws.provider import AwsProvider
from eks_pod_identity_emulator.plugins.introspection import function_shape, sdk_member
from eks_pod_identity_emulator.plugins.schema import package_schema
from eks_pod_identity_emulator.plugins.values import Value
from eks_pod_identity_emulator.plugins.waiting import Pace


@dataclass(frozen=True, slots=True)
class AwsPackage:
    """The aws plugin, in the version of the installed SDK."""

    name: str = "aws"
    version: str = field(default_factory=lambda: version("pulumi_aws"))
    pace: Pace = field(default_factory=Pace)

    def schema(self) -> Mapping[str, Value]:
        """Describe the kinds."""
        resources = {token: kind.shape for token, kind in KINDS.items()}
        functions = {
            token: function_shape(sdk_member(*place)) for token, (place, _) in FUNCTIONS.items()
        }
        # The last part of `aws:iam/role:Role` names a file of the SDK.
        return package_schema(self.name, self.version, resources, functions, "(.*)(?:/[^/]*)")

    def provider(self) -> AwsProvider:
        """Make a provider for a new connection."""
        return AwsProvider(self.pace)


PACKAGE = AwsPackage()
