"""Options that several commands have, spelt and explained once."""

from enum import Enum
from typing import Annotated, TypeAlias

import typer


class Format(Enum):
    """How a command prints what it found."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


ClusterOption: TypeAlias = Annotated[
    str, typer.Option("--cluster", "-c", metavar="NAME", help="The EKS cluster.")
]
RegionOption: TypeAlias = Annotated[
    str | None, typer.Option("--region", "-r", metavar="REGION", help="By default boto3's own.")
]
ProfileOption: TypeAlias = Annotated[
    str | None, typer.Option("--profile", "-p", metavar="NAME", help="By default boto3's own.")
]
KubeconfigOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--kubeconfig", metavar="FILE", help="The way to Kubernetes; by default EKS's."),
]
ContextOption: TypeAlias = Annotated[
    str | None, typer.Option("--context", metavar="NAME", help="A context of your kubeconfig.")
]
NamespaceOption: TypeAlias = Annotated[
    str | None, typer.Option("--namespace", "-n", metavar="NAME", help="Only this namespace.")
]
ServiceAccountOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--service-account", "-s", metavar="NAME", help="Only this service account."),
]
TargetProfileOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="A profile of another account, to read target roles there; repeat it.",
    ),
]
FormatOption: TypeAlias = Annotated[
    Format, typer.Option("--output", "-o", help="How to print; json has everything.")
]
