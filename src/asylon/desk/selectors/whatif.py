"""What would follow if something happened: two assessments compared, nothing saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asylon.desk import lawview


@dataclass(frozen=True, slots=True)
class Move:
    """A duty or right that the supposed events move: `kind` is appears, disappears or changes.

    `before` and `after` are rows of the contract, None where there is none.
    """

    kind: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def row(self) -> Mapping[str, Any]:
        """Return the row as it would be, else as it was."""
        found = self.after or self.before
        assert found is not None
        return found


def duties_moved(before: lawview.CaseView, after: lawview.CaseView) -> tuple[Move, ...]:
    """Return the duties that appear, disappear, or change their end or standing; empty when none does."""
    shown = ("standing", "legal_end", "safe_end", "latest_end", "met_on", "displaced_by")
    return _moves(before.duties, after.duties, key=_duty_key, shown=shown)


def rights_moved(before: lawview.CaseView, after: lawview.CaseView) -> tuple[Move, ...]:
    """Return the rights that are gained, lost, or become certain or uncertain; empty when none does."""
    return _moves(before.rights, after.rights, key=_right_key, shown=("missing",))


def _duty_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["rule"], row["step"], row["trigger"]["event"], row["trigger"]["on"]


def _right_key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["rule"], row["right"]  # since when it is held may shift without anything being gained or lost


def _moves(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]], *, key: Any, shown: Sequence[str]
) -> tuple[Move, ...]:
    old, new = _by_key(before, key), _by_key(after, key)
    found = [Move("appears", None, row) for at, row in new.items() if at not in old]
    found += [Move("disappears", row, None) for at, row in old.items() if at not in new]
    both = ((old[at], row) for at, row in new.items() if at in old)
    found += [Move("changes", was, is_now) for was, is_now in both if any(was[n] != is_now[n] for n in shown)]
    return tuple(found)


def _by_key(rows: Sequence[Mapping[str, Any]], key: Any) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    """Return rows by their key and, where several share one, by their place among them."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        base, number = key(row), 0
        while (*base, number) in found:
            number += 1
        found[(*base, number)] = row
    return found
