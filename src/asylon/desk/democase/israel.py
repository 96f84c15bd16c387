"""Israel: years without a decision, a split family, licences that end, an expedited refusal."""

from __future__ import annotations

from datetime import date

from asylon.desk.content import CaseContent, PersonContent, SafeContact
from asylon.desk.democase.moments import FRIDAY_SATURDAY, Moments
from asylon.desk.democase.people import hebrew, names, native, needs, other_name, paper, reach, speaks, unsafe
from asylon.desk.democase.shapes import DemoCase, DemoEvent, DemoFamily, DemoPerson, course, happened

UNIT = "Asylum unit of the Population Authority"
LICENCE = "2(a)(5) licence"

ALES = DemoPerson(
    "ales",
    PersonContent(
        names=names(
            "Ales Kavalenka",
            native("Алесь Каваленка", "Cyrl"),
            hebrew("אלס קבלנקה"),
            other_name("alias", "Aleksandr Kovalenko"),
            other_name("mother", "Halina"),
        ),
        born="1987-04-19",
        sex="m",
        nationalities=("BLR",),
        languages=(speaks("be"), speaks("ru"), needs("he")),
        papers=(paper("passport, expired", 1101, "Belarus"), paper("asylum seeker's permit", 1102, UNIT)),
        contacts=(
            reach("signal", "+44 7700 900101"),
            unsafe("phone", "+972 50 000 0011", "in the name of his employer"),
        ),
        safe_contact=SafeContact(
            preferred="signal",
            who_may_answer="only Ales",
            never_say="names of people who are still in Minsk",
            times="after 17:00",
            code_word="cornflowers",
        ),
        risks=("relatives in Minsk questioned", "wanted in Belarus"),
        note="Electrician; filmed the beatings in the yard of his house. The film is with us, sealed.",
    ),
)
VOLHA = DemoPerson(
    "volha",
    PersonContent(
        names=names(
            "Volha Kavalenka",
            native("Вольга Каваленка", "Cyrl"),
            hebrew("וולהה קבלנקה"),
            other_name("maiden", "Volha Sidarenka"),
        ),
        born="1989-12-02",
        sex="f",
        nationalities=("BLR",),
        languages=(speaks("be"), speaks("ru"), needs("he")),
        papers=(paper("passport", 1103, "Belarus", "2029-02-01"),),
        contacts=(reach("signal", "+44 7700 900102"), reach("through", "the neighbour on the second floor")),
        safe_contact=SafeContact(preferred="signal", times="while the children are at school"),
        risks=("removal fixed", "panic attacks"),
    ),
)
YANKA = DemoPerson(
    "yanka",
    PersonContent(
        names=names("Yanka Kavalenka", native("Янка Каваленка", "Cyrl"), hebrew("ינקה קבלנקה")),
        born="2013-08-30",
        sex="m",
        nationalities=("BLR",),
        languages=(speaks("he"), speaks("ru")),
        note="Interprets for the family. Do not use him as an interpreter.",
    ),
)
MIKITA = DemoPerson(
    "mikita",
    PersonContent(
        names=names("Mikita Kavalenka", native("Мікіта Каваленка", "Cyrl"), hebrew("מיקיטה קבלנקה")),
        born="2017-01-15",
        sex="m",
        nationalities=("BLR",),
        languages=(speaks("he"), speaks("ru")),
        note="Asthma; letter of the clinic is in the file.",
    ),
)
FILMON = DemoPerson(
    "filmon",
    PersonContent(
        names=names(
            "Filmon Ghebrezghi",
            native("ፊልሞን ገብረዝጊ", "Ethi"),
            hebrew("פילמון גברזגי"),
            other_name("mother", "Letebrhan"),
        ),
        born="1986",
        born_wording="in the year after the great drought",
        sex="m",
        nationalities=("ERI",),
        languages=(needs("ti", "highland"), speaks("ar"), speaks("he", "spoken only")),
        papers=(paper("conditional release licence", 1201, "Population Authority"),),
        contacts=(reach("whatsapp", "+972 50 000 0012"),),
        safe_contact=SafeContact(
            preferred="whatsapp",
            who_may_answer="Filmon or Semhar",
            never_say="anything about the payments of the embassy",
            times="Sunday to Thursday after 19:00",
        ),
        risks=("embassy collects money and names",),
        note="Deserted after nine years of national service. Kitchen worker.",
    ),
)
SEMHAR = DemoPerson(
    "semhar",
    PersonContent(
        names=names("Semhar Tesfay", native("ሰምሃር ተስፋይ", "Ethi"), hebrew("סמהר טספאי")),
        born="1991-05",
        sex="f",
        nationalities=("ERI",),
        languages=(needs("ti"), speaks("he")),
        papers=(paper("conditional release licence", 1202, "Population Authority"),),
        contacts=(reach("whatsapp", "+972 50 000 0013"),),
        risks=("held for ransom in Sinai: ask only with her consent",),
    ),
)
LIYA = DemoPerson(
    "liya",
    PersonContent(
        names=names("Liya Ghebrezghi", hebrew("ליה גברזגי")),
        born="2021-11-08",
        sex="f",
        nationalities=("ERI",),
        languages=(speaks("he"), speaks("ti")),
        papers=(paper("notice of live birth", 1203, "hospital"),),
    ),
)
ADAM = DemoPerson(
    "adam",
    PersonContent(
        names=names("Adam Ishaq Abdallah", native("آدم إسحاق عبد الله", "Arab"), hebrew("אדם יצחק עבדאללה")),
        born="1983/1985",
        born_wording="two rains before the locusts",
        sex="m",
        nationalities=("SDN",),
        languages=(needs("mls", "Masalit"), speaks("ar", "Darfur"), speaks("he")),
        papers=(paper("temporary residence licence A/5", 1301, "Population Authority"),),
        contacts=(reach("phone", "+972 50 000 0014"),),
        safe_contact=SafeContact(preferred="phone", times="never on Fridays"),
        note="From a village near El Geneina that is no longer there.",
    ),
)
YASIR = DemoPerson(
    "yasir",
    PersonContent(
        names=names("Yasir Ishaq", native("ياسر إسحاق", "Arab"), hebrew("יאסר יצחק")),
        born="2011",
        born_wording="his uncle says 2011, the office wrote 2008",
        sex="m",
        nationalities=("SDN",),
        languages=(needs("mls", "Masalit"), needs("ar", "Darfur")),
        contacts=(reach("through", "through his uncle Adam"),),
        safe_contact=SafeContact(
            preferred="through Adam", who_may_answer="Adam", never_say="do not ask of his parents"
        ),
        risks=("child alone", "age disputed"),
    ),
)
GLEB = DemoPerson(
    "gleb",
    PersonContent(
        names=names("Gleb Zaretsky", native("Глеб Зарецкий", "Cyrl"), hebrew("גלב זרצקי")),
        born="1999-07-23",
        sex="m",
        nationalities=("RUS",),
        languages=(speaks("ru"), speaks("en")),
        papers=(paper("passport", 1401, "Russia", "2030-06-15"), paper("call-up order", 1402, "Russia")),
        contacts=(reach("telegram", "@invented_gleb"), unsafe("email", "gleb@example.org", "read at his old work")),
        safe_contact=SafeContact(
            preferred="telegram", who_may_answer="Gleb or Artur", never_say="that they live together"
        ),
        risks=("wanted for evading the draft",),
    ),
)
ARTUR = DemoPerson(
    "artur",
    PersonContent(
        names=names("Artur Magomedov", native("Артур Магомедов", "Cyrl"), hebrew("ארתור מגומדוב")),
        born="1997-02-10",
        sex="m",
        nationalities=("RUS",),
        languages=(speaks("ru"), speaks("av", "Avar")),
        papers=(paper("passport", 1403, "Russia", "2028-09-01"),),
        contacts=(
            reach("signal", "+44 7700 900104"),
            unsafe("phone", "+972 50 000 0015", "his brothers have this number"),
        ),
        safe_contact=SafeContact(
            preferred="signal",
            who_may_answer="only Artur",
            never_say="the word partner; the town",
            code_word="the train to Haifa",
        ),
        risks=("hunted by his family", "informer feared among countrymen"),
    ),
)


def families(today: date) -> tuple[DemoFamily, ...]:
    """Return the families whose cases are before Israeli authorities."""
    now = Moments(today, FRIDAY_SATURDAY)
    return _split(now), _eritrean(now), _darfur(now), _couple(now)


def _split(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="kavalenka",
        name="Kavalenka",
        members=(ALES, VOLHA, YANKA, MIKITA),
        relations=(
            ("ales", "spouse", "volha"),
            ("ales", "parent", "yanka"),
            ("ales", "parent", "mikita"),
            ("volha", "parent", "yanka"),
            ("volha", "parent", "mikita"),
            ("yanka", "sibling", "mikita"),
        ),
        cases=(_ales(now), _volha(now)),
    )


def _ales(now: Moments) -> DemoCase:
    return DemoCase(
        key="il-ales",
        jurisdiction="il",
        content=CaseContent(
            "Asylum, no decision", "Protester from Minsk. Interviewed once, then silence for years.", "IL/1101"
        ),
        people=(("ales", "applicant"),),
        lead="noa",
        attributes={"nationality": "BLR", "unaccompanied_minor": False},
        events=(
            happened(now.ago(years=5, days=12), "arrival", until=now.ago(years=4, days=290), paper="entry slip"),
            happened(now.office(years=4, days=300), "lodged", procedure="asylum", paper="receipt of the unit"),
            happened(now.office(years=4, days=290), "interview", procedure="asylum", kind="basic"),
            happened(now.office(years=4, days=288), "document_issued", document="asylum seeker's permit"),
            happened(now.office(years=3, days=130), "interview", procedure="asylum", kind="merits", note="six hours"),
            happened(
                now.office(days=155),
                "permit_issued",
                document=LICENCE,
                until=now.ahead(25),
                paper="sticker in the permit",
            ),
        ),
        notes=(
            "Fourth letter to the unit sent. No answer to the first three. Prepare a petition against the inaction.",
            "His permit and her removal are two files with two clerks. Tell each clerk of the other in writing.",
        ),
        proceedings=(course("first_instance", UNIT, "INVENTED-IL-1"),),
    )


def _volha(now: Moments) -> DemoCase:
    return DemoCase(
        key="il-volha",
        jurisdiction="il",
        content=CaseContent(
            "Wife and children refused, day of departure fixed",
            "Refused because 'the husband's claim is his own'. His claim is undecided.",
            "IL/1103",
        ),
        people=(("volha", "applicant"), ("yanka", "dependant"), ("mikita", "dependant"), ("ales", "witness")),
        lead="noa",
        members=(("daniil", "reader"),),
        attributes={"nationality": "BLR", "unaccompanied_minor": False},
        events=_refusal_of_volha(now),
        notes=(
            "The tribunal has not ruled on the interim order. If it has not by noon two days before the departure, "
            "ring the duty judge.",
            "School and clinic letters are in. The letter of the class is unsigned: ask the teacher.",
        ),
        proceedings=(
            course("first_instance", UNIT, "INVENTED-IL-2"),
            course("appeal", "Appeals Tribunal, Tel Aviv", "INVENTED-IL-T-2", "Judge B. (invented)"),
        ),
    )


def _refusal_of_volha(now: Moments) -> tuple[DemoEvent, ...]:
    leave = now.office_ahead(13)
    return (
        happened(now.ago(years=2, days=40), "arrival", until=now.ago(years=1, days=315), paper="entry slips"),
        happened(now.office(years=2, days=10), "lodged", procedure="asylum"),
        happened(now.office(years=1, days=360), "interview", procedure="asylum", kind="basic"),
        happened(now.office(days=120), "interview", procedure="asylum", kind="merits", note="children not heard"),
        happened(
            now.office(days=24),
            "decision_first_instance",
            procedure="asylum",
            outcome="rejected",
            paper="letter of one page, in Hebrew",
        ),
        happened(
            now.office(days=21),
            "notification",
            of="decision_first_instance",
            mode="received",
            addressee="person",
            until=leave,
            paper="letter with the day of departure",
        ),
        happened(now.office(days=14), "reconsideration_requested", procedure="asylum", against="asylum refusal"),
        happened(now.office(days=9), "appeal_lodged", against="asylum refusal", to="Appeals Tribunal, Tel Aviv"),
        happened(now.office(days=9), "stay_requested", against="asylum refusal", to="Appeals Tribunal, Tel Aviv"),
        happened(now.office(days=7), "deportation_order", by="Population Authority", until=leave),
        happened(now.office(days=6), "notification", of="deportation_order", until=leave, confirmed=False),
        happened(now.office_ahead(6), "hearing", body="Appeals Tribunal, Tel Aviv", kind="other", time="09:00"),
    )


def _eritrean(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="ghebrezghi",
        name="Ghebrezghi",
        members=(FILMON, SEMHAR, LIYA),
        relations=(("filmon", "spouse", "semhar"), ("filmon", "parent", "liya"), ("semhar", "parent", "liya")),
        cases=(_filmon(now),),
    )


def _filmon(now: Moments) -> DemoCase:
    return DemoCase(
        key="il-filmon",
        jurisdiction="il",
        content=CaseContent(
            "Asylum, waiting eleven years", "Deserter. Held in the desert, released, never decided.", "IL/1201"
        ),
        people=(("filmon", "applicant"), ("semhar", "dependant"), ("liya", "dependant")),
        lead="noa",
        attributes={"nationality": "ERI", "unaccompanied_minor": False},
        events=(
            happened(now.month(years=13, days=60), "arrival", crossing="irregular", note="through Sinai"),
            happened(now.ago(years=13, days=20), "deportation_order", by="border officer"),
            happened(now.ago(years=13, days=20), "detention_started", purpose="entry", ordered_by="authority"),
            happened(now.office(years=13, days=19), "detention_reviewed", level="officer", outcome="ordered"),
            happened(now.office(years=13, days=18), "detention_reviewed", level="tribunal", outcome="upheld"),
            happened(now.office(years=13, days=1), "detention_ended", by="Detention Review Tribunal"),
            happened(now.office(years=11, days=90), "lodged", procedure="asylum"),
            happened(now.office(years=9, days=200), "interview", procedure="asylum", kind="basic"),
            happened(now.office(days=163), "permit_issued", document=LICENCE, until=now.ahead(18), paper="sticker"),
        ),
        notes=(
            "Eleven years after lodging there is no decision. The figures for the petition are collected.",
            "Liya is not entered on the licence. The kindergarten asks.",
        ),
        proceedings=(course("first_instance", UNIT, "INVENTED-IL-3"),),
    )


def _darfur(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="ishaq",
        name="Ishaq",
        members=(ADAM, YASIR),
        relations=(("adam", "guardian", "yasir"),),
        cases=(_adam(now), _yasir(now)),
    )


def _adam(now: Moments) -> DemoCase:
    return DemoCase(
        key="il-adam",
        jurisdiction="il",
        content=CaseContent(
            "Humanitarian licence, its renewal", "Dates from memory; the old papers burned.", "IL/1301"
        ),
        people=(("adam", "applicant"),),
        lead="noa",
        members=(("sam", "interpreter"),),
        attributes={"nationality": "SDN", "unaccompanied_minor": False},
        events=(
            happened(now.year(years=14), "arrival", crossing="irregular", note="on foot, in the cold months"),
            happened(now.month(years=13), "lodged", procedure="asylum", note="he holds a receipt without a day"),
            happened(
                now.office(years=2, days=30), "decision_first_instance", procedure="asylum", outcome="humanitarian"
            ),
            happened(now.office(years=2, days=25), "notification", of="decision_first_instance", mode="received"),
            happened(now.office(days=338), "permit_issued", document="A/5", until=now.ahead(27), paper="licence"),
            happened(now.office(days=12), "renewal_lodged", of="A/5"),
        ),
        notes=("The month of lodging decides whether he was within the year. Ask the unit for its register.",),
        proceedings=(course("first_instance", UNIT, "INVENTED-IL-4"),),
    )


def _yasir(now: Moments) -> DemoCase:
    return DemoCase(
        key="il-yasir",
        jurisdiction="il",
        content=CaseContent("Child alone, age disputed", "Came to his uncle. The office made him an adult.", "IL/1302"),
        people=(("yasir", "applicant"), ("adam", "relative")),
        lead="noa",
        members=(("sam", "interpreter"),),
        attributes={"nationality": "SDN", "unaccompanied_minor": True},
        events=(
            happened(now.ago(days=150), "arrival", crossing="irregular"),
            happened(now.office(days=95), "lodged", procedure="asylum"),
            happened(now.office(days=60), "representative_appointed", kind="guardian"),
            happened(now.office_ahead(20), "interview", procedure="asylum", kind="basic", time="08:30"),
        ),
        notes=("He comes only with Adam and only if the interpreter is from Darfur.",),
        proceedings=(course("first_instance", UNIT, "INVENTED-IL-5"),),
    )


def _couple(now: Moments) -> DemoFamily:
    return DemoFamily(
        key="zaretsky-magomedov",
        name="Zaretsky and Magomedov",
        members=(GLEB, ARTUR),
        relations=(("gleb", "spouse", "artur"),),
        cases=(_gleb(now), _artur(now)),
    )


def _gleb(now: Moments) -> DemoCase:
    return DemoCase(
        key="il-gleb",
        jurisdiction="il",
        content=CaseContent("Expedited refusal", "Draft evader, refused after one short interview.", "IL/1401"),
        people=(("gleb", "applicant"), ("artur", "witness")),
        lead="noa",
        members=(("daniil", "member"),),
        attributes={"nationality": "RUS", "unaccompanied_minor": False, "law_of_return": False},
        events=(
            happened(now.ago(days=260), "arrival", until=now.ago(days=170), paper="entry slip"),
            happened(now.office(days=90), "lodged", procedure="asylum"),
            happened(now.office(days=40), "procedure_assigned", track="accelerated"),
            happened(now.office(days=33), "interview", procedure="asylum", kind="basic", note="forty minutes"),
            happened(
                now.office(days=5),
                "decision_preliminary",
                procedure="asylum",
                outcome="refused",
                paper="form with a cross in a box",
            ),
            happened(now.office(days=3), "notification", of="decision_preliminary", mode="received", confirmed=False),
        ),
        notes=("Re-examination and tribunal run side by side, the first is shorter. File both.",),
        proceedings=(course("first_instance", UNIT, "INVENTED-IL-6"),),
    )


def _artur(now: Moments) -> DemoCase:
    return DemoCase(
        key="il-artur",
        jurisdiction="il",
        content=CaseContent(
            "Asylum; work visa about to end", "From Dagestan. The visa ends before the interview.", "IL/1403"
        ),
        people=(("artur", "applicant"),),
        lead="noa",
        attributes={"nationality": "RUS", "unaccompanied_minor": False, "law_of_return": False},
        events=(
            happened(now.ago(years=1, days=5), "arrival", until=now.ago(days=280), paper="entry slip"),
            happened(now.office(days=290), "lodged", procedure="work_permit"),
            happened(now.office(days=270), "decision_first_instance", procedure="work_permit", outcome="granted"),
            happened(now.office(days=268), "notification", of="decision_first_instance", mode="received"),
            happened(now.office(days=268), "permit_issued", document="B/1", until=now.ahead(12), paper="visa sticker"),
            happened(now.office(days=35), "lodged", procedure="asylum"),
            happened(now.office_ahead(17), "interview", procedure="asylum", kind="basic", time="12:00"),
        ),
        notes=("Ask for a Russian interpreter who is not from the Caucasus.",),
        proceedings=(course("first_instance", UNIT, "INVENTED-IL-7"),),
    )
