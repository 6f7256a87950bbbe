"""boto3 sessions: where to ask and as whom.

boto3 is imported when the first client is made: that takes as long as all the rest of a start, and
a `pulumi up` that changes nothing but associations asks nothing by it.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from eks_pod_identity.aws.errors import observation_error
from eks_pod_identity.aws.parallel import MAX_PARALLEL_CALLS
from eks_pod_identity.errors import ObservationError, Problem

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config
    from types_boto3_eks import EKSClient
    from types_boto3_iam import IAMClient
    from types_boto3_sts import STSClient

_Client = TypeVar("_Client")

# Ten attempts outlast a burst of DescribePodIdentityAssociation on a cluster of some thousand
# associations; the wait between them doubles, so that they may take a minute.
_PATIENT_ATTEMPTS = 10
_FEW_ATTEMPTS = 3
_TRAIL = "cloudtrail"


@dataclass(frozen=True, slots=True)
class AwsSession:
    """A region and, if not the default one, a profile; credentials come from boto3's own chain.

    Attributes:
        region: None for that of the environment.
        profile: None for that of the environment.
        roles: Roles to assume, one as the other, each as parameters of AssumeRole.
    """

    region: str | None = None
    profile: str | None = None
    roles: tuple[Mapping[str, Any], ...] = field(default=(), hash=False)

    def eks(self, *, attempts: int = _PATIENT_ATTEMPTS) -> "EKSClient":
        """Return a client for Amazon EKS.

        Args:
            attempts: How often a call is tried before its error is told.

        Raises:
            ObservationError: There is no such profile, no region, or no such endpoint.
        """
        return self._make("Amazon EKS", lambda boto: boto.client("eks", config=_config(attempts)))

    def iam(self) -> "IAMClient":
        """Return a client for IAM.

        Raises:
            ObservationError: As `eks`.
        """
        return self._make("IAM", lambda boto: boto.client("iam", config=_config()))

    def cloudformation(self, region: str | None = None) -> Any:  # noqa: ANN401 - no stubs of it here
        """Return a client for CloudFormation.

        Args:
            region: Where the stacks are; None for the session's own.

        Raises:
            ObservationError: As `eks`.
        """
        return self._make(
            "CloudFormation",
            lambda boto: boto.client("cloudformation", region_name=region, config=_config()),
        )

    def sts(self) -> "STSClient":
        """Return a client for STS.

        Raises:
            ObservationError: As `eks`.
        """
        return self._make("STS", lambda boto: boto.client("sts", config=_config()))

    def cloudtrail(self) -> Any:  # noqa: ANN401 - no stubs are installed for one operation
        """Return a client for CloudTrail, with little patience: what it says is an addition.

        Raises:
            ObservationError: As `eks`.
        """
        config = _config(_FEW_ATTEMPTS)
        return self._make("CloudTrail", lambda boto: _untyped(boto).client(_TRAIL, config=config))

    def check_profile(self, address: str) -> None:
        """Refuse a profile that the AWS configuration does not have; nobody is asked.

        Args:
            address: Where the user named it.

        Raises:
            ObservationError: There is no such profile, or the configuration cannot be read.
        """
        import boto3  # noqa: PLC0415 - late, as said above

        try:
            boto3.Session(profile_name=self.profile)
        except BotoCoreError as error:
            raise observation_error(error, f"profile {self.profile}", address=address) from error

    def _make(self, service: str, make: Callable[["boto3.Session"], _Client]) -> _Client:
        import boto3  # noqa: PLC0415 - late, as said above

        try:
            session = boto3.Session(region_name=self._region(), profile_name=self.profile)
            for role in self.roles:
                session = _assume(session, role)
            return make(session)
        except BotoCoreError as error:
            raise observation_error(error, service) from error
        except ValueError as error:  # botocore's own for an endpoint that is no URL
            problem = Problem(
                "aws-endpoint-malformed",
                "aws",
                f"cannot read {service}: the endpoint is not a URL",
                observed=(str(error),),
                help=("export AWS_ENDPOINT_URL=http://127.0.0.1:4566",),
            )
            raise ObservationError([problem]) from error

    def _region(self) -> str | None:
        # boto3 alone of the SDKs reads AWS_DEFAULT_REGION only; Pulumi and the AWS CLI put
        # AWS_REGION first, and one shell must not mean two regions.
        return self.region or os.environ.get("AWS_REGION") or None


def _untyped(session: Any) -> Any:  # noqa: ANN401 - that is its purpose
    return session


def _assume(session: "boto3.Session", role: Mapping[str, Any]) -> "boto3.Session":
    import boto3  # noqa: PLC0415 - late, as said above

    try:
        sts = session.client("sts", config=_config())
        credentials = sts.assume_role(**role)["Credentials"]
    except (BotoCoreError, ClientError) as error:
        raise observation_error(error, f"AWS as {role.get('RoleArn')}") from error
    return boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=session.region_name,
    )


def _config(attempts: int = _PATIENT_ATTEMPTS) -> "Config":
    from botocore.config import Config  # noqa: PLC0415 - late, as boto3 is

    # Adaptive retries also slow the client down while AWS throttles it.
    return Config(
        retries={"mode": "adaptive", "total_max_attempts": attempts},
        max_pool_connections=MAX_PARALLEL_CALLS,
    )


def sessions_of(region: str | None, profiles: Iterable[str], option: str) -> tuple[AwsSession, ...]:
    """Return a session for each profile.

    Args:
        region: Where to ask.
        profiles: The names of the profiles.
        option: The option that named them, for the problem of a misspelt one.

    Raises:
        ObservationError: A profile does not exist; known even where nothing is read with it.
    """
    sessions = tuple(AwsSession(region, profile) for profile in profiles)
    for each in sessions:
        each.check_profile(option)
    return sessions
