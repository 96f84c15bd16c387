"""One tree of errors, written for the person who must act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where it stands, what it is, what would be right.

    `grave` faults stop the work; the others are doubts the reader must be shown.
    """

    place: str
    problem: str
    remedy: str
    grave: bool = True

    def __str__(self) -> str:
        end = "" if self.remedy.endswith(("?", ".")) else "."
        return f"{self.place}: {self.problem}; {self.remedy}{end}"


class AsylonError(Exception):
    """Whatever Asylon refuses to do, with every fault found and not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    @classmethod
    def single(cls, place: str, problem: str, remedy: str) -> AsylonError:
        """Return an error of this class with one fault."""
        return cls([Fault(place, problem, remedy)])


class TimelineError(AsylonError):
    """A case file or an events table that cannot be read as timelines."""


class PackError(AsylonError):
    """Rules that cannot be applied: a file of a pack is wrong or two packs do not fit."""


class ConflictError(AsylonError):
    """Two applicable rules give different ends for one act and neither displaces the other."""


class VaultError(AsylonError):
    """A vault that cannot be opened, read or written as asked."""


class StatisticsError(AsylonError):
    """A statistical question, source or store that cannot be answered, read or written as asked."""
