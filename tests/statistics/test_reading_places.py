"""Names of countries and of their people, in English, in Russian cases and behind Hebrew letters."""

from __future__ import annotations

import subprocess
import sys

import pytest
from babel import Locale
from babel.core import get_global

from asylon.statistics.reading import read_figures
from asylon.statistics.reading.lexicon import countries

RUSSIAN = {
    "SYR": ("Сирии", "сирийцев", "сирийских беженцев"),
    "UKR": ("Украины", "украинцев", "украинских беженцев"),
    "BLR": ("Белоруссии", "белорусов", "белорусских граждан"),
    "RUS": ("России", "россиян", "российских граждан"),
    "ISR": ("Израиля", "израильтян", "израильских граждан"),
    "AFG": ("Афганистана", "афганцев", "афганских беженцев"),
    "TUR": ("Турции", "турок", "турецких граждан"),
    "TJK": ("Таджикистана", "таджиков", "таджикских граждан"),
}
HEBREW = {
    "RUS": ("מרוסיה", "רוסים"),
    "SYR": ("מסוריה", "סורים"),
    "ERI": ("מאריתריאה", "אריתראים"),
    "SDN": ("מסודן", "סודנים"),
    "UKR": ("מאוקראינה", "אוקראינים"),
    "BLR": ("מבלארוס", "בלארוסים"),
}


@pytest.mark.parametrize("iso3", RUSSIAN)
def test_russian_cases(iso3: str) -> None:
    country, people, adjective = RUSSIAN[iso3]
    for text in (f"300 беженцев из {country}", f"300 {people} уехали", f"300 {adjective}", f"300 граждан {country}"):
        assert [figure.origin for figure in read_figures(text)] == [iso3], text


@pytest.mark.parametrize("iso3", HEBREW)
def test_hebrew_prefixes(iso3: str) -> None:
    source, people = HEBREW[iso3]
    for text in (f"300 פליטים הגיעו {source}", f"300 {people} עזבו"):
        assert [figure.origin for figure in read_figures(text)] == [iso3], text


def test_the_names_that_cldr_has_are_known() -> None:
    aliases = get_global("territory_aliases").items()
    codes = {two[0]: three for three, two in aliases if three in countries()}
    names = Locale("en").territories
    asked = {code: names[code] for code in codes if code in names}
    unknown = set()
    for code, name in asked.items():
        plain = name.split(" (")[0].replace("&", "and").replace("’", "'").replace(" SAR China", "")
        figures = read_figures(f"300 refugees arrived from {plain}.")
        if [figure.origin for figure in figures] != [codes[code]]:
            unknown.add(plain)
    assert len(asked) > 190
    assert unknown == {"Congo - Kinshasa"}  # nobody writes it so; "DR Congo" is known


def test_reading_loads_neither_babel_nor_polars() -> None:
    code = (
        "import sys; from asylon.statistics.reading import read_figures; read_figures('300 Syrians fled in May 2015');"
        "sys.exit(any(name in sys.modules for name in ('babel', 'polars', 'yaml', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
