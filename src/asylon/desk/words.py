"""The caseworker's words for what the law engine names: events, details, values, facts, countries, languages.

In Python: `event_label(name)`, `detail_label(key)`, `value_label(key, value)`, `fact_label(key)`,
`country_label(code)`, `language_label(code, dialect)`; each answers in the language of the request. In templates, after
`{% load desk_words %}`, the filters of the same names: `{{ event.name|event_label }}`,
`{{ value|value_label:key }}`. For a form, `event_choices()` are the events in groups as `<select>` wants them, and
`value_choices(key, values)` the values of one detail. A word that is not known here is shown with its
underscores as spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import get_language, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from asylon.language import Language, language

Labels = Mapping[str, Promise]

# The events as somebody looks for them in a list: by the part of the procedure they belong to.
EVENT_GROUPS: tuple[tuple[Promise, Labels], ...] = (
    (
        _("Arrival and application"),
        {
            "arrival": _("Arrival in the country"),
            "entry_refused": _("Entry refused at the border"),
            "apprehension": _("Stopped by an authority"),
            "screening_completed": _("EU screening completed"),
            "intent_expressed": _("Protection asked for"),
            "forwarded": _("Application passed on to the right authority"),
            "registration": _("Application registered"),
            "lodged": _("Application lodged"),
            "subsequent_application_lodged": _("Subsequent application lodged"),
            "procedure_assigned": _("Procedure assigned"),
            "document_issued": _("Document handed over"),
            "permit_expiry": _("Document expires"),
            "address_changed": _("New address reported"),
            "residence_assigned": _("Place of residence imposed"),
            "representative_appointed": _("Representative appointed"),
            "withdrawal": _("Application withdrawn"),
        },
    ),
    (
        _("Interview and evidence"),
        {
            "interview_summoned": _("Interview summons received"),
            "interview": _("Interview"),
            "no_show": _("Appointment missed"),
            "evidence_submitted": _("Evidence submitted"),
        },
    ),
    (
        _("Decisions"),
        {
            "decision_preliminary": _("Preliminary decision"),
            "decision_first_instance": _("Decision at first instance"),
            "notification": _("Decision notified"),
            "decision_final": _("Final decision"),
            "term_extended": _("Authority extended its term"),
            "procedure_suspended": _("Procedure suspended"),
        },
    ),
    (
        _("Appeals and courts"),
        {
            "complaint_lodged": _("Complaint lodged"),
            "complaint_decided": _("Complaint decided"),
            "reconsideration_requested": _("Reconsideration asked for"),
            "appeal_lodged": _("Appeal lodged"),
            "stay_requested": _("Stay asked for"),
            "stay_decided": _("Stay decided"),
            "hearing": _("Hearing"),
            "appeal_decided": _("Appeal decided"),
            "further_appeal_lodged": _("Further appeal lodged"),
        },
    ),
    (
        _("Status and permits"),
        {
            "refugee_status_granted": _("Refugee status granted"),
            "subsidiary_protection_granted": _("Subsidiary protection granted"),
            "temporary_asylum_granted": _("Temporary asylum granted"),
            "group_protection_started": _("Group protection began"),
            "group_protection_ended": _("Group protection ended"),
            "permit_issued": _("Residence permit issued"),
            "renewal_lodged": _("Renewal applied for"),
            "reregistration": _("Registered again"),
            "status_review_opened": _("Review of the status opened"),
            "status_lost": _("Status ceased"),
            "status_withdrawn": _("Status withdrawn"),
            "work_access_opened": _("Right to work began"),
            "citizenship_acquired": _("Citizenship acquired"),
        },
    ),
    (
        _("Detention"),
        {
            "detention_started": _("Detention began"),
            "detention_reviewed": _("Detention reviewed"),
            "detention_ended": _("Detention ended"),
        },
    ),
    (
        _("Removal"),
        {
            "fine_imposed": _("Fine imposed"),
            "return_decision": _("Return decision"),
            "expulsion_order": _("Expulsion ordered"),
            "deportation_order": _("Deportation ordered"),
            "extradition_request": _("Extradition requested"),
            "extradition_order": _("Extradition ordered"),
            "removal_order_revoked": _("Removal order set aside"),
            "registry_listed": _("Entered in a control registry"),
            "entry_ban_imposed": _("Entry ban imposed"),
            "removal_attempted": _("Removal attempted"),
            "removal": _("Removed from the country"),
            "departure_voluntary": _("Left the country"),
        },
    ),
    (
        _("EU responsibility"),
        {
            "eurodac_hit": _("Eurodac match"),
            "transfer_request_sent": _("Transfer request sent"),
            "transfer_request_answered": _("Transfer request answered"),
            "transfer_decision": _("Transfer decision"),
            "transfer_executed": _("Transfer carried out"),
            "absconded": _("Recorded as absconded"),
        },
    ),
    (
        _("International bodies"),
        {
            "interim_measure_requested": _("Interim measure asked for"),
            "interim_measure_decided": _("Interim measure decided"),
            "international_complaint_lodged": _("International complaint lodged"),
            "international_complaint_decided": _("International complaint decided"),
        },
    ),
    (
        _("Fees and work"),
        {
            "fee_notice": _("Fee demanded"),
            "fee_paid": _("Fee paid"),
            "work_permit_issued": _("Work permit issued"),
        },
    ),
    (
        _("Family and other"),
        {
            "family_member_added": _("Family member added to the file"),
            "family_reunited": _("Family member arrived"),
            "death": _("Death"),
            "note": _("Other dated fact"),
        },
    ),
)

EVENT_LABELS: Labels = {name: label for _group, events in EVENT_GROUPS for name, label in events.items()}

DETAIL_LABELS: Labels = {
    "act": pgettext_lazy("detail", "Which act"),
    "addressee": pgettext_lazy("detail", "Handed to"),
    "against": pgettext_lazy("detail", "Against which decision"),
    "amount": pgettext_lazy("detail", "Amount"),
    "appeal_from": pgettext_lazy("detail", "Where the appeal is made from"),
    "at": pgettext_lazy("detail", "Where"),
    "body": pgettext_lazy("detail", "Which body"),
    "by": pgettext_lazy("detail", "By whom"),
    "category": pgettext_lazy("detail", "Category"),
    "cause": pgettext_lazy("detail", "Caused by"),
    "channel": pgettext_lazy("detail", "Handed in at"),
    "cite": pgettext_lazy("detail", "Citation"),
    "country": pgettext_lazy("detail", "Country"),
    "crossing": pgettext_lazy("detail", "Crossing of the border"),
    "days": pgettext_lazy("detail", "Days"),
    "delivered": pgettext_lazy("detail", "Delivered"),
    "departure_period": pgettext_lazy("detail", "Period for leaving"),
    "document": pgettext_lazy("detail", "Document"),
    "duration": pgettext_lazy("detail", "Duration"),
    "form": pgettext_lazy("detail", "Form"),
    "from": pgettext_lazy("detail", "From"),
    "ground": pgettext_lazy("detail", "Ground"),
    "held": pgettext_lazy("detail", "Held"),
    "in": pgettext_lazy("detail", "In"),
    "inadmissible_ground": pgettext_lazy("detail", "Ground of inadmissibility"),
    "kind": pgettext_lazy("detail", "Kind"),
    "level": pgettext_lazy("detail", "Level"),
    "manner": pgettext_lazy("detail", "Manner of entry"),
    "mode": pgettext_lazy("detail", "How it was served"),
    "months": pgettext_lazy("detail", "Months"),
    "note": pgettext_lazy("detail", "Note"),
    "of": pgettext_lazy("detail", "Of what"),
    "ordered_by": pgettext_lazy("detail", "Ordered by"),
    "outcome": pgettext_lazy("detail", "Outcome"),
    "place": pgettext_lazy("detail", "Place"),
    "precision": pgettext_lazy("detail", "How exact the date is"),
    "procedure": pgettext_lazy("detail", "Procedure"),
    "purpose": pgettext_lazy("detail", "Purpose"),
    "reasoned": pgettext_lazy("detail", "Day of the full reasons"),
    "remedy_notice": pgettext_lazy("detail", "Instruction on remedies"),
    "renewal": pgettext_lazy("detail", "Renewal"),
    "rule": pgettext_lazy("detail", "Rule of the body"),
    "state": pgettext_lazy("detail", "State"),
    "statement": pgettext_lazy("detail", "Statement"),
    "status": pgettext_lazy("detail", "Status"),
    "time": pgettext_lazy("detail", "Time of day"),
    "to": pgettext_lazy("detail", "To whom"),
    "track": pgettext_lazy("detail", "Track"),
    "until": pgettext_lazy("detail", "Until"),
    "urgency": pgettext_lazy("detail", "Urgency"),
    "with": pgettext_lazy("detail", "With whom"),
    "wording": pgettext_lazy("detail", "As it is written"),
    "years": pgettext_lazy("detail", "Years"),
}

_LETTERS: Labels = {
    letter: format_lazy("{article}({letter})", article=_("Regulation (EU) 2024/1348, article 42(1)"), letter=letter)
    for letter in "abcdefghij"
}

# By detail, then by value. One value of one detail has one meaning in all events.
VALUE_LABELS: Mapping[str, Labels] = {
    "addressee": {"person": _("the person"), "representative": _("the representative")},
    "appeal_from": {"inside": _("inside the country"), "abroad": _("abroad")},
    "at": {"border": _("at the border"), "inland": _("inside the country")},
    "category": {"take_charge": _("Take charge"), "take_back": _("Take back")},
    "cause": {"applicant": _("the applicant"), "authority": _("the authority")},
    "channel": {
        "in_country": _("inside the country"),
        "border": _("at the border"),
        "mission": _("at a mission abroad"),
    },
    "crossing": {"regular": _("regular"), "irregular": _("irregular")},
    "delivered": {"present": _("in the person's presence"), "absent": _("in the person's absence")},
    "departure_period": {
        "granted": pgettext_lazy("period for leaving", "Granted"),
        "refused": pgettext_lazy("period for leaving", "Not granted"),
    },
    "form": {"written": _("In writing"), "oral": _("Orally"), "reasoned": _("With full reasons")},
    "ground": {
        **_LETTERS,
        "danger": _("Danger"),
        "cessation": _("Cessation"),
        "exclusion": _("Exclusion"),
        "misrepresentation": _("Misrepresentation"),
    },
    "held": {"over_72_hours": _("longer than 72 hours")},
    "inadmissible_ground": {
        "first_country": _("First country of asylum"),
        "safe_third_country": _("Safe third country"),
        "protected_elsewhere": _("Already protected in another state"),
        "international_court": _("Surrendered to an international court"),
        "late_after_return": _("Applied too late after a return decision"),
        "no_new_elements": _("No new elements"),
    },
    "kind": {
        "admissibility": pgettext_lazy("kind", "Admissibility"),
        "appeal": pgettext_lazy("kind", "Appeal"),
        "basic": pgettext_lazy("kind", "First, basic"),
        "brief": pgettext_lazy("kind", "Brief"),
        "detention": pgettext_lazy("kind", "Detention"),
        "document": pgettext_lazy("kind", "Document"),
        "explicit": pgettext_lazy("kind", "Declared by the person"),
        "fingerprints": pgettext_lazy("kind", "Fingerprints"),
        "first_instance": pgettext_lazy("kind", "First instance"),
        "guardian": pgettext_lazy("kind", "Guardian"),
        "implicit": pgettext_lazy("kind", "Held to be withdrawn"),
        "lawyer": pgettext_lazy("kind", "Lawyer"),
        "merits": pgettext_lazy("kind", "On the merits"),
        "other": pgettext_lazy("kind", "Other"),
        "reconsider": pgettext_lazy("kind", "Reconsider"),
        "reopen": pgettext_lazy("kind", "Reopen"),
        "representative": pgettext_lazy("kind", "Representative"),
        "rescind": pgettext_lazy("kind", "Rescind"),
        "responsibility": pgettext_lazy("kind", "Responsibility"),
        "statement": pgettext_lazy("kind", "Statement"),
        "take_back": pgettext_lazy("kind", "Take back"),
        "take_charge": pgettext_lazy("kind", "Take charge"),
    },
    "level": {"officer": _("Officer"), "tribunal": _("Tribunal"), "court": _("Court")},
    "manner": {"regular": _("regular"), "irregular": _("irregular")},
    "mode": {
        "received": _("Received by the person"),
        "sent": _("Sent"),
        "posted": _("Sent by post"),
        "oral": _("Told orally"),
        "deemed": _("Deemed served"),
    },
    "ordered_by": {"authority": _("the authority"), "court": _("a court")},
    "outcome": {
        "accepted": pgettext_lazy("outcome", "Accepted"),
        "admissible": pgettext_lazy("outcome", "Admissible"),
        "admitted": pgettext_lazy("outcome", "Admitted to the procedure"),
        "annulled": pgettext_lazy("outcome", "Decision annulled"),
        "confirmed": pgettext_lazy("outcome", "Confirmed"),
        "dismissed": pgettext_lazy("outcome", "Dismissed"),
        "excluded": pgettext_lazy("outcome", "Excluded from protection"),
        "extended": pgettext_lazy("outcome", "Extended"),
        "granted": pgettext_lazy("outcome", "Granted"),
        "humanitarian": pgettext_lazy("outcome", "Humanitarian status"),
        "inadmissible": pgettext_lazy("outcome", "Inadmissible"),
        "lifted": pgettext_lazy("outcome", "Lifted"),
        "manifestly_unfounded": pgettext_lazy("outcome", "Rejected as manifestly unfounded"),
        "ordered": pgettext_lazy("outcome", "Detention ordered"),
        "refugee": pgettext_lazy("outcome", "Refugee status"),
        "refused": pgettext_lazy("outcome", "Refused"),
        "rejected": pgettext_lazy("outcome", "Rejected"),
        "released": pgettext_lazy("outcome", "Released"),
        "remitted": pgettext_lazy("outcome", "Sent back for a new decision"),
        "silent_acceptance": pgettext_lazy("outcome", "Accepted by silence"),
        "struck_out": pgettext_lazy("outcome", "Struck out"),
        "subsidiary": pgettext_lazy("outcome", "Subsidiary protection"),
        "temporary_asylum": pgettext_lazy("outcome", "Temporary asylum"),
        "terminated": pgettext_lazy("outcome", "Procedure ended without a decision on the merits"),
        "upheld": pgettext_lazy("outcome", "Detention upheld"),
    },
    "precision": {"day": _("to the day"), "month": _("to the month"), "year": _("to the year")},
    "procedure": {
        "asylum": _("Asylum"),
        "family_reunification": _("Family reunification"),
        "other": pgettext_lazy("procedure", "Other"),
        "refugee_status": _("Refugee status"),
        "residence_permit": _("Residence permit"),
        "statelessness": _("Statelessness"),
        "subsequent": _("Subsequent application"),
        "temporary_asylum": _("Temporary asylum"),
        "work_permit": _("Work permit"),
    },
    "purpose": {
        "applicant": _("Procedure of an applicant"),
        "criminal": _("Criminal proceedings"),
        "entry": _("Decision on entry"),
        "extradition": _("Extradition"),
        "return": _("Return"),
        "transfer": _("Transfer to another state"),
    },
    "remedy_notice": {"correct": _("correct"), "missing_or_wrong": _("missing or wrong")},
    "statement": {"unclear": _("unclear")},
    "to": {"registering": _("the authority that registers"), "other": _("another authority")},
    "track": {
        "regular": _("Regular procedure"),
        "accelerated": _("Accelerated procedure"),
        "border": _("Border procedure"),
        "admissibility": _("Admissibility procedure"),
        "responsibility": _("Responsibility procedure"),
        "detained_accelerated": _("Accelerated procedure in detention"),
    },
    "urgency": {"urgent": _("urgent")},
}

FACT_LABELS: Labels = {
    "nationality": _("Nationality"),
    "claimed_nationality": _("Nationality claimed but disputed"),
    "habitual_residence": _("Country of former habitual residence"),
    "sex": _("Sex"),
    "born": _("Born"),
    "family": _("Cases of the family"),
    "region": _("Region whose holidays count"),
    "unaccompanied_minor": _("Minor without a responsible adult"),
    "relocated": _("Relocated from another EU state"),
    "abroad": _("Lives abroad when a decision is notified"),
    "accelerated_ground": _("Grounds of acceleration the authority relies on"),
    "lawful_on_2022_02_24": _("Lawfully in the country on 24 February 2022"),
    "law_of_return": _("Entitled under the Law of Return"),
    "national_family": _("Spouse or child is a national of the country of asylum"),
}

# Languages that CLDR does not name in every language of the desk.
SPOKEN_LABELS: Labels = {
    "aeb": _("Tunisian Arabic"),
    "arq": _("Algerian Arabic"),
    "ary": _("Moroccan Arabic"),
    "arz": _("Egyptian Arabic"),
    "mls": _("Masalit"),
    "sgh": _("Shughni"),
}


def event_label(name: str) -> str:
    """Return what an event is called."""
    return str(EVENT_LABELS.get(name) or _plain(name))


def detail_label(key: str) -> str:
    """Return what a detail of an event is called."""
    return str(DETAIL_LABELS.get(key) or _plain(key))


def value_label(key: str, value: str) -> str:
    """Return what a value of a detail is called; a value that is not one of a list is returned as it is."""
    return str(VALUE_LABELS.get(key, {}).get(value, value))


def fact_label(key: str) -> str:
    """Return what a fact about a person that the law asks about is called."""
    return str(FACT_LABELS.get(key) or _plain(key))


def country_label(code: str) -> str:
    """Return the name of a country by its code of two or three letters, the code itself when there is none."""
    asked = code.upper()
    if asked == "XXX":
        return str(_("stateless"))
    short = get_global("territory_aliases").get(asked, [asked])[0] if len(asked) == 3 else asked
    return str(_locale().territories.get(short, code))


def language_label(code: str, dialect: str = "") -> str:
    """Return the name of a language by its ISO 639 code, with a dialect that says more than the name.

    For a language that no list knows the dialect stands alone, or else the code.
    """
    listed = SPOKEN_LABELS.get(code) or _locale().languages.get(code.replace("-", "_"))
    in_english = _in_english(code)
    named = str(listed or in_english)
    if not named:
        return dialect or code
    said = {word.casefold() for word in ("", code, named, in_english)}
    return named if dialect.strip().casefold() in said else f"{named} ({dialect})"


def _in_english(code: str) -> str:
    with override("en"):
        return str(SPOKEN_LABELS.get(code) or Locale("en").languages.get(code, ""))


def reader_language() -> Language:
    """Return the language of the request, for the sentences of the law ring."""
    return language(get_language() or "en")


def event_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return all events in their groups, as a grouped `<select>` wants them."""
    return [(str(group), [(name, str(label)) for name, label in events.items()]) for group, events in EVENT_GROUPS]


def value_choices(key: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """Return values of a detail with their words, sorted by the words; empty for no values."""
    return sorted(((value, value_label(key, value)) for value in values), key=lambda pair: pair[1])


def _plain(word: str) -> str:
    text = word.replace("_", " ")
    return text[:1].upper() + text[1:]


def _locale() -> Locale:
    try:
        return Locale.parse(get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
