"""Russia: temporary asylum that ends every year, petitions nobody decides, a fine, an expulsion."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from asylon.desk.content import CaseContent, PersonContent, SafeContact
from asylon.desk.democase.moments import Moments, years_before
from asylon.desk.democase.people import names, native, needs, other_name, paper, reach, speaks, unsafe
from asylon.desk.democase.shapes import DemoCase, DemoEvent, DemoFamily, DemoPerson, course, happened
from asylon.law import load_packs, read_timeline
from asylon.law.assess import assess_duties

RENEWAL_RULE, RENEWAL_DAYS = "RU-12", 9
YEARS_OF_RENEWAL = 8
STATUS = "refugee_status"
REFUSAL = "refugee_status refusal"

NIZAR = DemoPerson(
    "nizar",
    PersonContent(
        names=names(
            "Nizar Qassabji",
            native("نزار قصبجي", "Arab"),
            other_name("alias", "Низар Кассабжи", "Cyrl"),
            other_name("mother", "Fatima Harastani"),
        ),
        born="1979-10/1979-11",
        born_wording="in the autumn of 1979, when the pistachios had been sold",
        sex="m",
        nationalities=("SYR",),
        languages=(needs("ar", "Aleppo"), speaks("ru", "market Russian")),
        papers=(
            paper("passport, expired", 2101, "Syria"),
            paper("certificate of temporary asylum", 2102, "Ministry of the Interior"),
        ),
        contacts=(
            reach("telegram", "@invented_tailor", "answers after nine in the evening"),
            unsafe("phone", "+7 000 000-00-21", "the number is known to the district officer"),
        ),
        safe_contact=SafeContact(
            preferred="telegram",
            who_may_answer="only Nizar or his wife",
            never_say="asylum, lawyer, court",
            times="after 21:00, never on Fridays before 15:00",
            code_word="the coat is ready",
        ),
        risks=("checked by the district officer", "police watch the workshop"),
        note="Tailor. Sews in a cellar workshop; the landlord keeps his papers 'for safety'.",
    ),
)
RIMA = DemoPerson(
    "rima",
    PersonContent(
        names=names("Rima Qassabji", native("ريما قصبجي", "Arab"), other_name("maiden", "Rima Dabbagh")),
        born="1986",
        born_wording="the year her brother went to school",
        sex="f",
        nationalities=("SYR",),
        languages=(needs("ar", "Aleppo"),),
        papers=(paper("family booklet, copy", 2103, "Syria"),),
        contacts=(reach("through", "through her husband"),),
    ),
)
SHAM = DemoPerson(
    "sham",
    PersonContent(
        names=names("Sham Qassabji", native("شام قصبجي", "Arab")),
        born="2018-02-11",
        sex="f",
        nationalities=("SYR",),
        languages=(speaks("ru"), speaks("ar", "at home")),
        papers=(paper("birth certificate", 2104, "registry office"),),
        note="Born in Russia. The school asks for a residence registration every September.",
    ),
)
ANAS = DemoPerson(
    "anas",
    PersonContent(
        names=names("Anas Darwish", native("أنس درويش", "Arab"), other_name("father", "Walid Darwish")),
        born="1998-03-02",
        sex="m",
        nationalities=("SYR",),
        languages=(needs("ar", "Idlib"), speaks("en")),
        papers=(paper("military booklet, photograph only", 2201, "Syria"),),
        contacts=(reach("signal", "+1 202 555 0121"),),
        safe_contact=SafeContact(preferred="signal", times="weekdays after 18:00"),
        risks=("called up by the army he left",),
    ),
)
TARIQ = DemoPerson(
    "tariq",
    PersonContent(
        names=names("Tariq Darwish", native("طارق درويش", "Arab"), other_name("called", "Abu Walid")),
        born="1988",
        born_wording="around the olive harvest of 1988",
        sex="m",
        is_stateless=True,
        languages=(needs("ar", "Palestinian, Yarmouk camp"),),
        papers=(paper("travel document for Palestinian refugees", 2202, "Syria", "2021-05-01"),),
        contacts=(unsafe("phone", "+7 000 000-00-22", "seized with the papers at the check"),),
        safe_contact=SafeContact(
            preferred="through his brother",
            who_may_answer="Anas",
            never_say="do not name the hostel",
            phone_seized=True,
        ),
        risks=("phone seized", "threatened with expulsion at every check"),
        note="Half-brother of Anas by the father; Palestinian from Yarmouk, registered with UNRWA.",
    ),
)
SHOHIN = DemoPerson(
    "shohin",
    PersonContent(
        names=names("Shohin Nazarshoev", native("Шоҳин Назаршоев", "Cyrl"), other_name("mother", "Mavluda")),
        born="1990-06-14",
        sex="m",
        nationalities=("TJK",),
        languages=(needs("sgh", "Shughni"), speaks("tg"), speaks("ru")),
        papers=(paper("passport", 2301, "Tajikistan", "2028-01-09"),),
        contacts=(unsafe("phone", "+7 000 000-00-23", "seized at the arrest, unlocked by the police"),),
        safe_contact=SafeContact(
            preferred="through his wife; in person on visiting days",
            who_may_answer="Gulnora",
            never_say="nothing about the asylum petition in front of the guards",
            code_word="greetings from Khorog",
            phone_seized=True,
        ),
        risks=("phone seized", "informer feared in the cell", "home state asks for him"),
    ),
)
GULNORA = DemoPerson(
    "gulnora",
    PersonContent(
        names=names("Gulnora Nazarshoeva", native("Гулнора Назаршоева", "Cyrl"), other_name("called", "Gulya")),
        born="1993-09",
        sex="f",
        nationalities=("TJK", "RUS"),
        languages=(speaks("ru"), speaks("sgh", "Shughni")),
        contacts=(reach("whatsapp", "+44 7700 900231", "a number of a friend abroad, passed on the same day"),),
        safe_contact=SafeContact(preferred="whatsapp", times="not during the night shift, Monday to Thursday"),
    ),
)


@lru_cache(maxsize=8)
def renewal_end(today: date) -> date:
    """Return the printed end of a temporary asylum whose renewal is due nine days after `today`.

    The packs are asked, not this module. Where no printed end gives nine days (the ninth day is a day
    off, so that the law ends the term before it) the nearest is taken, the earlier one of two.
    """
    packs = load_packs()
    best: tuple[tuple[int, int], date] | None = None
    for ahead in range(RENEWAL_DAYS, 80):
        until = today + timedelta(days=ahead)
        granted = {
            "on": years_before(until, 1).isoformat(),
            "event": "temporary_asylum_granted",
            "until": until.isoformat(),
        }
        timeline = read_timeline({"case": "renewal", "jurisdiction": "ru", "events": [granted]})
        for duty in assess_duties(timeline, packs, on=today):
            if duty.rule == RENEWAL_RULE and duty.days is not None:
                rank = abs(duty.days - RENEWAL_DAYS), duty.days
                best = min(best or (rank, until), (rank, until))
    assert best is not None, "the pack of Russia knows no renewal"
    return best[1]


def families(today: date) -> tuple[DemoFamily, ...]:
    """Return the families whose cases are before Russian authorities."""
    now = Moments(today)
    return _tailor(now), _waiting(now), _detained(now)


def _tailor(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="qassabji",
        name="Qassabji",
        members=(NIZAR, RIMA, SHAM),
        relations=(("nizar", "spouse", "rima"), ("nizar", "parent", "sham"), ("rima", "parent", "sham")),
        cases=(_nizar(now),),
    )


def _nizar(now: Moments) -> DemoCase:
    return DemoCase(
        key="ru-nizar",
        jurisdiction="ru",
        content=CaseContent(
            title="Temporary asylum, renewed every year",
            summary="Tailor from Aleppo. Refugee status refused, courts dismissed: 'life there is normal'. "
            "Since then temporary asylum, one year at a time.",
            reference="RU/2102",
        ),
        people=(("nizar", "applicant"), ("rima", "dependant"), ("sham", "dependant")),
        lead="daniil",
        members=(("sam", "interpreter"),),
        attributes={"nationality": "SYR", "unaccompanied_minor": False},
        events=(*_refusal_of_status(now), *_courts(now), *_yearly(renewal_end(now.today))),
        notes=(
            "The application for the next year goes in on paper, in person, with the old certificate. "
            "Go with him: last year the window sent him away twice.",
            "The office wants a tenancy contract. The landlord signs only against money.",
        ),
        proceedings=(
            course("first_instance", "Migration department of the region", "INVENTED-RU-1"),
            course("appeal", "District court", "INVENTED-2a-11", "judge not named in our copy"),
            course("further_appeal", "Regional court", "INVENTED-33a-7"),
        ),
    )


def _refusal_of_status(now: Moments) -> tuple[DemoEvent, ...]:
    refused = now.office(years=11, days=345)
    return (
        happened(now.month(years=13), "arrival", crossing="regular", note="business visa, by air from Latakia"),
        happened(now.office(years=12, days=60), "lodged", procedure=STATUS, paper="stamped copy of the petition"),
        happened(now.office(years=12, days=56), "decision_preliminary", procedure=STATUS, outcome="admitted"),
        happened(now.office(years=12, days=55), "notification", of="decision_preliminary", mode="received"),
        happened(now.office(years=12, days=55), "document_issued", document="certificate"),
        happened(now.office(years=12, days=20), "interview", procedure=STATUS, kind="merits"),
        happened(refused, "decision_first_instance", procedure=STATUS, outcome="rejected", paper="third page missing"),
        happened(now.office(years=11, days=344), "notification", of="decision_first_instance", mode="received"),
        happened(now.office(years=11, days=330), "complaint_lodged", procedure=STATUS, against=REFUSAL),
        happened(
            now.office(years=11, days=310), "complaint_decided", outcome="dismissed", procedure=STATUS, against=REFUSAL
        ),
        happened(now.office(years=11, days=290), "notification", of="complaint_decided", mode="received"),
    )


def _courts(now: Moments) -> tuple[DemoEvent, ...]:
    """Return the two appeals against the refusal of status, both dismissed."""
    first, second = "District court", "Regional court"
    return (
        happened(now.office(years=11, days=290), "appeal_lodged", to=first, procedure=STATUS, against=REFUSAL),
        happened(
            now.office(years=11, days=262),
            "appeal_decided",
            outcome="dismissed",
            body=first,
            note="'Military action is not everywhere; life in Aleppo is normal.'",
            procedure=STATUS,
            against=REFUSAL,
        ),
        happened(
            now.office(years=11, days=245),
            "further_appeal_lodged",
            to=second,
            procedure=STATUS,
            against="appeal_decided",
        ),
        happened(
            now.office(years=11, days=190),
            "appeal_decided",
            outcome="dismissed",
            body=second,
            procedure=STATUS,
            against="appeal_decided",
        ),
    )


def _yearly(until: date) -> tuple[DemoEvent, ...]:
    """Return the grant and every renewal up to the one that ends on `until`."""
    first = Moments(years_before(until, YEARS_OF_RENEWAL))
    asylum = "temporary_asylum"
    events = [
        happened(first.office(years=1, days=70), "lodged", procedure=asylum, paper="copy with the stamp of receipt"),
        happened(first.office(years=1, days=2), "decision_first_instance", procedure=asylum, outcome=asylum),
        happened(first.office(years=1, days=1), "notification", of="decision_first_instance", mode="received"),
        happened(first.ago(years=1), "temporary_asylum_granted", until=first.ago(), paper="certificate, first page"),
    ]
    for left in range(YEARS_OF_RENEWAL - 1, -1, -1):
        ended = Moments(years_before(until, left + 1))
        renewed = years_before(until, left).isoformat()
        events.append(happened(ended.office(days=55), "renewal_lodged", of="RU-11"))
        events.append(happened(ended.office(days=5), "term_extended", of="RU-11", until=renewed, paper="stamp"))
    return tuple(events)


def _waiting(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="darwish",
        name="Darwish",
        members=(ANAS, TARIQ),
        relations=(("anas", "sibling", "tariq"),),
        cases=(_anas(now), _tariq(now)),
    )


def _anas(now: Moments) -> DemoCase:
    return DemoCase(
        key="ru-anas",
        jurisdiction="ru",
        content=CaseContent("Petition for refugee status", "Three months became ten, without a word.", "RU/2201"),
        people=(("anas", "applicant"),),
        lead="daniil",
        attributes={"nationality": "SYR", "unaccompanied_minor": False},
        events=(
            happened(now.ago(years=1, days=20), "arrival", crossing="regular", note="student visa"),
            happened(now.office(days=318), "lodged", procedure=STATUS, paper="register number on the petition"),
            happened(now.office(days=314), "decision_preliminary", procedure=STATUS, outcome="admitted"),
            happened(now.office(days=312), "notification", of="decision_preliminary", mode="received"),
            happened(
                now.office(days=312),
                "document_issued",
                document="certificate of consideration",
                until=now.ago(days=222),
            ),
            happened(now.office(days=230), "term_extended", of="RU-05", months="3", ground="inquiry abroad"),
            happened(
                now.office(days=32),
                "document_issued",
                document="certificate of consideration",
                until=now.ahead(16),
                paper="new certificate, printed end in hand-writing",
                confirmed=False,
            ),
            happened(now.office_ahead(12), "interview", procedure=STATUS, kind="merits", time="10:00"),
        ),
        notes=("Ask in writing why the decision has not come; the letter is drafted and needs a second reader.",),
        proceedings=(course("first_instance", "Migration department of the city", "INVENTED-RU-2"),),
    )


def _tariq(now: Moments) -> DemoCase:
    return DemoCase(
        key="ru-tariq",
        jurisdiction="ru",
        content=CaseContent(
            "Fine for overstaying; temporary asylum", "Fined while his application lay open.", "RU/2202"
        ),
        people=(("tariq", "applicant"), ("anas", "witness")),
        lead="daniil",
        members=(("noa", "reader"),),
        attributes={"nationality": "XXX", "habitual_residence": "SYR", "unaccompanied_minor": False},
        events=(
            happened(now.ago(days=410), "arrival", crossing="regular"),
            happened(now.ago(days=320), "permit_expiry", document="visa"),
            happened(now.office(days=170), "lodged", procedure="temporary_asylum", paper="copy with stamp"),
            happened(
                now.office(days=5),
                "fine_imposed",
                act="KoAP 18.8(1)",
                amount="3,000 roubles",
                by="district police",
                paper="ruling, served in Russian only",
            ),
            happened(now.office(days=4), "notification", of="fine_imposed", mode="received", addressee="person"),
        ),
        notes=("He signed the ruling without an interpreter. Say so in the complaint, first paragraph.",),
        proceedings=(
            course("first_instance", "Migration department of the city", "INVENTED-RU-3"),
            course("fine", "District police, then the district court", "INVENTED-5-44"),
        ),
    )


def _detained(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="nazarshoev",
        name="Nazarshoev",
        members=(SHOHIN, GULNORA),
        relations=(("shohin", "spouse", "gulnora"),),
        cases=(_shohin(now),),
    )


def _shohin(now: Moments) -> DemoCase:
    return DemoCase(
        key="ru-shohin",
        jurisdiction="ru",
        content=CaseContent(
            title="Expulsion ordered, held in the centre for foreigners",
            summary="Activist from Badakhshan. Arrested at work, expulsion ordered the next day; "
            "asylum asked from the cell.",
            reference="RU/2301",
        ),
        people=(("shohin", "applicant"), ("gulnora", "relative")),
        lead="daniil",
        members=(("noa", "member"),),
        attributes={"nationality": "TJK", "unaccompanied_minor": False, "national_family": True},
        events=_expulsion(now),
        notes=(
            "Rule 39 is closed: the Strasbourg court hears no act of Russia after 16 September 2022. "
            "The Human Rights Committee is open; its interim measure was asked for.",
            "The guard said 'the plane is on Thursdays'. Ring the centre every Wednesday morning.",
        ),
        proceedings=(
            course("detention", "District court", "INVENTED-5-91"),
            course("expulsion", "Regional court", "INVENTED-7-12"),
            course("first_instance", "Migration department of the region", "INVENTED-RU-4"),
            course("international", "Human Rights Committee", "not yet registered"),
        ),
    )


def _expulsion(now: Moments) -> tuple[DemoEvent, ...]:
    start = Moments(date.fromisoformat(now.office(days=24)))
    return (
        happened(now.year(years=4), "arrival", crossing="regular", note="came to work, many entries since"),
        happened(start.ago(days=0), "detention_started", ordered_by="authority", purpose="return", time="21:30"),
        happened(
            start.ahead(1), "detention_reviewed", level="court", outcome="ordered", body="District court", time="16:10"
        ),
        happened(start.ahead(1), "expulsion_order", by="District court", paper="ruling, copy handed over in court"),
        happened(start.ahead(1), "notification", of="expulsion_order", mode="received", confirmed=False),
        happened(
            now.office(days=16),
            "appeal_lodged",
            against="expulsion_order",
            to="Regional court",
            paper="copy with the stamp of the centre",
        ),
        happened(now.office(days=11), "lodged", procedure="refugee_status", note="handed to the head of the centre"),
        happened(now.office(days=8), "interim_measure_requested", body="Human Rights Committee"),
        happened(now.office_ahead(5), "hearing", body="Regional court", kind="appeal", time="11:30"),
    )
