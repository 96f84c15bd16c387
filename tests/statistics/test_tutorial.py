"""The tutorial runs: every block, in order, as it stands on the page."""

from __future__ import annotations

import re
from typing import Any

from tests.shared import ROOT

PAGE = ROOT / "docs" / "tutorial-statistics.md"


def test_every_block_runs() -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.M | re.S)
    assert len(blocks) > 8
    names: dict[str, Any] = {}
    for number, block in enumerate(blocks, start=1):
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), names)
