"""Short ways to write an invented person: names in several scripts, languages, contacts, papers.

Telephone numbers come from ranges that are kept for fiction, or are plainly made up; every
identity document carries a number in a form that no office uses.
"""

from __future__ import annotations

from asylon.desk.content import Contact, ContactKind, IdentityPaper, Name, NameKind, SpokenLanguage


def names(legal: str, *others: Name) -> tuple[Name, ...]:
    """Return the names of a person, the legal one in Latin letters first."""
    return (Name(legal), *others)


def native(full: str, script: str) -> Name:
    """Return the name as the person writes it."""
    return Name(full, "native", script)


def hebrew(full: str) -> Name:
    """Return the name as Israeli papers write it."""
    return Name(full, "legal", "Hebr")


def other_name(kind: NameKind, full: str, script: str = "Latn") -> Name:
    """Return a further name: alias, maiden, of the mother or the father, as called."""
    return Name(full, kind, script)


def speaks(code: str, dialect: str = "") -> SpokenLanguage:
    """Return a language in which the person manages without help."""
    return SpokenLanguage(code, dialect)


def needs(code: str, dialect: str = "") -> SpokenLanguage:
    """Return a language for which an interpreter must be called."""
    return SpokenLanguage(code, dialect, needs_interpreter=True)


def reach(kind: ContactKind, value: str, note: str = "") -> Contact:
    """Return a way to reach the person that is safe to use."""
    return Contact(kind, value, note=note)


def unsafe(kind: ContactKind, value: str, note: str) -> Contact:
    """Return a way to reach the person that must not be used, and why."""
    return Contact(kind, value, is_safe=False, note=note)


def paper(kind: str, serial: int, issuer: str = "", until: str = "") -> IdentityPaper:
    """Return an identity document whose number is plainly invented."""
    return IdentityPaper(kind, f"INVENTED-{serial:04}", issuer, until)
