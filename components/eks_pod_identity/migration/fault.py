"""What can be wrong with what a migration is asked for: ids and what they mean."""

from eks_pod_identity.errors import FaultKind


class MigrationFault(FaultKind):
    """Faults of `migrate`."""

    NO_CLUSTER = (
        "migration-cluster-not-found",
        "No cluster of this name is in the region; nothing was planned.",
    )
    NOTHING_ASKED = (
        "migration-cluster-missing",
        "`migrate` was given neither `--cluster` nor `--all-clusters`.",
    )
    STATE_UNREADABLE = (
        "migration-state-unreadable",
        "A file that was given by `--state` is not what `pulumi stack export` prints.",
    )
    FILE_EXISTS = (
        "migration-file-exists",
        "A file that `migrate plan -o` would write is there with another text.",
    )
