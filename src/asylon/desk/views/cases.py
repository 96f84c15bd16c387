"""Cases: the list, the page of one, its facts and heading, the card, and what would follow if something happened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from asylon.desk import law
from asylon.desk.content import CaseContent
from asylon.desk.forms.cases import FactsForm, FilterForm, HeadingForm
from asylon.desk.forms.events import SupposedForm
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.card import card_of
from asylon.desk.selectors.caselist import CaseLine, case_lines, case_memberships
from asylon.desk.selectors.casepage import case_page, law_view
from asylon.desk.selectors.cases import OpenCase, open_case
from asylon.desk.selectors.timeline import TimelineView, outcome_label, outcome_mark, timeline_view, unsaved_event
from asylon.desk.selectors.whatif import duties_moved, rights_moved
from asylon.desk.services.cases import case_change, facts_set
from asylon.desk.services.trail import record
from asylon.desk.templatetags.parts import names_listed
from asylon.desk.views.caseframe import case_url, framed
from asylon.desk.walls import may
from asylon.desk.words import country_label

PAGE = 50
MOST_SUPPOSED = 8


@reads("cases", "list")
@require_GET
def cases(request: DeskRequest) -> HttpResponse:
    """Show the cases that one may see, the nearest day first."""
    form = FilterForm(request.GET)
    chosen = form.chosen
    page = Paginator(case_memberships(request.user, chosen), PAGE).get_page(request.GET.get("page"))
    lines = case_lines(request.keyring, list(page.object_list), on=timezone.localdate())
    record("cases.read", by=request.user, count=len(lines))
    kept = {"country": chosen.country, "state": chosen.state, "team": chosen.team}
    context = {
        "nav_current": "cases",
        "form": form,
        "page": page,
        "rows": [_row(line) for line in lines],
        "is_filtered": bool(chosen.country or chosen.team or chosen.state != "open"),
        "query": urlencode({key: value for key, value in kept.items() if value}),
    }
    return render(request, "desk/cases/list.html", context)


def _row(line: CaseLine) -> dict[str, Any]:
    case, heading = line.case, line.heading
    route = "case" if may(line.role, "read") else "case_card"
    return {
        "url": reverse(route, kwargs={"case": case.pk}),
        "is_card": heading is None,
        "name": (heading.called if heading else "".join(line.people[:1])) or case.number,
        "number": case.number,
        "more": max(len(line.people) - 1, 0),
        "title": heading.title if heading and heading.title != heading.called else "",
        "country": country_label(case.jurisdiction),
        "outcome": outcome_label(case.outcome) if heading else "",
        "outcome_mark": outcome_mark(case.outcome),
        "closed": _("closed") if case.closed_at else "",
        "day": line.day,
        "since": case.waiting_since,
        "leads": names_listed(line.leads),
    }


def asked_day(request: DeskRequest) -> date:
    """Return the day from which one asked to look, today when none or no day was given."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


@reads("case", "case")
@require_GET
def case(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show one case: people, facts, timeline, and what the law gives on the day one asked for."""
    opened = open_case(request.keyring, case)
    page = case_page(opened, on=asked_day(request))
    context = {
        "page": page,
        "called": page.called,
        "counts": page.counts,
        "on": page.on,
        "today": timezone.localdate(),
        "is_today": page.on == timezone.localdate(),
        "unconfirmed": sum(entry.is_unconfirmed for entry in page.timeline.entries),
    }
    return framed(request, opened, "desk/cases/case.html", context, tab="case")


@reads("case_card", "case")
@require_GET
def case_card(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show what whoever interprets or accompanies must know, and nothing else."""
    opened = open_case(request.keyring, case, "card", action="case.card.read")
    people, appointments = card_of(opened, on=timezone.localdate())
    context = {"nav_current": "cases", "case": opened.case, "people": people, "appointments": appointments}
    context["may_read"] = opened.may("read")
    return render(request, "desk/cases/card.html", context)


@reads("case_facts", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def case_facts(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show and save what the law asks about the person."""
    opened = _for_writing(request, case)
    row = opened.case
    form = FactsForm(
        request.POST if request.method == "POST" else None, jurisdiction=row.jurisdiction, attributes=row.attributes
    )
    if request.method == "POST" and form.is_valid():
        facts_set(opened=opened, facts=form.facts)
        messages.success(request, _("The facts were saved; the duties were reckoned anew."))
        return HttpResponseRedirect(case_url(opened))
    return framed(request, opened, "desk/cases/facts.html", {"form": form}, crumb=_("Facts"))


@reads("case_edit", "case")
@require_http_methods(["GET", "HEAD", "POST"])
def case_edit(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show and save heading, summary, file number and team of a case."""
    opened = _for_writing(request, case)
    content = opened.content
    initial = {
        "title": content.title,
        "reference": content.reference,
        "summary": content.summary,
        "team": opened.case.team_id,
    }
    form = HeadingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = CaseContent(given["title"].strip(), given["summary"].strip(), given["reference"].strip())
        case_change(opened=opened, content=made, team=given["team"])
        messages.success(request, _("The heading was saved."))
        return HttpResponseRedirect(case_url(opened))
    return framed(request, opened, "desk/cases/edit.html", {"form": form}, crumb=_("Heading"))


def _for_writing(request: DeskRequest, case: UUID) -> OpenCase:
    """Return a case opened to be changed; showing its form is recorded as a reading."""
    return open_case(request.keyring, case, "write", action=None if request.method == "POST" else "case.read")


@reads("whatif", "case")
@require_GET
def whatif(request: DeskRequest, case: UUID) -> HttpResponse:
    """Show what would follow from supposed events; nothing is saved, and the address holds words of the law only."""
    opened = open_case(request.keyring, case, action="case.whatif")
    timeline = timeline_view(opened, on=timezone.localdate())
    forms = _supposed_forms(request, timeline)
    supposed = [plain for form in forms if (plain := form.plain) is not None]
    context: dict[str, Any] = {"forms": forms, "has_supposed": bool(supposed)}
    if supposed:
        context |= _compared(opened, timeline, supposed, asked_day(request))
    return framed(request, opened, "desk/cases/whatif.html", context, tab="whatif", crumb=_("What if"))


def _supposed_forms(request: DeskRequest, timeline: TimelineView) -> list[SupposedForm]:
    """Return a form for each supposed event that was given, and an empty one for the next."""
    forms: list[SupposedForm] = []
    others = list(timeline.events)
    for number in range(MOST_SUPPOSED):
        if request.GET.get(f"s{number}-event"):
            place = len(forms)
            form = SupposedForm(_renumbered(request, number, place), prefix=f"s{place}", others=others)
            form.is_valid()
            forms.append(form)
            if form.plain is not None:  # what is supposed next may concern it
                others.append(unsaved_event(form.plain))
    if len(forms) < MOST_SUPPOSED:
        forms.append(SupposedForm(prefix=f"s{len(forms)}", others=others))
    return forms


def _renumbered(request: DeskRequest, old: int, new: int) -> Mapping[str, str]:
    start = f"s{old}-"
    return {f"s{new}-{key[len(start) :]}": str(value) for key, value in request.GET.items() if key.startswith(start)}


def _compared(opened: OpenCase, timeline: TimelineView, supposed: list[dict[str, Any]], day: date) -> dict[str, Any]:
    """Return both assessments from one day, on which everything supposed has happened, and what moves between them."""
    lasts = [span.latest or span.earliest or day for span in (law.as_date(event["on"]) for event in supposed)]
    on = max([day, *lasts])
    before, faults = law_view(opened, timeline.plain, on=on)
    after, more = law_view(opened, [*timeline.plain, *supposed], on=on)
    drawn = timeline_view(opened, on=on, supposed=supposed)
    shown = {"on": on, "faults": more or faults, "entries": drawn.entries, "lanes": drawn.lanes}
    if before is None or after is None:
        return shown
    return shown | {"duties": duties_moved(before, after), "rights": rights_moved(before, after), "is_compared": True}


routes = [
    path("cases", cases, name="cases"),
    path("cases/<uuid:case>", case, name="case"),
    path("cases/<uuid:case>/card", case_card, name="case_card"),
    path("cases/<uuid:case>/facts", case_facts, name="case_facts"),
    path("cases/<uuid:case>/heading", case_edit, name="case_edit"),
    path("cases/<uuid:case>/whatif", whatif, name="whatif"),
]
