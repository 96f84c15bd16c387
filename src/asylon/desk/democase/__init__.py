"""The invented caseload of `asylon demo`: forty people in fifteen families, before five States."""

from __future__ import annotations

from datetime import date

from asylon.desk.democase import armenia, germany, israel, russia, serbia
from asylon.desk.democase.shapes import DemoCase, DemoEvent, DemoFamily, DemoPerson, DemoProceeding

__all__ = ["DemoCase", "DemoEvent", "DemoFamily", "DemoPerson", "DemoProceeding", "families"]


def families(today: date) -> tuple[DemoFamily, ...]:
    """Return the invented families with their people and cases, as they stand on `today`."""
    places = (israel, russia, germany, armenia, serbia)
    return tuple(family for place in places for family in place.families(today))
