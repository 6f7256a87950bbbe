"""One aws provider of a program, configured: the engine's questions, answered by kinds."""

import dataclasses

from eks_pod_identity_emulator.plugins.aws import arguments, lifecycle
from eks_pod_identity_emulator.plugins.aws.configuration import (
    AssumedRole,
    Configuration,
    ambient_region,
    check_configuration,
    read_configuration,
)
from eks_pod_identity_emulator.plugins.aws.connection import Connection, Credentials
from eks_pod_identity_emulator.plugins.aws.functions import invoke
from eks_pod_identity_emulator.plugins.aws.kind import Scope, doing
from eks_pod_identity_emulator.plugins.aws.kinds import kind_of
from eks_pod_identity_emulator.plugins.aws.planning import plan_update
from eks_pod_identity_emulator.plugins.naming import NameProposal
from eks_pod_identity_emulator.plugins.paths import Path
from eks_pod_identity_emulator.plugins.provider import (
    Checked,
    CheckFailure,
    Difference,
    Live,
    PluginError,
    Subject,
)
from eks_pod_identity_emulator.plugins.values import PropertyMap, plain
from eks_pod_identity_emulator.plugins.waiting import Pace, Waiting


class AwsProvider:
    """Answers for one region, account and set of credentials."""

    def __init__(self, pace: Pace) -> None:
        self._waiting = Waiting(pace)
        self._configuration: Configuration | None = None
        self._connection: Connection | None = None

    def check_config(self, news: PropertyMap) -> Checked:
        """Judge the provider's own arguments."""
        return Checked({**ambient_region(), **news}, check_configuration(news))

    def configure(self, config: PropertyMap) -> None:
        """Take the arguments, assume roles, and see that the account is the right one."""
        configuration = read_configuration(plain(config))
        connection = Connection(configuration.settings, self._waiting)
        for role in configuration.roles:
            connection = _assume(connection, role)
        if configuration.check_credentials or configuration.allowed_accounts:
            _check_account(connection, configuration)
        self._configuration, self._connection = configuration, connection

    def check(
        self,
        subject: Subject,
        olds: PropertyMap,
        news: PropertyMap,
        seed: bytes,
        proposal: NameProposal | None,
    ) -> Checked:
        """Judge and complete a resource's arguments."""
        known = self._known()
        ambient = arguments.Ambient(known.settings.region, known.tag_rules)
        given = arguments.Given(subject.name, plain(news), olds, seed, proposal)
        return arguments.check(kind_of(subject.token), given, ambient)

    def diff(
        self, subject: Subject, state: PropertyMap, news: PropertyMap, ignored: tuple[Path, ...]
    ) -> Difference:
        """Compare a resource's state with its arguments."""
        return lifecycle.diff(kind_of(subject.token), plain(state), news, ignored)

    def create(self, subject: Subject, inputs: PropertyMap, *, preview: bool) -> Live:
        """Make a resource."""
        kind, given = kind_of(subject.token), plain(inputs)
        if preview:
            return Live("", lifecycle.preview_creation(kind, given))
        return lifecycle.create(kind, self._scope(subject, given), given)

    def read(self, subject: Subject, state: PropertyMap, inputs: PropertyMap) -> Live | None:
        """Observe a resource."""
        scope = self._scope(subject, state)
        return lifecycle.read(kind_of(subject.token), scope, subject.id, plain(state), inputs)

    def update(
        self,
        subject: Subject,
        state: PropertyMap,
        news: PropertyMap,
        ignored: tuple[Path, ...],
        *,
        preview: bool,
    ) -> PropertyMap:
        """Change a resource."""
        kind, prior, given = kind_of(subject.token), plain(state), plain(news)
        plan = plan_update(kind, prior, given, ignored)
        if preview:
            return lifecycle.preview_update(kind, subject.id, plan)
        return lifecycle.update(kind, self._scope(subject, prior), subject.id, plan)

    def delete(self, subject: Subject, state: PropertyMap) -> None:
        """Remove a resource."""
        prior = plain(state)
        lifecycle.delete(kind_of(subject.token), self._scope(subject, prior), subject.id, prior)

    def invoke(self, token: str, given: PropertyMap) -> PropertyMap | tuple[CheckFailure, ...]:
        """Answer a function."""
        given = plain(given)
        return invoke(self._scope(Subject(token, ""), given), token, given)

    def cancel(self) -> None:
        """End all waiting."""
        self._waiting.cancel()

    def _known(self) -> Configuration:
        if self._configuration is None:
            raise PluginError("the aws provider of this connection has not been configured")
        return self._configuration

    def _scope(self, subject: Subject, properties: PropertyMap) -> Scope:
        known = self._known()
        if self._connection is None:
            raise PluginError("the aws provider of this connection has not been configured")
        region = str(properties.get("region") or known.settings.region)
        return Scope(self._connection, region, known.tag_rules, subject.timeout)


def _assume(connection: Connection, role: AssumedRole) -> Connection:
    with doing("unable to validate AWS credentials"):
        assumed = connection.call(
            "sts",
            "AssumeRole",
            RoleArn=role.arn,
            RoleSessionName=role.session_name,
            ExternalId=role.external_id,
            DurationSeconds=role.duration_seconds,
            Policy=role.policy,
            Tags=[{"Key": key, "Value": value} for key, value in role.tags] or None,
            PolicyArns=[{"arn": policy_arn} for policy_arn in role.policy_arns] or None,
            SourceIdentity=role.source_identity,
            TransitiveTagKeys=list(role.transitive_tag_keys) or None,
        )["Credentials"]
    credentials = Credentials(
        assumed["AccessKeyId"], assumed["SecretAccessKey"], assumed["SessionToken"]
    )
    settings = dataclasses.replace(connection.settings, credentials=credentials)
    return dataclasses.replace(connection, settings=settings)


def _check_account(connection: Connection, configuration: Configuration) -> None:
    with doing("unable to validate AWS credentials"):
        account = connection.call("sts", "GetCallerIdentity")["Account"]
    allowed, forbidden = configuration.allowed_accounts, configuration.forbidden_accounts
    if account in forbidden or (allowed and account not in allowed):
        raise PluginError(f"AWS account ID not allowed: {account}")
