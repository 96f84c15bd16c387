"""The tables of the desk, one file for each family of nouns."""

from asylon.desk.models.accounts import Notice, Organisation, OrgKey, SavedView, Team, User, Work
from asylon.desk.models.board import Alarm, BoardItem, Section
from asylon.desk.models.cases import Bar, Case, Event, EventVersion, Membership, Note, Paper, Proceeding, Role
from asylon.desk.models.people import (
    OWN_PARTS,
    REVERSE,
    CasePerson,
    Enquiry,
    Family,
    FamilyMember,
    IndexKey,
    Kinship,
    Part,
    Person,
    PersonVersion,
    Relation,
)
from asylon.desk.models.statistics import Release, Story
from asylon.desk.models.trail import TrailHead, TrailRow
from asylon.desk.models.walled import UnwalledQueryError, Walled

__all__ = [
    "OWN_PARTS",
    "REVERSE",
    "Alarm",
    "Bar",
    "BoardItem",
    "Case",
    "CasePerson",
    "Enquiry",
    "Event",
    "EventVersion",
    "Family",
    "FamilyMember",
    "IndexKey",
    "Kinship",
    "Membership",
    "Note",
    "Notice",
    "OrgKey",
    "Organisation",
    "Paper",
    "Part",
    "Person",
    "PersonVersion",
    "Proceeding",
    "Relation",
    "Release",
    "Role",
    "SavedView",
    "Section",
    "Story",
    "Team",
    "TrailHead",
    "TrailRow",
    "UnwalledQueryError",
    "User",
    "Walled",
    "Work",
]
