"""Keeps the catalogues of messages: collects what the sources say, and checks every translation.

`python -m tools.messages` writes the `.po` of every language from the sources and the `.mo` from the `.po`. Known
translations stay; what the sources no longer say is kept below, marked `#~`. Nothing is guessed. With `--check`
nothing is written, every fault is listed, and the exit code is 1 when there is one.

Two catalogues a language: `django` for the desk (and for the sentences of packages that those do not translate),
`asylon` for the law ring and the law packs; and `django` once more for the observatory, with languages of its own.
A new language is a new folder: `mkdir -p src/asylon/desk/locale/uk/LC_MESSAGES` and the same under `src/asylon/locale`
(or `src/asylon/observatory/locale`); then this command.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po
from django.utils.translation import to_locale

from asylon.law.packload import load_packs
from tools.message_sources import (
    DESK,
    DJANGO,
    OBSERVATORY,
    SOURCE,
    Found,
    borrowed_messages,
    desk_messages,
    law_messages,
    observatory_messages,
)
from tools.pack_messages import pack_messages

LAW_LOCALE = SOURCE / "asylon" / "locale"
DESK_LOCALE = DESK / "locale"
OBSERVATORY_LOCALE = OBSERVATORY / "locale"
HEAD = (
    'msgid ""\nmsgstr ""\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n"Language: {language}\\n"\n"Plural-Forms: {plurals}\\n"\n'
)
# Where Django's rule is not how people count. Hebrew: three days, but eleven "day", and not only twenty and thirty.
PLURALS = {"he": "nplurals=4; plural=(n == 1) ? 0 : (n == 2) ? 1 : (n > 10) ? 2 : 3;"}
# What must stand in a translation as it stands in the message.
HELD = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?[a-z]+[^>]*>|&[a-z]+;")
# What else must stand so in the words of a pack: rules and numbers, but for one or two days and the like.
SET = re.compile(r"[A-Z]{2,}(?:-[A-Z]+)*-\d+|\b(?![12] (?:day|week|month|year))\d+")
ENOUGH = range(200)  # numbers that show every plural form there is


@dataclass(frozen=True, slots=True)
class Book:
    """One catalogue of one language: where it stands, and what it must say."""

    folder: Path
    domain: str
    language: str
    wanted: frozenset[Found]

    @property
    def po(self) -> Path:
        """Return the file that people edit."""
        return self.folder / self.language / "LC_MESSAGES" / f"{self.domain}.po"

    @property
    def mo(self) -> Path:
        """Return the file that programs read."""
        return self.po.with_suffix(".mo")

    @property
    def name(self) -> str:
        """Return what the catalogue is called in a fault."""
        return f"{self.language}/{self.domain}.po"


def books() -> Iterator[Book]:
    """Yield the catalogues of every language that has a folder."""
    law, desk = frozenset(law_messages() | pack_messages(load_packs())), desk_messages()
    for folder in sorted(path for path in LAW_LOCALE.iterdir() if path.is_dir()):
        yield Book(LAW_LOCALE, "asylon", folder.name, law)
    for folder in sorted(path for path in DESK_LOCALE.iterdir() if path.is_dir()):
        yield Book(DESK_LOCALE, "django", folder.name, frozenset(desk | borrowed_messages(folder.name)))
    observatory = frozenset(observatory_messages())
    for folder in sorted(path for path in OBSERVATORY_LOCALE.iterdir() if path.is_dir()):
        yield Book(OBSERVATORY_LOCALE, "django", folder.name, observatory)


def plurals_of(language: str) -> str:
    """Return the rule of plural forms of a language: ours, else the one that Django itself has."""
    if language in PLURALS:
        return PLURALS[language]
    path = DJANGO / "conf" / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"
    if not path.exists():
        return str(get_plural(language))
    with path.open("rb") as file:
        return read_po(file).plural_forms


def read_book(book: Book) -> Catalog:
    """Return what a catalogue says now, empty when there is none yet."""
    if not book.po.exists():
        return _empty(book)
    with book.po.open("rb") as file:
        return read_po(file, locale=book.language, domain=book.domain)


def _empty(book: Book) -> Catalog:
    catalogue = Catalog(locale=book.language, domain=book.domain)
    catalogue.mime_headers = _headers(book)
    return catalogue


def _headers(book: Book) -> list[tuple[str, str]]:
    text = HEAD.format(language=book.language, plurals=plurals_of(book.language))
    pairs = (re.fullmatch(r'"(.+?): (.+)\\n"', line) for line in text.splitlines())
    return [(pair[1], pair[2]) for pair in pairs if pair]


def update(book: Book, old: Catalog) -> Catalog:
    """Return the catalogue that says what the sources say, with every translation that `old` has for it."""
    new = _empty(book)
    known: dict[tuple[str, str | None], Message] = {}
    for message in [*old.obsolete.values(), *old]:
        if message.id:
            known[_key(message)] = message
    for found in sorted(book.wanted, key=_order):
        new.add(found.id, context=found.context, auto_comments=[found.told] if found.told else ())
    for message in new:
        before = known.pop(_key(message), None) if message.id else None
        if before is not None and before.pluralizable == message.pluralizable:
            message.string = before.string
            message.user_comments = before.user_comments
            if before.fuzzy:
                message.flags.add("fuzzy")
    for message in known.values():
        if any(_strings(message)):
            new.obsolete[_one(message) if message.context is None else (_one(message), message.context)] = message
    return new


def _strings(message: Message) -> list[str]:
    """Return the forms of a translation, each empty where there is none."""
    if isinstance(message.string, str) or message.string is None:
        return [message.string or ""]
    return [text or "" for text in message.string]


def _order(found: Found) -> tuple[str, str, str]:
    one, many = (found.id, "") if isinstance(found.id, str) else found.id
    return one, found.context or "", many


def _key(message: Message) -> tuple[str, str | None]:
    return _one(message), message.context


def _one(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def po_bytes(book: Book, catalogue: Catalog) -> bytes:
    """Return the `.po` of a catalogue: sorted, without dates, places and authors, so that a change shows alone."""
    file = io.BytesIO()
    write_po(file, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    head = HEAD.format(language=book.language, plurals=plurals_of(book.language))
    return f"{head}\n".encode() + file.getvalue()


class _PlainCatalog(Catalog):
    """A catalogue whose head holds no date, so that the same messages give the same bytes."""

    plain: list[tuple[str, str]]

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return self.plain


def mo_bytes(book: Book, catalogue: Catalog) -> bytes:
    """Return the `.mo` of a catalogue; what is marked fuzzy is left out."""
    plain = _PlainCatalog(locale=book.language, domain=book.domain, charset="utf-8", fuzzy=False)
    plain.plain = _headers(book)
    for message in catalogue:
        if message.id and not message.fuzzy:
            plain.add(message.id, message.string, context=message.context)
    file = io.BytesIO()
    write_mo(file, plain)
    return file.getvalue()


def write_book(book: Book) -> Catalog:
    """Write both files of a catalogue and return what it says now."""
    catalogue = update(book, read_book(book))
    book.po.parent.mkdir(parents=True, exist_ok=True)
    book.po.write_bytes(po_bytes(book, catalogue))
    # What is read back counts: a machine that reads the .po tomorrow must get the same .mo.
    book.mo.write_bytes(mo_bytes(book, read_book(book)))
    return catalogue


def faults(book: Book) -> list[str]:
    """Return what is wrong with a catalogue, one line each; empty when it is whole."""
    old = read_book(book)
    said = {_key(message) for message in old if message.id}
    wanted = {(found.id if isinstance(found.id, str) else found.id[0], found.context) for found in book.wanted}
    found = [f"not in the catalogue: {_named(*key)}" for key in sorted(wanted - said, key=str)]
    found += [f"no source says it any more: {_named(*key)}" for key in sorted(said - wanted, key=str)]
    if old.plural_forms.rstrip(";") != plurals_of(book.language).rstrip(";"):
        found.append(f"the rule of plural forms is not that of this language: {old.plural_forms}")
    for message in old:
        if message.id:
            found += [f"{fault}: {_named(*_key(message))}" for fault in message_faults(message, old)]
    if not found and book.po.read_bytes() != po_bytes(book, update(book, old)):
        found.append("not as this command writes it: run 'make messages'")
    if not book.mo.exists() or book.mo.read_bytes() != mo_bytes(book, old):
        found.append(f"{book.mo.name} does not hold what {book.po.name} says: run 'make messages'")
    return [f"{book.name}: {fault}" for fault in found]


def _named(text: str, context: str | None) -> str:
    return repr(text) + (f" ({context})" if context else "")


def message_faults(message: Message, catalogue: Catalog) -> Iterator[str]:
    """Yield what is wrong with one translation."""
    if message.fuzzy:
        yield "fuzzy"
    texts = _strings(message)
    if message.pluralizable and len(texts) != catalogue.num_plurals:
        yield f"{len(texts)} plural forms instead of {catalogue.num_plurals}"
    elif not all(texts):
        yield "not translated"
    elif not message.pluralizable:
        if _held(_one(message)) != _held(texts[0]):
            yield f"other placeholders or tags than the message ({texts[0]})"
        if message.auto_comments and Counter(SET.findall(_one(message))) != Counter(SET.findall(texts[0])):
            yield f"other numbers or rules than the pack ({texts[0]})"
    else:
        yield from _plural_faults(message, texts, catalogue)


def _plural_faults(message: Message, texts: Sequence[str], catalogue: Catalog) -> Iterator[str]:
    wanted = _held(message.id[1])
    rule = catalogue.plural_expr
    forms = Counter(_form(rule, number) for number in ENOUGH)
    for index, text in enumerate(texts):
        lacking, surplus = wanted - _held(text), _held(text) - wanted
        # "one day" and "two days" may leave the number out where the form is for that number alone.
        may_lack = 1 if forms[index] == 1 else 0
        if surplus or lacking.total() > may_lack:
            yield f"other placeholders or tags than the message ({text})"


def _form(rule: str, number: int) -> int:
    from gettext import c2py

    return int(c2py(rule)(number))


def _held(text: str) -> Counter[str]:
    return Counter(HELD.findall(text))


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check every catalogue; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, list every fault")
    if parser.parse_args(argv).check:
        found = [fault for book in books() for fault in faults(book)]
        print("\n".join(found) if found else "Every message is translated.")
        return 1 if found else 0
    for book in books():
        catalogue = write_book(book)
        empty = sum(1 for message in catalogue if message.id and not all(_strings(message)))
        print(f"{book.name}: {len(catalogue)} messages, {empty} not translated.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
