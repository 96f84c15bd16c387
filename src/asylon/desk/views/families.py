"""Families: who belongs together, how their cases stand, what they are to each other, and opposed interests."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from asylon.desk.forms.families import ChoosePeople, NumberForm, RelationForm
from asylon.desk.models import Case, Family, FamilyMember, Person, Relation
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.cases import OpenCase, open_case
from asylon.desk.selectors.families import FamilyView, family_view, open_family
from asylon.desk.selectors.people import OpenPerson, parts_of
from asylon.desk.services.people import (
    family_join,
    family_leave,
    family_make,
    interests_set,
    relation_remove,
    relation_set,
)
from asylon.desk.services.trail import record

BOTH = ["GET", "POST"]


@reads("family", "case")
@require_GET
def family(request: DeskRequest, family: UUID) -> HttpResponse:
    """Show a family as far as one may see its members."""
    return _page(request, family_view(request.keyring, family))


def _page(request: DeskRequest, view: FamilyView, relation: RelationForm | None = None) -> HttpResponse:
    context = {
        "nav_current": "people",
        "view": view,
        "may_write": _writable_case(request, view.family) is not None,
        "relation_form": relation or RelationForm(people=_choices(view)),
        "number_form": NumberForm(),
    }
    return render(request, "desk/families/family.html", context)


def _choices(view: FamilyView) -> list[tuple[UUID, str]]:
    people = {member.seen.person_id: member.seen.called for member in view.members}
    for tie in view.ties:
        people |= {tie.person.person_id: tie.person.called, tie.other.person_id: tie.other.called}
    return list(people.items())


def _writable_case(request: DeskRequest, family: Family, *people: UUID) -> UUID | None:
    """Return a case in which one may write for the family, with one of `people` in it if any are given."""
    cases = Case.objects.visible_to(request.user, "write")
    if people:
        cases = cases.filter(people__person_id__in=people)
    else:
        members = FamilyMember.objects.visible_to(request.user, "write").filter(family=family)
        cases = cases.filter(people__person_id__in=members.values("person_id"))
    return cases.order_by("closed_at", "pk").values_list("pk", flat=True).first()


def _open_writable(request: DeskRequest, family: Family, *people: UUID) -> OpenCase:
    case = _writable_case(request, family, *people)
    if case is None:
        raise PermissionDenied
    return open_case(request.keyring, case, "write", action=None)


# ---------------------------------------------------------------- made, joined, left


@reads("family_make", "case")
@require_http_methods(BOTH)
def make(request: DeskRequest, case: UUID) -> HttpResponse:
    """Make a family of people of a case."""
    opened = open_case(request.keyring, case, "write", action=None)
    people = parts_of(request.keyring, opened)
    form = ChoosePeople(request.POST if request.method == "POST" else None, people=_named(people))
    if request.method == "POST" and form.is_valid():
        made = family_make(opened=opened, parts=[one.part for one in _chosen(people, form)])
        messages.success(request, _("The family was made."))
        return redirect("family", family=made.pk)
    record("case.read", by=request.user, about=case)
    context = {"nav_current": "cases", "form": form, "case": opened.case}
    return render(request, "desk/families/make.html", context)


def _named(people: list[OpenPerson]) -> list[tuple[UUID, str]]:
    return [(one.part.person_id, one.content.called) for one in people]


def _chosen(people: list[OpenPerson], form: ChoosePeople) -> list[OpenPerson]:
    return [one for one in people if str(one.part.person_id) in form.cleaned_data["people"]]


@reads("family_join", "case")
@require_POST
def join(request: DeskRequest, family: UUID) -> HttpResponse:
    """Add people of a case to a family: first its number, then who of them."""
    row = open_family(request.keyring, family)
    _open_writable(request, row)
    number = NumberForm(request.POST)
    case = _case_of(request, number)
    if case is None:
        return render(
            request, "desk/families/join.html", {"nav_current": "people", "family": row, "number_form": number}
        )
    opened = open_case(request.keyring, case, "write", action=None)
    people = parts_of(request.keyring, opened)
    form = ChoosePeople(request.POST if "chosen" in request.POST else None, people=_named(people))
    if form.is_bound and form.is_valid():
        for one in _chosen(people, form):
            family_join(opened=opened, family=row, part=one.part)
        messages.success(request, _("The family was changed."))
        return redirect("family", family=family)
    record("case.read", by=request.user, about=case)
    context = {"nav_current": "people", "family": row, "form": form, "case": opened.case}
    return render(request, "desk/families/join.html", context)


def _case_of(request: DeskRequest, form: NumberForm) -> UUID | None:
    if not form.is_valid():
        return None
    number = form.cleaned_data["number"].strip().upper()
    rows = Case.objects.visible_to(request.user, "write").filter(number=number)
    case = rows.values_list("pk", flat=True).first()
    if case is None:
        form.add_error("number", _("No case of this number is there for you to change."))
    return case


@reads("family_leave", "case")
@require_POST
def leave(request: DeskRequest, family: UUID) -> HttpResponse:
    """Take a person out of a family."""
    row = open_family(request.keyring, family)
    person = _visible_person(request, request.POST.get("person", ""))
    opened = _open_writable(request, row, person.pk)
    for one in parts_of(request.keyring, opened):
        if one.part.person_id == person.pk:
            family_leave(opened=opened, family=row, part=one.part)
    messages.success(request, _("The family was changed."))
    is_left = Family.objects.visible_to(request.user).filter(pk=family).exists()
    return redirect("family", family=family) if is_left else redirect("people")


def _visible_person(request: DeskRequest, text: str) -> Person:
    try:
        found = Person.objects.visible_to(request.user).filter(pk=UUID(text)).first()
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return found


# ---------------------------------------------------------------- relations and interests


@reads("relation_set", "case")
@require_POST
def set_relation(request: DeskRequest, family: UUID) -> HttpResponse:
    """Say what one person is to another."""
    view = family_view(request.keyring, family)
    form = RelationForm(request.POST, people=_choices(view))
    if not form.is_valid():
        return _page(request, view, form)
    person, other = (_visible_person(request, form.cleaned_data[name]) for name in ("person", "other"))
    opened = _open_writable(request, view.family, person.pk, other.pk)
    relation_set(opened=opened, person=person, other=other, kind=form.cleaned_data["kind"])
    messages.success(request, _("The relation was saved."))
    return redirect("family", family=family)


@reads("relation_remove", "case")
@require_POST
def remove_relation(request: DeskRequest, family: UUID, relation: UUID) -> HttpResponse:
    """Remove a relation."""
    row = open_family(request.keyring, family)
    found = Relation.objects.visible_to(request.user).filter(pk=relation).first()
    if found is None:
        raise Http404
    opened = _open_writable(request, row, found.person_id, found.other_id)
    relation_remove(opened=opened, relation=found)
    messages.success(request, _("The relation was removed."))
    return redirect("family", family=family)


@reads("family_interests", "case")
@require_POST
def interests(request: DeskRequest, family: UUID) -> HttpResponse:
    """Mark that interests inside the family are opposed, or no longer."""
    row = open_family(request.keyring, family)
    are_opposed = request.POST.get("opposed") == "1"
    interests_set(opened=_open_writable(request, row), family=row, are_opposed=are_opposed)
    messages.success(request, _("The family was changed."))
    return redirect("family", family=family)


routes = [
    path("families/<uuid:family>", family, name="family"),
    path("families/<uuid:family>/join", join, name="family_join"),
    path("families/<uuid:family>/leave", leave, name="family_leave"),
    path("families/<uuid:family>/interests", interests, name="family_interests"),
    path("families/<uuid:family>/relations", set_relation, name="relation_set"),
    path("families/<uuid:family>/relations/<uuid:relation>/remove", remove_relation, name="relation_remove"),
    path("cases/<uuid:case>/family", make, name="family_make"),
]
