"""The list of controls is true: each stands where it says, and its tests are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.mutate_walls import ROOT, mutated
from tools.wall_controls import CONTROLS, Control


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.name)
def test_control_stands_once_and_can_be_taken_away(control: Control) -> None:
    source = (ROOT / "src" / "asylon" / control.file).read_text("utf-8")
    without = mutated(control, source)
    assert without != source
    compile(without, control.file, "exec")
    assert control.tests
    assert all((ROOT / Path(test.partition("::")[0])).is_file() for test in control.tests)


def test_names_are_told_apart() -> None:
    assert len({control.name for control in CONTROLS}) == len(CONTROLS) > 35
