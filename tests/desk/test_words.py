"""Everything the vocabulary names has a word for people, in every language of the desk."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils.translation import override

from asylon.desk import words
from asylon.desk.forms.choices import LANGUAGES
from asylon.language import language as law_language
from asylon.law.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
DETAILS = {key: kind for event in VOCABULARY.events.values() for key, kind in event.details.items()}
CHOICES = {
    (key, value) for event in VOCABULARY.events.values() for key, kind in event.details.items() for value in kind.values
}


def test_every_event_has_a_label_in_one_group() -> None:
    grouped = Counter(name for _group, events in words.EVENT_GROUPS for name in events)
    assert set(grouped) == set(VOCABULARY.events)
    assert [name for name, times in grouped.items() if times > 1] == []


def test_every_detail_value_and_fact_has_a_label() -> None:
    assert set(words.DETAIL_LABELS) == set(DETAILS)
    labelled = {(key, value) for key, values in words.VALUE_LABELS.items() for value in values}
    assert labelled == CHOICES
    assert set(words.FACT_LABELS) == set(VOCABULARY.attributes)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_every_label_is_translated(language: str) -> None:
    with override(language):
        labels = [words.event_label(name) for name in VOCABULARY.events]
        labels += [words.detail_label(key) for key in DETAILS]
        labels += [words.value_label(key, value) for key, value in CHOICES]
        labels += [words.fact_label(key) for key in VOCABULARY.attributes]
    assert {label for label in labels if re.search(r"[A-Za-z]{3}", label.replace("Eurodac", ""))} == set()


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_no_two_events_are_called_alike(language: str) -> None:
    with override(language):
        times = Counter(words.event_label(name) for name in VOCABULARY.events)
    assert [label for label, count in times.items() if count > 1] == []


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_explanations_and_lists_call_an_event_alike(language: str) -> None:
    say = law_language(language).say
    with override(language):
        events = {name: words.event_label(name) for name in VOCABULARY.events}
        details = {key: words.detail_label(key) for key in DETAILS if key not in VOCABULARY.events}
    apart = {name for name, label in {**events, **details}.items() if say(name.replace("_", " ")) != label}
    assert apart == set()


def test_words_of_a_caseworker() -> None:
    assert words.event_label("decision_first_instance") == "Decision at first instance"
    assert words.detail_label("against") == "Against which decision"
    assert words.value_label("outcome", "remitted") == "Sent back for a new decision"
    assert words.value_label("ground", "c") == "Regulation (EU) 2024/1348, article 42(1)(c)"
    assert words.fact_label("unaccompanied_minor") == "Minor without a responsible adult"


def test_free_text_and_unknown_names_stay_readable() -> None:
    assert words.value_label("body", "Tel Aviv District Court") == "Tel Aviv District Court"
    assert words.event_label("not_in_this_vocabulary") == "Not in this vocabulary"


@pytest.mark.parametrize(
    ("code", "english", "hebrew"),
    [
        ("il", "Israel", "ישראל"),
        ("SYR", "Syria", "סוריה"),
        ("XXX", "stateless", "ללא אזרחות"),
        ("zz9", "zz9", "zz9"),
        ("", "", ""),
    ],
)
def test_countries(code: str, english: str, hebrew: str) -> None:
    assert words.country_label(code) == english
    with override("he"):
        assert words.country_label(code) == hebrew


def test_languages() -> None:
    assert words.language_label("ti") == "Tigrinya"
    with override("he"):
        assert words.language_label("ti") == "תיגרינית"
        assert words.language_label("arz") == "ערבית מצרית"
        assert [code for code in LANGUAGES if re.search("[A-Za-z]", words.language_label(code))] == []
    assert words.language_label("x-unknown") == "x-unknown"


def test_a_dialect_is_said_only_where_it_says_more() -> None:
    assert words.language_label("ti", "highland") == "Tigrinya (highland)"
    assert words.language_label("sgh", "Shughni") == "Shughni"
    assert words.language_label("ti", "ti") == "Tigrinya"
    assert words.language_label("x-unknown", "Bartangi") == "Bartangi"
    with override("he"):
        assert words.language_label("sgh", "Shughni") == "שוע'נית"


def test_choices_for_a_form() -> None:
    groups = dict(words.event_choices())
    assert ("removal", "Removed from the country") in groups["Removal"]
    assert words.value_choices("outcome", ["granted", "annulled"]) == [
        ("annulled", "Decision annulled"),
        ("granted", "Granted"),
    ]
    assert words.value_choices("outcome", []) == []


def test_filters() -> None:
    page = Template(
        "{% load desk_words %}{{ 'lodged'|event_label }}|{{ 'against'|detail_label }}|"
        "{{ 'refused'|value_label:'outcome' }}|{{ 'born'|fact_label }}|"
        "{{ 'ERI'|country_label }}|{{ 'ar'|language_label }}"
    )
    assert page.render(Context()) == "Application lodged|Against which decision|Refused|Born|Eritrea|Arabic"
