"""What the law owes: packs, terms and calendars, duties, rights, explanation."""

from asylon.law.assess import assess
from asylon.law.duty import Assessment, Duty, Right
from asylon.law.packload import Packs, load_packs
from asylon.law.timeline import Event, Timeline, read_timeline, write_timeline

__all__ = [
    "Assessment",
    "Duty",
    "Event",
    "Packs",
    "Right",
    "Timeline",
    "assess",
    "load_packs",
    "read_timeline",
    "write_timeline",
]
