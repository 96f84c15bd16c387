"""One invented paper in four languages: every kind of block, figures made by a formula and true of no country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from asylon.papers.document import (
    Block,
    Bullets,
    Callout,
    Document,
    Foreign,
    Heading,
    Link,
    PageBreak,
    Paragraph,
    Picture,
    Source,
    Sources,
    Strong,
    Table,
)

YEARS = range(2014, 2026)


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of the example in one language."""

    code: str
    title: str
    subtitle: str
    day: str
    source_line: str
    headings: tuple[str, str, str, str]
    opening: tuple[str, str, str]
    foreign: tuple[str, str]
    bullets: tuple[str, str, str]
    callouts: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
    columns: tuple[str, ...]
    caption: str
    notes: tuple[str, str]
    picture: tuple[str, str]
    sources: tuple[str, str]


ENGLISH = Wording(
    "en",
    "How Freedonia treats the people who ask it for asylum",
    "Applications, outcomes and waiting, 2014 to 2025",
    "25 November 2026",
    "Source: invented figures, example release of 25 June 2026. Licence CC BY 4.0",
    ("What the figures say", "Year by year", "The picture", "Sources"),
    (
        "Of every 1,000 outcomes ",
        "four were protection",
        "; the rest were refusals and closed files. The wait implied by stock and flow is 3.2 years (2.9–3.6).",
    ),
    ("חוק הכניסה לישראל, 1952", "he"),
    (
        "A closed file is no decision: its share stands beside every rate.",
        "Persons and cases are never added up.",
        "Value, zero and “no row” are three things.",
    ),
    (
        ("", "Nine of ten who asked in 2016 were still without a decision after three years."),
        ("", "The state reports a mixture of levels; a first-instance rate cannot be given."),
        ("A doubt about 2020", "Rejected and closed seem to be exchanged: stock and flow leave 41 % unexplained."),
    ),
    ("Year", "Applications", "Refugee status", "Other protection", "Rejected", "Closed", "Pending", "Rate, 95 %"),
    "Outcomes of applications, all levels, persons",
    ("Numbers of 1 to 4 are rounded to 0 or 5 by the source.", "Rate: protection over decisions, Wilson interval."),
    ("Pending rises from 800 to 9,600 while decisions stay flat.", "Applications pending at the end of the year"),
    ("Freedonia, Ministry of the Interior, yearly tables", "Asylum statistics, example release of 25 June 2026"),
)
RUSSIAN = Wording(
    "ru",
    "Как Фридония обращается с теми, кто просит у неё убежища",
    "Ходатайства, решения и ожидание, 2014–2025 годы",
    "25 ноября 2026 г.",
    "Источник: вымышленные данные, выпуск от 25 июня 2026 г. Лицензия CC BY 4.0",
    ("Что говорят цифры", "Год за годом", "Рисунок", "Источники"),
    (
        "Из каждой 1000 решений ",
        "защиту дали четыре",
        "; остальное — отказы и прекращённые дела. Ожидание по запасу и потоку — 3,2 года (2,9–3,6).",
    ),
    ("Ґудзь Їжакевич, м. Київ", "uk"),
    (
        "Прекращённое дело — не решение: его доля стоит рядом с каждой ставкой.",
        "Людей и дела никогда не складывают.",
        "Значение, ноль и «нет строки» — три разные вещи.",
    ),
    (
        ("Вывод", "Девять из десяти подавших в 2016 году и через три года не имели решения."),
        ("Внимание", "Государство сообщает смесь инстанций; доля в первой инстанции неизвестна."),
        ("Сомнение о 2020 годе", "Отказы и прекращения, видимо, переставлены: 41 % запаса не объяснён."),
    ),
    ("Год", "Ходатайства", "Статус беженца", "Иная защита", "Отказы", "Прекращено", "В ожидании", "Доля, 95 %"),
    "Исход ходатайств, все инстанции, лица",
    ("Числа от 1 до 4 источник округляет до 0 или 5.", "Доля: защита к решениям, интервал Уилсона."),
    ("Ожидающих становится больше: с 800 до 9600.", "Ходатайства в ожидании на конец года"),
    ("Фридония, Министерство внутренних дел, годовые таблицы", "Статистика убежища, выпуск от 25 июня 2026 г."),
)
HEBREW = Wording(
    "he",
    "כיצד נוהגת פרידוניה במבקשי המקלט שפונים אליה",
    "בקשות, החלטות והמתנה, 2014–2025",
    "25 בנובמבר 2026",
    "מקור: נתונים בדויים, מהדורת 2026-06-25. רישיון CC BY 4.0",
    ("מה אומרים המספרים", "שנה אחר שנה", "התרשים", "מקורות"),
    (
        "מכל 1,000 החלטות ",
        "ארבע העניקו הגנה",
        "; היתר הן דחיות ותיקים שנסגרו. ההמתנה לפי המלאי והזרימה היא 3.2 שנים (2.9–3.6), שינוי של −5% מהשנה הקודמת.",
    ),
    ("UNHCR Refugee Data Finder (2026)", "en"),
    (
        "תיק שנסגר אינו החלטה: שיעורו מופיע לצד כל שיעור הכרה.",
        "לעולם אין מחברים אנשים ותיקים.",
        "ערך, אפס ו„אין שורה” הם שלושה דברים.",
    ),
    (
        ("ממצא", "תשעה מכל עשרה שפנו ב־2016 היו בלי החלטה גם כעבור שלוש שנים."),
        ("אזהרה", "המדינה מדווחת על תערובת של ערכאות; אין שיעור הכרה בערכאה ראשונה."),
        ("ספק לגבי 2020", "נראה שדחיות וסגירות הוחלפו זו בזו: 41% מן המלאי ללא הסבר."),
    ),
    ("שנה", "בקשות", "מעמד פליט", "הגנה אחרת", "נדחו", "נסגרו", "ממתינים", "שיעור, 95%"),
    "תוצאות הבקשות, כל הערכאות, נפשות",
    ("המקור מעגל מספרים מ־1 עד 4 ל־0 או ל־5.", "שיעור: הגנה מתוך החלטות, רווח סמך של Wilson."),
    ("מספר הממתינים עולה מ־800 ל־9,600.", "בקשות תלויות ועומדות בסוף השנה"),
    ("פרידוניה, משרד הפנים, לוחות שנתיים", "סטטיסטיקת מקלט, מהדורת 25 ביוני 2026"),
)
ARABIC = Wording(
    "ar",
    "كيف تعامل فريدونيا من يطلبون منها اللجوء",
    "الطلبات والقرارات والانتظار، 2014–2025",
    "25 نوفمبر 2026",
    "المصدر: أرقام مُتخيَّلة، إصدار 2026-06-25. الرخصة CC BY 4.0",
    ("ماذا تقول الأرقام", "سنة بعد سنة", "الرسم", "المصادر"),
    (
        "من كل 1,000 قرار ",
        "منحت أربعة الحماية",
        "؛ والبقية رفض وملفات مغلقة. الانتظار المقدَّر من المخزون والتدفق 3.2 سنوات (2.9–3.6).",
    ),
    ("UNHCR Refugee Data Finder (2026)", "en"),
    (
        "الملف المغلق ليس قرارًا: نسبته تُذكر بجانب كل معدل.",
        "لا يُجمع الأشخاص والقضايا أبدًا.",
        "القيمة والصفر و«لا صف» ثلاثة أشياء مختلفة.",
    ),
    (
        ("نتيجة", "تسعة من كل عشرة تقدموا في 2016 كانوا بلا قرار بعد ثلاث سنوات."),
        ("تحذير", "تُبلغ الدولة عن خليط من الدرجات؛ لا معدل للدرجة الأولى."),
        ("شك حول 2020", "يبدو أن الرفض والإغلاق تبادلا المكان: 41% من المخزون بلا تفسير."),
    ),
    ("السنة", "الطلبات", "صفة لاجئ", "حماية أخرى", "رفض", "إغلاق", "قيد الانتظار", "المعدل، 95%"),
    "نتائج الطلبات، كل الدرجات، أشخاص",
    ("يقرّب المصدر الأعداد من 1 إلى 4 إلى 0 أو 5.", "المعدل: الحماية من القرارات، فترة Wilson."),
    ("يرتفع عدد المنتظرين من 800 إلى 9,600.", "طلبات قيد الانتظار في نهاية السنة"),
    ("فريدونيا، وزارة الداخلية، جداول سنوية", "إحصاءات اللجوء، إصدار 25 يونيو 2026"),
)
LANGUAGES = {words.code: words for words in (ENGLISH, RUSSIAN, HEBREW, ARABIC)}


def row(year: int) -> tuple[str, ...]:
    """Return a row of the example's table, computed from the year."""
    step = year - YEARS.start + 1
    rate = 100 * 4 / (300 + 20 * step)
    low, high = rate - 0.6, rate + 0.9
    return (
        str(year),
        f"{700 + 311 * step % 900:,}",
        str(step % 4),
        str(step % 3 * 5) if year != 2020 else "–",
        f"{290 + 20 * step:,}",
        f"{110 * step % 700:,}",
        f"{800 * step:,}",
        f"{rate:.1f} ({low:.1f}–{high:.1f})",
    )


def drawing() -> bytes:
    """Return a bar chart as SVG."""
    bars = "".join(
        f'<rect x="{40 + 36 * n}" y="{150 - 11 * n}" width="24" height="{10 + 11 * n}" fill="#0a5560"/>'
        f'<text x="{52 + 36 * n}" y="176" font-size="10" text-anchor="middle" font-family="sans-serif">{year}</text>'
        for n, year in enumerate(YEARS)
    )
    line = '<line x1="30" x2="475" y1="160.5" y2="160.5" stroke="#465452"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="480" height="185">{bars}{line}</svg>'.encode()


def example(code: str = "en") -> Document:
    """Return the example in English, Russian, Hebrew or Arabic."""
    words = LANGUAGES[code]
    before, strong, after = words.opening
    finding, warning, doubt = words.callouts
    blocks: tuple[Block, ...] = (
        Heading(words.headings[0]),
        Paragraph((before, Strong(strong), after, " ", Foreign(*words.foreign), ".")),
        Bullets(words.bullets),
        Callout("finding", finding[1], finding[0]),
        Callout("warning", warning[1], warning[0]),
        Callout("doubt", doubt[1], doubt[0]),
        Heading(words.headings[1], level=2),
        Table(words.columns, tuple(row(year) for year in YEARS), words.caption, notes=words.notes),
        Heading(words.headings[2], level=2),
        Picture(drawing(), *words.picture),
        PageBreak(),
        Heading(words.headings[3]),
        Sources(
            (
                Source(words.sources[0], "https://example.org/tables?year=2025", "CC BY 4.0"),
                Source((words.sources[1], " ", Link("example.org", "https://example.org/")), licence="CC BY-SA 4.0"),
            )
        ),
    )
    return Document(
        title=words.title,
        language=code,
        subtitle=words.subtitle,
        day=words.day,
        source_line=words.source_line,
        blocks=blocks,
        licences=("Freedonia 2026, CC BY 4.0", "Example statistics 2026, CC BY-SA 4.0"),
        made=date(2026, 11, 25),
    )
