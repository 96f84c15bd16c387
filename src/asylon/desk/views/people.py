"""People: the list, a person seen through a case, changed, brought back, joined to another case, unlinked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asylon.desk.forms.choices import PAPER_KINDS
from asylon.desk.forms.people import JoinForm, PeopleFilter, PersonSheet
from asylon.desk.models import Case, FamilyMember
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.cases import OpenCase, open_case
from asylon.desk.selectors.families import members_of, split_of, tie_from, ties_of
from asylon.desk.selectors.people import (
    OpenPerson,
    nationalities,
    open_person,
    people_of,
    seen_people,
    spoken,
    versions_of,
)
from asylon.desk.services.people import (
    part_change,
    person_add,
    person_change,
    person_join,
    person_restore,
    person_unlink,
)
from asylon.desk.services.trail import record

ON_A_PAGE = 50
BOTH = ["GET", "POST"]


@reads("people", "list")
@require_GET
def people(request: DeskRequest) -> HttpResponse:
    """List the people that one may see, last changed first."""
    form = PeopleFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = people_of(request.user, part=asked.get("part", ""), country=asked.get("country", ""))
    page = Paginator(rows.values_list("pk", flat=True), ON_A_PAGE).get_page(request.GET.get("page"))
    seen = seen_people(request.keyring, page.object_list)
    lines = [seen[person] for person in page.object_list if person in seen]
    record("people.read", by=request.user, count=len(lines))
    context = {
        "nav_current": "people",
        "form": form,
        "page": page,
        "lines": [(line, nationalities(line.content)) for line in lines],
        "query": urlencode({key: value for key, value in asked.items() if value}),
        "is_narrowed": any(asked.values()),
    }
    return render(request, "desk/people/list.html", context)


# ---------------------------------------------------------------- one person


@reads("person", "case")
@require_GET
def person(request: DeskRequest, case: UUID, person: UUID) -> HttpResponse:
    """Show everything about a person, with the cases and the family that one may see."""
    one = open_person(request.keyring, case, person)
    seen = seen_people(request.keyring, [person])[person]
    ties = [(tie, *tie_from(tie, person)) for tie in ties_of(request.keyring, [person])]
    context = _context(one) | {
        "content": one.content,
        "languages": spoken(one.content),
        "nationalities": nationalities(one.content),
        "parts": seen.parts,
        "ties": [{"words": words, "other": other} for _tie, words, other in ties],
        "families": _families(request, person),
        "may_write": one.opened.may("write"),
    }
    return render(request, "desk/people/person.html", context)


def _families(request: DeskRequest, person_id: UUID) -> list[dict[str, Any]]:
    ids = FamilyMember.objects.visible_to(request.user).filter(person=person_id).values_list("family_id", flat=True)
    found = members_of(request.keyring, list(ids))
    return [
        {
            "url": reverse("family", kwargs={"family": family_id}),
            "members": [member for member in members if member.seen.person_id != person_id],
            "is_split": bool(split_of(members)),
        }
        for family_id, members in found.items()
    ]


def _context(one: OpenPerson) -> dict[str, Any]:
    return {
        "nav_current": "cases",
        "one": one,
        "case": one.opened.case,
        "part": one.part,
        "person_url": _address("person", one),
        "crumbs": [
            {"label": _("Cases"), "url": reverse("cases")},
            {"label": one.opened.case.number, "url": reverse("case", kwargs={"case": one.opened.case.pk})},
            {"label": _("Person"), "url": _address("person", one)},
        ],
    }


def _address(name: str, one: OpenPerson) -> str:
    return reverse(name, kwargs={"case": one.part.case_id, "person": one.part.person_id})


# ---------------------------------------------------------------- made and changed


@reads("person_add", "case")
@require_http_methods(BOTH)
def add(request: DeskRequest, case: UUID) -> HttpResponse:
    """Write down a new person of a case."""
    opened = open_case(request.keyring, case, "write", action=None)
    if request.method != "POST":
        return _sheet(request, opened, PersonSheet())
    if wanted := request.POST.get("add"):
        return _sheet(request, opened, PersonSheet.typed(request.POST, add=wanted))
    sheet = PersonSheet(request.POST)
    if not sheet.is_valid():
        return _sheet(request, opened, sheet)
    part = person_add(opened=opened, content=sheet.content(), part=sheet.part)
    messages.success(request, _("The person was added."))
    return redirect("person", case=case, person=part.person_id)


def _sheet(
    request: DeskRequest, opened: OpenCase, sheet: Any, one: OpenPerson | None = None, **more: Any
) -> HttpResponse:
    context = _context(one) if one else {"nav_current": "cases", "case": opened.case}
    url = _address("person", one) if one else reverse("case", kwargs={"case": opened.case.pk})
    context |= {"sheet": sheet, "paper_kinds": PAPER_KINDS, "cancel_url": url, **more}
    return render(request, "desk/people/form.html", context)


@reads("person_edit", "case")
@require_http_methods(BOTH)
def edit(request: DeskRequest, case: UUID, person: UUID) -> HttpResponse:
    """Change a person; when somebody else changed them meanwhile, what was typed stays beside what is kept now."""
    one = open_person(request.keyring, case, person, "write")
    version = one.person.version
    if request.method != "POST":
        return _sheet(request, one.opened, PersonSheet.of(one.content, one.part.part), one, version=version)
    typed = _number(request.POST.get("version", ""))
    if wanted := request.POST.get("add"):
        return _sheet(request, one.opened, PersonSheet.typed(request.POST, add=wanted), one, version=typed)
    sheet = PersonSheet(request.POST)
    if not sheet.is_valid():
        return _sheet(request, one.opened, sheet, one, version=typed)
    try:
        with transaction.atomic():
            person_change(opened=one.opened, part=one.part, content=sheet.content(), version=typed)
            part_change(opened=one.opened, part=one.part, kind=sheet.part)
    except ValidationError as error:
        sheet.other += error.messages
        return _sheet(request, one.opened, sheet, one, version=version, **_kept(one))
    messages.success(request, _("The changes were saved."))
    return redirect("person", case=case, person=person)


def _kept(one: OpenPerson) -> dict[str, Any]:
    """Return what is saved now, to be compared with what was typed."""
    return {
        "is_behind": True,
        "content": one.content,
        "languages": spoken(one.content),
        "nationalities": nationalities(one.content),
    }


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


# ---------------------------------------------------------------- versions


@reads("person_history", "case")
@require_GET
def history(request: DeskRequest, case: UUID, person: UUID) -> HttpResponse:
    """Show who changed what of a person, and when."""
    one = open_person(request.keyring, case, person)
    context = _context(one) | {"versions": versions_of(one), "may_write": one.opened.may("write")}
    return render(request, "desk/people/history.html", context)


@reads("person_restore", "case")
@require_POST
def restore(request: DeskRequest, case: UUID, person: UUID) -> HttpResponse:
    """Bring an earlier version back."""
    one = open_person(request.keyring, case, person, "write", action=None)
    try:
        person_restore(opened=one.opened, part=one.part, version=_number(request.POST.get("version", "")))
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The earlier version is in force again."))
    return redirect("person", case=case, person=person)


# ---------------------------------------------------------------- in and out of cases


@reads("person_unlink", "case")
@require_http_methods(BOTH)
def unlink(request: DeskRequest, case: UUID, person: UUID) -> HttpResponse:
    """Ask, then take a person out of a case."""
    one = open_person(
        request.keyring, case, person, "write", action=None if request.method == "POST" else "person.read"
    )
    if request.method == "POST":
        person_unlink(opened=one.opened, part=one.part)
        messages.success(request, _("The person was taken out of the case."))
        return redirect("case", case=case)
    return render(request, "desk/people/unlink.html", _context(one) | {"called": one.content.called})


@reads("person_join", "case")
@require_http_methods(BOTH)
def join(request: DeskRequest, case: UUID, person: UUID) -> HttpResponse:
    """Let a person take part in another case of one's own, too."""
    one = open_person(request.keyring, case, person, "write", action=None)
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = _writable(request, form.cleaned_data["number"])
        try:
            if found is None:
                raise ValidationError({"number": _("No case of this number is there for you to change.")})
            there = open_case(request.keyring, found, "write", action=None)
            person_join(opened=there, other=one.opened, part_there=one.part, part=form.cleaned_data["part"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The person takes part in both cases now."))
            return redirect("person", case=found, person=person)
    record("person.read", by=request.user, about=person)
    return render(request, "desk/people/join.html", _context(one) | {"form": form})


def _writable(request: DeskRequest, number: str) -> UUID | None:
    rows = Case.objects.visible_to(request.user, "write").filter(number=number.strip().upper())
    return rows.values_list("pk", flat=True).first()


routes = [
    path("people", people, name="people"),
    path("cases/<uuid:case>/people/add", add, name="person_add"),
    path("cases/<uuid:case>/people/<uuid:person>", person, name="person"),
    path("cases/<uuid:case>/people/<uuid:person>/edit", edit, name="person_edit"),
    path("cases/<uuid:case>/people/<uuid:person>/history", history, name="person_history"),
    path("cases/<uuid:case>/people/<uuid:person>/restore", restore, name="person_restore"),
    path("cases/<uuid:case>/people/<uuid:person>/unlink", unlink, name="person_unlink"),
    path("cases/<uuid:case>/people/<uuid:person>/join", join, name="person_join"),
]
