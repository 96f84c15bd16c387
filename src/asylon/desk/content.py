"""What is kept sealed, as plain frozen values: people, events, cases, papers.

Each class is one sealed payload or a part of one. A payload is written as JSON with the version of
its shape, so that an older one can still be read. No value here ever reaches the database in clear.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

SHAPE = 1
T = TypeVar("T")

NameKind = Literal["legal", "alias", "native", "maiden", "mother", "father", "called"]
ContactKind = Literal["phone", "signal", "whatsapp", "telegram", "email", "address", "through"]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a person: `script` is an ISO 15924 code (Latn, Cyrl, Hebr, Arab, Ethi)."""

    full: str
    kind: NameKind = "legal"
    script: str = "Latn"


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """A language (ISO 639 code) with its dialect and whether an interpreter is needed."""

    code: str
    dialect: str = ""
    needs_interpreter: bool = False


@dataclass(frozen=True, slots=True)
class IdentityPaper:
    """An identity document or reference number: passport, A-number, file number of an office."""

    kind: str
    number: str
    issuer: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a person, and whether it is safe to use it."""

    kind: ContactKind
    value: str
    is_safe: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class SafeContact:
    """How the person may be reached without danger; empty where nothing was agreed."""

    preferred: str = ""
    who_may_answer: str = ""
    never_say: str = ""
    times: str = ""
    code_word: str = ""
    phone_seized: bool = False


@dataclass(frozen=True, slots=True)
class PersonContent:
    """Everything that identifies a person.

    `born` is a date as given (`asylon.law.days`: a day, month, year, range), `born_wording` what the
    person said; nationalities are ISO 3166 three-letter codes. `risks` are short words such as
    "violence at home", "informer feared".
    """

    names: tuple[Name, ...]
    born: str = ""
    born_wording: str = ""
    sex: str = ""
    nationalities: tuple[str, ...] = ()
    is_stateless: bool = False
    languages: tuple[SpokenLanguage, ...] = ()
    papers: tuple[IdentityPaper, ...] = ()
    contacts: tuple[Contact, ...] = ()
    safe_contact: SafeContact = field(default_factory=SafeContact)
    risks: tuple[str, ...] = ()
    note: str = ""

    @property
    def called(self) -> str:
        """Return the name to show: what the person is called, else the first name given."""
        by_kind = {name.kind: name.full for name in reversed(self.names)}
        return by_kind.get("called") or by_kind.get("legal") or (self.names[0].full if self.names else "")


@dataclass(frozen=True, slots=True)
class EventContent:
    """What is said of an event beyond its kind, date and the details the law asks about.

    `details` are further details of the vocabulary (place, body, cite …); `paper_note` says from which
    paper the event was taken.
    """

    wording: str = ""
    note: str = ""
    paper_note: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseContent:
    """The heading and account of a case."""

    title: str = ""
    summary: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ProceedingContent:
    """Court, judge and file number of one proceeding of a case."""

    forum: str = ""
    judge: str = ""
    file_number: str = ""


@dataclass(frozen=True, slots=True)
class NoteContent:
    """A note of the file."""

    text: str


@dataclass(frozen=True, slots=True)
class PaperContent:
    """What a paper is called and what kind of file it holds; the bytes are stored sealed beside it.

    `is_active` marks a file that may act by itself when it is opened (scripts, embedded files).
    """

    title: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    note: str = ""
    is_active: bool = False


@dataclass(frozen=True, slots=True)
class EnquiryContent:
    """An enquiry as it was typed at intake: a draft, or one that was refused or referred."""

    fields: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StoryContent:
    """A story that may be told: anonymised, with the day of the written consent and who holds the paper."""

    title: str
    text: str
    consent_on: str
    held_by: str


def dump(content: Any) -> bytes:
    """Return a payload as the bytes that are sealed."""
    plain = {"shape": SHAPE, "kind": type(content).__name__, "content": asdict(content)}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def load(kind: type[T], payload: bytes, *, only: frozenset[str] | None = None) -> T:
    """Return the payload sealed as `kind`; ValueError when it is another kind or a newer shape.

    With `only` the other fields keep their defaults: a list of names need not build contacts and papers.
    """
    plain = json.loads(payload)
    if plain["kind"] != kind.__name__ or plain["shape"] > SHAPE:
        raise ValueError(f"holds {plain['kind']} of shape {plain['shape']}, not {kind.__name__} up to {SHAPE}")
    content = plain["content"]
    made: T = _build(kind, content if only is None else {key: content[key] for key in only & content.keys()})
    return made


def _build(kind: Any, plain: Any) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{key: _build(hints[key], value) for key, value in plain.items() if key in hints})
    if get_origin(kind) is tuple:
        return tuple(_build(get_args(kind)[0], item) for item in plain)
    return plain


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """Return the types of the fields of a payload; they are read once, a list opens hundreds of payloads."""
    hints = get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind)}
