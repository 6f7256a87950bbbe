"""`eks-pod-identity schema`: what an editor is given."""

import json

from harness.golden import assert_golden
from typer.testing import CliRunner

from eks_pod_identity.cli import app
from eks_pod_identity.config.schema import build_schema


def test_schema_is_as_reviewed() -> None:
    """The schema is the golden file that people have read; UPDATE_GOLDEN=1 writes it anew."""
    result = CliRunner().invoke(app, ["schema"])

    assert result.exit_code == 0
    assert_golden("schema.json", result.stdout)


def test_schema_is_json_and_nothing_else() -> None:
    """The output can be saved as it is."""
    assert json.loads(CliRunner().invoke(app, ["schema"]).stdout) == build_schema()
