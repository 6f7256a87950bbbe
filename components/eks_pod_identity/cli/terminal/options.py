"""Options that several commands have, spelt and explained once."""

from enum import Enum
from pathlib import Path
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
RegionOfFileOption: TypeAlias = Annotated[
    str | None, typer.Option("--region", "-r", metavar="REGION", help="By default the file's.")
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
ProgramOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--cwd",
        "-C",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="The folder of the program's Pulumi.yaml.",
    ),
]
ProgramOfFileOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--cwd",
        "-C",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="The folder of the program's Pulumi.yaml; by default FILE's or one above.",
    ),
]
SelectedStackOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--stack", "-s", metavar="NAME", help="By default the one that is selected."),
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
