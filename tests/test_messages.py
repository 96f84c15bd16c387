"""Every message is said in every language, and the tool that watches over it sees what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from babel.messages import Catalog
from tools.message_sources import Found, NotFoundError, desk_messages, law_messages, read_text
from tools.messages import OBSERVATORY_LOCALE, Book, books, faults, po_bytes, read_book, update, write_book
from tools.pack_messages import pack_messages

from asylon.errors import Fault
from asylon.language import FIRST_STRONG_ISOLATE, POP_ISOLATE, language
from asylon.law import assess
from asylon.law.casefiles import read_cases
from asylon.law.contract import assessment_row
from asylon.law.days import FORMS
from asylon.law.explain import fault_text, fault_words, length_text, missing_text, note_text, why
from asylon.law.packs import Length
from asylon.law.timeline import try_timeline
from tests.shared import ROOT, event, packs, timeline

HEBREW = language("he")
COUNTED = ("{n} day", "{n} days")


# ---------------------------------------------------------------- the catalogues themselves


def test_every_message_is_translated() -> None:
    found = list(books())
    of_desk = {("he", "asylon"), ("he", "django")}
    of_observatory = {(language, "django") for language in ("ar", "he", "ru", "uk")}
    assert {(book.language, book.domain) for book in found if book.folder != OBSERVATORY_LOCALE} == of_desk
    assert {(book.language, book.domain) for book in found if book.folder == OBSERVATORY_LOCALE} == of_observatory
    assert [fault for book in found for fault in faults(book)] == []


def test_both_catalogues_hold_what_people_read() -> None:
    wanted = {book.domain: book.wanted for book in books() if book.folder != OBSERVATORY_LOCALE}
    assert Found("Starts with: {event}, {on}.") in wanted["asylon"]
    assert Found(("{n} working day", "{n} working days")) in wanted["asylon"]
    assert Found("temporary asylum granted") in wanted["asylon"]
    assert Found("Take charge request (Dublin III)") in wanted["asylon"]
    assert Found("Missed by the state") in wanted["django"]
    assert Found("Temporary asylum granted") in wanted["django"]
    assert Found("Granted", "outcome") in wanted["django"]
    observatory = next(book.wanted for book in books() if book.folder == OBSERVATORY_LOCALE)
    assert Found("Country of asylum") in observatory
    assert Found("only the mixture is reported: {levels}; a first-instance rate does not exist there") in observatory
    assert Found("closures are outcomes: who was turned away without a decision is below the line") in observatory


# ---------------------------------------------------------------- the tool: collecting


def test_pages_with_context_plural_and_trimmed_lines(tmp_path: Path) -> None:
    page = tmp_path / "templates" / "a.html"
    page.parent.mkdir()
    page.write_text(
        "{% load i18n %}{% translate 'Board' %}{% translate 'Open' context 'case' %}\n"
        "    {% include 'x.html' with text=_('Not saved') %}\n"
        "  {% blocktranslate count n=rows trimmed %}\n   {{ n }} row\n   of yours{% plural %}{{ n }} rows\n"
        "{% endblocktranslate %}{% blocktranslate with who=name %}Led by {{ who }}{% endblocktranslate %}\n",
        "utf-8",
    )
    assert desk_messages(tmp_path) == {
        Found("Board"),
        Found("Open", "case"),
        Found("Not saved"),
        Found(("%(n)s row of yours", "%(n)s rows")),
        Found("Led by %(who)s"),
    }


def test_functions_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "forms.py").write_text(
        "from django.utils.translation import gettext as _now, ngettext as counted\n"
        "_now('Not a date')\ncounted('%(n)d row', '%(n)d rows', n)\n"
    )
    assert desk_messages(tmp_path) == {Found("Not a date"), Found(("%(n)d row", "%(n)d rows"))}


def test_python_of_the_desk() -> None:
    source = (
        "_('One'\n  ' line')\nngettext('%(n)d day', '%(n)d days', n)\npgettext_lazy('outcome', 'Granted')\n"
        "gettext_noop('Marked')\ngettext(fault.problem)\n"
    )
    assert set(read_text(source)) == {
        Found("One line"),
        Found(("%(n)d day", "%(n)d days")),
        Found("Granted", "outcome"),
        Found("Marked"),
    }


def ring(tmp_path: Path, **modules: str) -> Callable[[], set[Found]]:
    """Return a way to read a law ring of these modules, with a vocabulary of one event."""
    folder = tmp_path / "asylon" / "law"
    folder.mkdir(parents=True)
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    words = tmp_path / "vocabulary.yaml"
    words.write_text(
        "common: {by: text}\nevents: {term_extended: {details: {day_of: date}}}\nattributes: {born_in: {}}\n"
    )
    return lambda: law_messages(tmp_path, words)


def test_law_ring_in_every_shape(tmp_path: Path) -> None:
    read = ring(
        tmp_path,
        words="TABLE = {'a': 'In a table', 'b': 'In it too'}\n",
        use=(
            "from asylon.law.words import TABLE\nLEGEND: str = 'A constant'\nNOT_VERIFIED = 'Carried as data'\n"
            "def f(words, key, n):\n"
            "    text = 'In a variable'\n    words.say(text)\n    words.say(LEGEND)\n    words.say(TABLE[key])\n"
            "    words.say(TABLE.get(key, 'By default'))\n    words.say('Yes' if n else 'No')\n"
            "    one, many = {'d': ('{n} day', '{n} days'), 'w': ('{n} week', '{n} weeks')}[key]\n"
            "    words.count(one, many, n)\n    said('Said later {n}', n=n)\n"
            "    found.say('no message')\n    key.count('neither')\n"
        ),
    )
    texts = {found.id for found in read()}
    assert texts >= {"In a table", "In it too", "A constant", "Carried as data", "In a variable", "By default"}
    assert texts >= {
        "Said later {n}",
        "Yes",
        "No",
        COUNTED,
        ("{n} week", "{n} weeks"),
        "term extended",
        "day of",
        "by",
        "born_in",
    }
    assert not texts & {"no message", "neither"}


def test_message_that_stands_nowhere_is_an_error(tmp_path: Path) -> None:
    read = ring(tmp_path, use="def f(words, text):\n    words.say(text.lower())\n")
    with pytest.raises(NotFoundError, match=r"asylon\.law\.use, line 2: the text of text\.lower\(\) stands nowhere"):
        read()


def test_words_of_a_pack_come_with_the_rules_that_say_them() -> None:
    found = {message.id: message.told for message in pack_messages(packs())}
    assert found["Leave after refusal"] == "IL-06"
    assert found["Appeal to the Appeals Tribunal"] == "IL-07/appeal"
    assert found["Administrative appeal to the District Court"] == "IL-08/served, IL-08/ruling"
    assert found["Custody and removal."] == "IL-06"
    assert found["To remain in the country until the appeal is decided."] == "INT-43"
    assert found["within a reasonable time set by national law"] == "EU-QR-02"
    assert found["HRC"] == found["Not a party to the ECHR."] == "int, bodies"
    assert "RU-FREEZE-2020" in found.values()
    assert not found.keys() & {"", "-"}


# ---------------------------------------------------------------- the tool: keeping and checking


def book_of(tmp_path: Path, *wanted: Found) -> Book:
    return Book(tmp_path, "some", "he", frozenset(wanted))


def translated(book: Book, **texts: str | tuple[str, ...]) -> None:
    """Write a catalogue in which the messages that begin with each key have this translation."""
    catalogue = update(book, read_book(book))
    for message in catalogue:
        for start, text in texts.items():
            if message.id and str(message.id if isinstance(message.id, str) else message.id[0]).startswith(start):
                message.string = text
    save(book, catalogue)


def save(book: Book, catalogue: Catalog) -> None:
    book.po.parent.mkdir(parents=True, exist_ok=True)
    book.po.write_bytes(po_bytes(book, catalogue))
    write_book(book)


GOOD = ("יום אחד", "יומיים", "{n} יום", "{n} ימים")


def test_whole_catalogue_has_no_fault(tmp_path: Path) -> None:
    book = book_of(tmp_path, Found("Board"), Found("{n} day of rest"), Found(("Due {n}", "Dues {n}")))
    translated(book, Board="לוח", **{"{n} day": "{n} יום"}, Due=GOOD)
    assert faults(book) == []
    before = book.po.read_bytes(), book.mo.read_bytes()
    write_book(book)
    assert (book.po.read_bytes(), book.mo.read_bytes()) == before


@pytest.mark.parametrize(
    ("message", "text", "fault"),
    [
        ("Board", "", "not translated: 'Board'"),
        ("Led by %(who)s", "בהובלת", "other placeholders or tags than the message (בהובלת): 'Led by %(who)s'"),
        ("Since {on}", "מאז {off}", "other placeholders or tags than the message (מאז {off}): 'Since {on}'"),
        ("<b>Stop</b>", "<b>עצירה", "other placeholders or tags than the message (<b>עצירה): '<b>Stop</b>'"),
    ],
)
def test_faults_of_one_message(tmp_path: Path, message: str, text: str, fault: str) -> None:
    book = book_of(tmp_path, Found(message))
    translated(book, **{message: text})
    assert faults(book) == [f"he/some.po: {fault}"]


@pytest.mark.parametrize(
    ("message", "text", "is_right"),
    [
        ("Reinstated within 2 weeks (VwGO s 60).", "בתוך שבועיים (סעיף 60 ל-VwGO).", True),
        ("Reinstated within 2 weeks (VwGO s 60).", "בתוך שבועיים (סעיף 61 ל-VwGO).", False),
        ("Court claim after 12 months (RU-20).", "תביעה לאחר 21 חודשים (RU-20).", False),
        ("Court claim after 12 months (RU-20).", "תביעה לאחר 12 חודשים (RU-22).", False),
        ("Court claim.", "תביעה בתוך 3 חודשים.", False),
    ],
)
def test_words_of_a_pack_keep_their_numbers_and_rules(tmp_path: Path, message: str, text: str, is_right: bool) -> None:
    book = book_of(tmp_path, Found(message, told="XX-01"))
    translated(book, **{message: text})
    assert "#. XX-01\n" in book.po.read_text("utf-8")
    other = [] if is_right else [f"he/some.po: other numbers or rules than the pack ({text}): {message!r}"]
    assert faults(book) == other


@pytest.mark.parametrize(
    ("forms", "is_right"),
    [
        (GOOD, True),
        (("יום אחד", "יומיים", "הרבה", "{n} ימים"), False),  # 20, 30 … would all read alike
        (("יום אחד", "", "{n} יום", "{n} ימים"), False),
        (("יום אחד", "{m} יומיים", "{n} יום", "{n} ימים"), False),
    ],
)
def test_only_one_and_two_may_leave_their_number_out(tmp_path: Path, forms: tuple[str, ...], is_right: bool) -> None:
    book = book_of(tmp_path, Found(COUNTED))
    translated(book, **{"{n} day": forms})
    assert (faults(book) == []) is is_right


def test_new_message_is_missed_until_it_is_collected(tmp_path: Path) -> None:
    translated(book_of(tmp_path, Found("Board")), Board="לוח")
    book = book_of(tmp_path, Found("Board"), Found("Trail"), Found("Open", "case"))
    found = faults(book)
    assert "he/some.po: not in the catalogue: 'Trail'" in found
    assert "he/some.po: not in the catalogue: 'Open' (case)" in found


def test_vanished_message_is_kept_below_and_comes_back(tmp_path: Path) -> None:
    translated(book_of(tmp_path, Found("Board"), Found("Trail")), Board="לוח", Trail="יומן")
    smaller = book_of(tmp_path, Found("Board"))
    assert faults(smaller)[0] == "he/some.po: no source says it any more: 'Trail'"
    write_book(smaller)
    assert faults(smaller) == []
    assert '#~ msgid "Trail"\n#~ msgstr "יומן"' in smaller.po.read_text("utf-8")
    assert "יומן".encode() not in smaller.mo.read_bytes()
    write_book(book_of(tmp_path, Found("Board"), Found("Trail")))
    assert faults(book_of(tmp_path, Found("Board"), Found("Trail"))) == []


def test_fuzzy_is_a_fault_and_is_not_shown(tmp_path: Path) -> None:
    book = book_of(tmp_path, Found("Board"))
    translated(book, Board="לוח")
    book.po.write_text(book.po.read_text("utf-8").replace('msgid "Board"', '#, fuzzy\nmsgid "Board"'), "utf-8")
    write_book(book)
    assert faults(book) == ["he/some.po: fuzzy: 'Board'"]
    assert "לוח".encode() not in book.mo.read_bytes()


def test_old_binary_and_other_plural_rule_are_faults(tmp_path: Path) -> None:
    book = book_of(tmp_path, Found("Board"))
    translated(book, Board="לוח")
    book.po.write_text(book.po.read_text("utf-8").replace("לוח", "לוח הבוקר"), "utf-8")
    assert faults(book) == ["he/some.po: some.mo does not hold what some.po says: run 'make messages'"]
    write_book(book)
    text = re.sub(r"nplurals=.+?;\\n", r"nplurals=2; plural=(n != 1);\\n", book.po.read_text("utf-8"))
    book.po.write_text(text, "utf-8")
    assert any("the rule of plural forms is not that of this language" in fault for fault in faults(book))


def test_catalogue_holds_no_date_place_or_author(tmp_path: Path) -> None:
    book = book_of(tmp_path, Found("Board"))
    translated(book, Board="לוח")
    text = book.po.read_text("utf-8")
    assert not re.search(r"Date|Translator|Generat|#:|\d{4}", text)


# ---------------------------------------------------------------- what a reader of Hebrew reads


def test_days_and_lengths() -> None:
    assert HEBREW.day(date(2027, 1, 2)) == "2 בינואר 2027"
    assert language("en").day(date(2027, 1, 2)) == "2 January 2027"
    assert [HEBREW.count(*COUNTED, n) for n in (1, 2, 5, 30)] == ["יום אחד", "יומיים", "5 ימים", "30 יום"]


def test_empty_word_stays_empty() -> None:
    assert HEBREW.say("") == ""


def test_words_of_another_direction_are_marked_off() -> None:
    text = missing_text("parameter:fr_appeal", HEBREW)
    assert f"{FIRST_STRONG_ISOLATE}fr appeal{POP_ISOLATE}" in text
    assert FIRST_STRONG_ISOLATE not in missing_text("date:lodged", HEBREW)
    assert FIRST_STRONG_ISOLATE not in missing_text("parameter:fr_appeal")


def test_words_of_the_packs() -> None:
    assert HEBREW.pack("Leave after refusal") == "יציאה מהמדינה לאחר דחייה"
    assert HEBREW.pack("Leave after two refusals") == "Leave after two refusals"
    assert language("en").pack("Leave after refusal") == "Leave after refusal"


def test_rows_of_the_contract_in_both_languages() -> None:
    refused = timeline(
        event("2026-03-01", "lodged", procedure="asylum"),
        event("2026-09-01", "decision_first_instance", outcome="rejected", procedure="asylum"),
        event("2026-09-05", "notification", of="decision_first_instance", mode="received"),
        jurisdiction="il",
    )
    outcome = assess(refused, packs(), on=date(2026, 11, 21))
    english, hebrew = assessment_row(outcome), assessment_row(outcome, HEBREW)
    assert outcome.duties
    assert outcome.rights
    assert [duty["title"] for duty in english["duties"]] == [duty.clause.title for duty in outcome.duties]
    said = [duty[key] for duty in hebrew["duties"] for key in ("title", "consequence")]
    said += [right["right"] for right in hebrew["rights"]] + [body["body"] for body in hebrew["bodies"]]
    assert [text for text in said if text != "-" and re.search("[A-Za-z]{3}", text)] == []
    assert [duty["source"] for duty in hebrew["duties"]] == [duty["source"] for duty in english["duties"]]


def test_missing_facts_and_notes() -> None:
    assert missing_text("date:lodged", HEBREW) == 'לא ידוע היום המדויק של "הגשת בקשה". יש להוסיף אותו.'
    assert missing_text("person:unaccompanied_minor", HEBREW).startswith("לא ידוע על האדם: קטין/ה ללא מבוגר אחראי.")
    assert "הגשת ערעור / הגשת השגה" in missing_text("event:appeal_lodged|complaint_lodged", HEBREW)
    assert note_text("not_running:RU-20:2026-03-15", HEBREW).count("15 במרץ 2026") == 1


def test_open_dates_are_words_too() -> None:
    arrived = timeline(event("before 2016-09", "arrival"), event("after 2017-02", "lodged"), jurisdiction="il")
    outcome = assess(arrived, packs(), on=date(2026, 11, 21))
    found = "\n".join(line for duty in outcome.duties for line in why(duty, HEBREW))
    assert f"לפני {FIRST_STRONG_ISOLATE}2016-09{POP_ISOLATE}" in found
    assert "before" not in found.replace("notes", "").split("לא ודאי")[0]


def test_explanations_hold_no_english_but_what_is_quoted() -> None:
    quoted = re.compile(f"{FIRST_STRONG_ISOLATE}[^{POP_ISOLATE}]*{POP_ISOLATE}")
    lines = {
        line
        for path in sorted((ROOT / "examples").glob("*.json"))
        for case in read_cases(path)
        for duty in assess(case, packs(), on=date(2026, 11, 21)).duties
        for line in why(duty, HEBREW)
    }
    assert len(lines) > 50
    assert {line for line in lines if re.search("[A-Za-z]", quoted.sub("", line))} == set()


def test_doubts_of_a_timeline_are_said_again_in_hebrew() -> None:
    read = timeline(
        event("2020-05-01", "removal"), event("2020-06-01", "interview"), event("2020-07-01", "appeal_decided")
    )
    assert [fault_text(doubt, HEBREW) for doubt in read.doubts] == [
        "ריאיון, 1 ביוני 2020: מחייב את נוכחות האדם במדינה, והאדם עזב (הרחקה מהמדינה, 1 במאי 2020); "
        'יש להוסיף את השיבה כ"הגעה למדינה" או לתקן את התאריכים.',
        "החלטה בערעור, 1 ביולי 2020: מכריע במה שלפי ציר הזמן לא הוגש; "
        'יש להוסיף "הגשת ערעור" עם היום שלו, גם אם רק בטווח.',
    ]
    assert fault_text(read.doubts[0]) == (
        "interview, 1 June 2020: Needs the person in the country, who left on 1 May 2020 (removal); "
        "add the return as 'arrival' or correct the dates."
    )


def test_faults_of_dates_and_of_two_rules_are_said_in_hebrew() -> None:
    raw = {"case": "x", "jurisdiction": "ru", "events": [event("2026-02-30", "lodged"), event("2026-01-01", "logded")]}
    _none, found = try_timeline(raw)
    assert [fault_words(fault, HEBREW) for fault in found] == [
        f"'{FIRST_STRONG_ISOLATE}2026-02-30{POP_ISOLATE}' הוא יום שאינו קיים; יש לכתוב {HEBREW.say(FORMS)}.",
        f"'{FIRST_STRONG_ISOLATE}logded{POP_ISOLATE}' אינו אירוע מוכר; אולי הכוונה הייתה "
        f"{FIRST_STRONG_ISOLATE}'lodged' or 'forwarded' or 'absconded'{POP_ISOLATE}?",
    ]
    assert "נותנים מועדי סיום שונים" in HEBREW.say("{one} and {other} give different ends for one act ({act})")


def test_fault_that_remembers_nothing_is_quoted() -> None:
    fault = Fault("case x, event 2", "has no 'event'", "say what happened")
    assert fault_text(fault) == "case x, event 2: Has no 'event'; say what happened."
    assert f"{FIRST_STRONG_ISOLATE}has no 'event'{POP_ISOLATE}" in fault_text(fault, HEBREW)


def test_length_text_of_every_unit() -> None:
    assert length_text(Length(2, "months"), HEBREW) == "חודשיים"
    assert length_text(Length(15, "working_days"), HEBREW) == "15 ימי עבודה"
    assert length_text(Length(48, "hours"), HEBREW) == "48 שעות"
