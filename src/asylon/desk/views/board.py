"""The morning board: its sections, the list behind each, saved views, and the page of a reckoning that takes longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from asylon.desk import law
from asylon.desk.forms.board import SCOPES, SECTION_NAMES, BoardForm, ViewForm, query_of
from asylon.desk.models import SavedView, Section
from asylon.desk.registry import reads
from asylon.desk.request import DeskRequest
from asylon.desk.selectors.board import (
    FAMILIES,
    BoardFilter,
    BoardSection,
    board_items,
    board_sections,
    days_ahead,
    family_cases,
    section_items,
    split_families,
)
from asylon.desk.selectors.boardrows import BoardRow, OpenedCases, board_rows, family_rows, opened_cases
from asylon.desk.services.board import board_freshen, board_step, cases_count, view_remove, view_save
from asylon.desk.services.trail import record

FIRST = 5  # lines of a section on the board
PAGE = 50  # lines of a page of its list
MARKS: Mapping[str, str] = {
    Section.DUE: "week",
    Section.STATE_MISSED: "missed_by_state",
    Section.OUR_MISSED: "missed_by_us",
    Section.UNDETERMINED: "undetermined",
}
# What the columns of a section are called: what, day, days.
HEADS: Mapping[str, tuple[Any, Any, Any]] = {
    Section.DUE: (gettext_lazy("Duty"), gettext_lazy("Safe day"), gettext_lazy("Left")),
    Section.STATE_MISSED: (gettext_lazy("Duty"), gettext_lazy("Ended"), gettext_lazy("Over")),
    Section.OUR_MISSED: (gettext_lazy("Duty"), gettext_lazy("Ended"), gettext_lazy("Over")),
    Section.WAITING: (gettext_lazy("What began it"), gettext_lazy("Since"), gettext_lazy("Waits for")),
    Section.EXPIRING: (gettext_lazy("Paper or status"), gettext_lazy("Until"), gettext_lazy("Left")),
    Section.COMING: (gettext_lazy("Appointment"), gettext_lazy("Day"), gettext_lazy("In")),
    Section.UNDETERMINED: (
        gettext_lazy("Duty, and what is not known"),
        gettext_lazy("Earliest end"),
        gettext_lazy("Left"),
    ),
    Section.STATE_DUE: (gettext_lazy("Duty"), gettext_lazy("Ends"), gettext_lazy("Left")),
}


@reads("board", "list")
@require_GET
def board(request: DeskRequest) -> HttpResponse:
    """Show the board, or with `section` the whole list of one section."""
    today = timezone.localdate()
    stale = board_freshen(on=today)
    form = BoardForm(request.GET)
    chosen = form.chosen
    shown = _list(request, chosen, today) if chosen.section else _overview(request, chosen, today)
    views, query = list(request.user.views.all()), query_of(chosen)
    context = {
        "nav_current": "board",
        "form": form,
        "view_form": ViewForm(),
        "query": query,
        "saved": next((view for view in views if view.query == query), None),
        "tabs": _tabs(views, query),
        "today": today,
        "stale": stale,
        "is_filtered": replace(chosen, section="") != BoardFilter(),
        "clear_url": _address(BoardFilter(section=chosen.section)),
        "all_url": "" if chosen.scope == "all" else _address(replace(chosen, scope="all")),
        **shown,
    }
    return render(request, "desk/board/list.html" if chosen.section else "desk/board/board.html", context)


def _overview(request: DeskRequest, chosen: BoardFilter, today: date) -> dict[str, Any]:
    sections = board_sections(request.user, chosen, on=today, most=FIRST)
    opened = opened_cases(request.keyring, sections)
    record("board.read", by=request.user, count=len(opened.headings))
    shown = [_shown(section, opened, chosen, today) for section in sections]
    return {
        "sections": [section for section in shown if section["count"]],
        "quiet": [section for section in shown if not section["count"]],
        "first": _first_thing(sections, opened, today),
    }


def _list(request: DeskRequest, chosen: BoardFilter, today: date) -> dict[str, Any]:
    is_families = chosen.section == FAMILIES
    rows: Any = (
        split_families(request.user, chosen)
        if is_families
        else section_items(board_items(request.user, chosen), chosen, chosen.section, on=today)
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    families = family_cases(request.user, found) if is_families else ()
    section = BoardSection(chosen.section, page.paginator.count, () if is_families else found, families)
    opened = opened_cases(request.keyring, [section])
    record("board.read", by=request.user, count=len(opened.headings))
    crumbs = [
        {"label": _("Board"), "url": _address(replace(chosen, section=""))},
        {"label": SECTION_NAMES[chosen.section]},
    ]
    return {"section": _shown(section, opened, chosen, today), "page": page, "crumbs": crumbs}


def _shown(section: BoardSection, opened: OpenedCases, chosen: BoardFilter, today: date) -> dict[str, Any]:
    days = days_ahead(section.key, chosen)
    return {
        "key": section.key,
        "title": SECTION_NAMES[section.key],
        "count": section.count,
        "mark": MARKS.get(section.key, ""),
        **dict(zip(("what_head", "day_head", "days_head"), map(str, HEADS.get(section.key, ())), strict=False)),
        "rows": board_rows(section.items, opened, on=today),
        "families": family_rows(section.families, opened),
        "within": ngettext("within %(n)d day", "within %(n)d days", days) % {"n": days} if days else "",
        "url": _address(replace(chosen, section=section.key)),
        "action": _("All %(n)d") % {"n": section.count} if section.count > FIRST else "",
    }


def _first_thing(sections: Sequence[BoardSection], opened: OpenedCases, today: date) -> BoardRow | None:
    """Return the nearest of what is due or coming, None when nothing is. To leave the country is no act of ours."""
    near = [item for section in sections if section.key in (Section.DUE, Section.COMING) for item in section.items]
    acts = [item for item in near if (item.rule, item.step) not in law.departures()]
    rows = board_rows(sorted(acts, key=lambda item: item.day or date.max)[:1], opened, on=today)
    return rows[0] if rows else None


def _address(chosen: BoardFilter) -> str:
    query = query_of(chosen)
    return f"{reverse('board')}?{query}" if query else reverse("board")


def _tabs(views: Sequence[SavedView], query: str) -> list[Mapping[str, Any]]:
    """Return the usual boards and the saved views as tabs."""
    scopes = [BoardFilter(scope=key) for key, _label in SCOPES]
    tabs: list[tuple[Any, str]] = [
        (label, query_of(chosen)) for (_key, label), chosen in zip(SCOPES, scopes, strict=True)
    ]
    tabs += [(view.name, view.query) for view in views]
    address = reverse("board")
    return [
        {"label": label, "url": f"{address}?{asked}" if asked else address, "is_current": asked == query}
        for label, asked in tabs
    ]


@reads("board_reckoning", "nothing")
@require_GET
def reckoning(request: DeskRequest) -> HttpResponse:
    """Reckon a part of what is stale and show how far it came; the page asks for the next part by itself."""
    left, total = board_step(on=timezone.localdate()), cases_count()
    if not left:
        messages.success(request, _("The board is reckoned for today."))
        return HttpResponseRedirect(reverse("board"))
    context = {"nav_current": "board", "left": left, "total": total, "done": max(total - left, 0)}
    return render(request, "desk/board/reckoning.html", context)


@reads("board_view_save", "own")
@require_POST
def save_view(request: DeskRequest) -> HttpResponse:
    """Keep the filter that is shown under a name."""
    query = query_of(BoardForm(QueryDict(request.POST.get("query", ""))).chosen)
    form = ViewForm(request.POST)
    try:
        name = form.cleaned_data["name"] if form.is_valid() else ""
        view_save(user=request.user, name=name, query=query)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("The view was saved."))
    return _back(query)


@reads("board_view_remove", "own")
@require_POST
def remove_view(request: DeskRequest) -> HttpResponse:
    """Remove a saved view; the cases in it stay as they are."""
    if (asked := request.POST.get("view", "")).isdecimal():
        view_remove(user=request.user, view_id=int(asked))
        messages.success(request, _("The view was removed."))
    return _back("")


def _back(query: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('board')}?{query}" if query else reverse("board"))


routes = [
    path("board", board, name="board"),
    path("board/reckoning", reckoning, name="board_reckoning"),
    path("board/views", save_view, name="board_view_save"),
    path("board/views/remove", remove_view, name="board_view_remove"),
]
