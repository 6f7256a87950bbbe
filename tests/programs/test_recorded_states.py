"""An upgrade of this package changes no stack: states that earlier versions left stay as they are.

Each folder of tests/recorded/states holds a program and the state that a released version left.
"""

from pathlib import Path

import pytest
from harness.state_recording import PROGRAMS, fresh_program, import_recorded


@pytest.mark.parametrize("main", PROGRAMS, ids=lambda main: main.parent.name)
def test_a_preview_over_a_recorded_state_changes_nothing(main: Path, tmp_path: Path) -> None:
    """No resource is created, updated, replaced or deleted after an upgrade."""
    with fresh_program(main.parent, tmp_path / "program") as program:
        import_recorded(program)

        preview = program.preview("--expect-no-changes")

    assert preview.code == 0, preview.output
