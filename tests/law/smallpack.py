"""A pack of one rule in a folder of its own, to be spoilt by tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from asylon.law import Packs
from asylon.law.vocabulary import PACK_ROOT

SOURCE = "{citation: by hand, url: unknown, confidence: high, basis: opened}"

JURISDICTION = f"""\
jurisdiction: aa
name: Testland
zone: UTC
calendars:
  - {{id: aa, country: none, rest: [sat, sun]}}
countings:
  - {{id: AA, title: by hand, event_day: excluded, days: calendar, roll: forward, source: {SOURCE}}}
"""

RULE = f"""\
  - id: AA-01
    title: Decide
    bearer: authority
    kind: deadline_state
    trigger: lodged
    term: 10 days
    counting: AA
    satisfied_by: [decision_first_instance]
    consequence: Complain.
    in_force: {{from: 2020-01-01}}
    source: {SOURCE}
"""

FIRES = """\
  - rule: AA-01
    fires: ten days
    origin: by hand
    events: [{on: 2026-06-01, event: lodged}]
    on: 2026-06-01
    expect: {raw_end: 2026-06-11, legal_end: 2026-06-11, standing: running}
"""

MISSES = """\
  - rule: AA-01
    misses: a day late
    origin: by hand
    events: [{on: 2026-06-01, event: lodged}, {on: 2026-06-12, event: decision_first_instance}]
    on: 2026-06-12
    expect: {standing: met_late, days: -1}
"""


def write_pack(
    root: Path,
    *,
    rules: str = RULE,
    examples: str = FIRES + MISSES,
    jurisdiction: str = JURISDICTION,
    spoil: Callable[[str], str] = lambda text: text,
) -> Packs:
    """Write the pack `aa` below `root`, its rules changed by `spoil`, and return the packs there."""
    folder = root / "aa"
    (folder / "examples").mkdir(parents=True, exist_ok=True)
    shutil.copy(PACK_ROOT / "vocabulary.yaml", root / "vocabulary.yaml")
    (folder / "jurisdiction.yaml").write_text(jurisdiction, encoding="utf-8")
    (folder / "rules.yaml").write_text(spoil("rules:\n" + rules), encoding="utf-8")
    (folder / "examples" / "rules.yaml").write_text("examples:\n" + examples, encoding="utf-8")
    return Packs(root)
