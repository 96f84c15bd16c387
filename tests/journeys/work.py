"""What people do at the desk, in the order of their hands; used by several journeys."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Locator, Page

from tests.journeys.seat import Seat

CASE = re.compile(r"/cases/([0-9a-f-]{36})$")
# Counted from today, so that the claim against the refusal runs out soon (14 days from its notification).
ARRIVED, LODGED, DECIDED, NOTIFIED, NOTIFIED_LONG_AGO = -220, -180, -55, -5, -51
CLAIM = "DE-01/claim"
RUNNING = ("week", "month")
# No two families are alike in a name or a birth, so that the conflict check has nothing to say of them.
FAMILIES = {
    "Haddad": ("Mariam", "Yusuf", "Samira", "Omar"),
    "Zaslavska": ("Oksana", "Taras", "Bohdana", "Ostap"),
    "Berhane": ("Selam", "Tekle", "Winta", "Robel"),
    "Okello": ("Achieng", "Opio", "Akello", "Ojok"),
    "Karimov": ("Gulnora", "Rustam", "Dilbar", "Jasur"),
    "Nkurunziza": ("Espérance", "Innocent", "Divine", "Fabrice"),
    "Petrosyan": ("Anahit", "Gevorg", "Lusine", "Tigran"),
    "Rahimi": ("Farzana", "Hamid", "Zohra", "Navid"),
    "Suleiman": ("Hawa", "Idris", "Amna", "Musa"),
    "Beridze": ("Nino", "Giorgi", "Tamari", "Luka"),
    "Haile": ("Almaz", "Dawit", "Hiwot", "Yonas"),
    "Mengistu": ("Tigist", "Bekele", "Meron", "Abebe"),
    "Adeyemi": ("Folake", "Tunde", "Yetunde", "Kola"),
    "Ibragimov": ("Zarema", "Ruslan", "Elina", "Timur"),
    "Traoré": ("Aminata", "Moussa", "Fatoumata", "Seydou"),
    "Diallo": ("Kadiatou", "Ousmane", "Aissatou", "Boubacar"),
    "Phiri": ("Chikondi", "Mphatso", "Thoko", "Limbani"),
}


def day(offset: int) -> str:
    """Return a day as it is typed, counted from today."""
    return (date.today() + timedelta(days=offset)).isoformat()


def add_row(seat: Seat, group: str) -> None:
    """Ask for one more row of a group, with script or without."""
    button = seat.page.locator(f"main button[name=add][value={group}]")
    if seat.way.has_script:
        button.click()
    else:
        with seat.page.expect_navigation():
            button.click()


def type_family(seat: Seat, surname: str) -> None:
    """Fill in the intake of four: the mother, her husband with a case of his own, two children in hers."""
    page = seat.page
    page.locator("[name=enquiry-caller]").fill("A neighbour, from the shelter")
    page.locator("[name=enquiry-country]").select_option("de")
    mother, father, daughter, son = FAMILIES[surname]
    one = list(FAMILIES).index(surname) + 1
    rows = (
        (mother, f"1988-04-{one:02d}", "", ""),
        (father, f"1985-05-{one:02d}", "spouse", "own"),
        (daughter, "2015-03", "child", "dependant"),
        (son, "2019", "child", "dependant"),
    )
    for number, (name, born, relation, part) in enumerate(rows):
        if page.locator(f"main [name=people-{number}-name]").count() == 0:
            add_row(seat, "people")
        page.locator(f"[name=people-{number}-name]").fill(f"{name} {surname}")
        page.locator(f"[name=people-{number}-born]").fill(born)
        if relation:
            page.locator(f"[name=people-{number}-relation]").select_option(relation)
            page.locator(f"[name=people-{number}-part]").select_option(part)
    unfold(seat, "events-0-name")
    page.locator("[name=events-0-name]").select_option("arrival")
    page.locator("[name=events-0-on]").fill(day(ARRIVED)[:7])
    page.locator("[name=events-0-is_for_all]").check()
    page.locator("[name=enquiry-account]").fill("They came over the green border.")
    page.locator("[name=enquiry-consent]").check()


def unfold(seat: Seat, field: str) -> None:
    """Open the part of a page that is folded on a phone, as one must before `field` can be filled in."""
    part = seat.page.locator("details[data-fold]", has=seat.page.locator(f"[name={field}]"))
    if part.get_attribute("open") is None:
        part.locator("summary").click()


def act(seat: Seat, value: str) -> None:
    """Press one of the buttons of the intake; of two that do the same, the one that is always at hand."""
    seat.press(f"main .form button[name=act][value={value}]:not(.hide):not(#check *)")


def open_family(seat: Seat, surname: str) -> str:
    """Take a family in and return the address of the first case."""
    seat.go("/intake")
    type_family(seat, surname)
    act(seat, "open")
    return case_path(seat)


def case_path(seat: Seat) -> str:
    """Return the address of the case whose page is open."""
    path = seat.page.url.removeprefix(seat.origin).partition("#")[0].partition("?")[0]
    assert CASE.match(path), f"no case opened: {path}: {seat.page.locator('main').inner_text()[:500]}"
    return path


def add_event(seat: Seat, case: str, name: str, on: str, **details: str) -> str:
    """Add an event: choose it, say when and what its form asks then; return the address of the event."""
    page = seat.go(f"{case}/events/add")
    page.locator("main select[name=event]").select_option(name)
    if not seat.way.has_script:
        seat.press("main button[value=ask]")
    page.locator(f"main input[name=shown][value={name}]").wait_for(state="attached")
    page.locator("main input[name=on]").fill(on)
    for key, value in details.items():
        page.locator(f"main [name=d-{key}]").select_option(value)
    seat.press("main form:has(input[name=on]) button.main-act")
    assert case_path(seat) == case
    return f"{case}/events/{seat.page.url.partition('#event-')[2]}"


def refuse(seat: Seat, case: str) -> str:
    """Enter application, refusal, and that it was notified five days ago; return the address of the notification."""
    add_event(seat, case, "lodged", day(LODGED), procedure="asylum")
    add_event(seat, case, "decision_first_instance", day(DECIDED), outcome="rejected", procedure="asylum")
    return add_event(seat, case, "notification", day(NOTIFIED), of=f"decision of {day(DECIDED)}")


def move(seat: Seat, event: str, on: str) -> None:
    """Change the date of an event."""
    page = seat.go(f"{event}/edit")
    page.locator("main input[name=on]").fill(on)
    seat.press("main form:has(input[name=on]) button.main-act")
    case_path(seat)


def stands(seat: Seat, rule: str) -> str:
    """Return how the duty of a rule is marked on the open page of a case; empty when it is not there."""
    duty = duty_of(seat, rule)
    words = (duty.get_attribute("class") or "").split() if duty.count() else []
    return next((word for word in words if word != "duty"), "")


def duty_of(seat: Seat, rule: str) -> Locator:
    """Return the card of the duty of a rule on the open page."""
    return seat.page.locator("details.duty", has=seat.page.locator(".rule", has_text=rule)).first


def give(seat: Seat, case: str, shown: str, role: str) -> None:
    """Give a colleague, by the name that is shown, a role in a case."""
    page = seat.go(f"{case}/access")
    form = page.locator('main form[action$="/access/give"]')
    form.locator("select[name=user]").select_option(label=shown)
    form.locator("[name=role]").select_option(role)
    seat.press('main form[action$="/access/give"] button.main-act')


def take(seat: Seat, case: str, shown: str) -> None:
    """Take a case from a colleague."""
    page = seat.go(f"{case}/access")
    row = page.locator("main tr, main li", has_text=shown).locator('form[action$="/take"] button').first
    with page.expect_navigation():
        row.click()


def number_of(seat: Seat) -> str:
    """Return the number of the case whose page is open."""
    return seat.page.locator("nav.crumbs [aria-current=page]").inner_text().strip()


def wake(page: Page) -> None:
    """Let a page think that somebody came back to it: it asks at once whether it may stay."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
