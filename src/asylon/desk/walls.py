"""The one policy: who may see which case, and what a role allows. Every read path asks here.

Nothing opens a case but a membership that has not lapsed, and a bar beats every membership. What hangs on
a case (events, people, papers, lines of the board) is visible through a visible case and not otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeVar, cast

from django.apps import apps
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone

from asylon.desk.models.accounts import User

M = TypeVar("M", bound=Model)
Act = Literal["read", "papers", "write", "confirm", "card", "grant", "close", "delete"]

# What a role in a case allows. Interpreters and accompaniers see a card: what to call the person, the
# languages, the agreed way of contact and where to be when.
ALLOWED: dict[str, frozenset[str]] = {
    "lead": frozenset({"read", "papers", "write", "confirm", "card", "grant", "close", "delete"}),
    "member": frozenset({"read", "papers", "write", "confirm", "card"}),
    "reader": frozenset({"read", "papers", "card"}),
    "interpreter": frozenset({"card"}),
    "accompanier": frozenset({"card"}),
}


def may(role: str, act: Act) -> bool:
    """Tell whether a role in a case allows an act; False for a role that is not known."""
    return act in ALLOWED.get(role, frozenset())


def memberships_of(user: User) -> QuerySet[Any]:
    """Return the memberships by which `user` holds keys of cases now."""
    membership = apps.get_model("desk", "Membership")
    bar = apps.get_model("desk", "Bar")
    rows = membership._base_manager.filter(user_id=user.pk, user__is_active=True)
    rows = rows.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))
    barred = bar._base_manager.filter(user_id=user.pk, case_id=OuterRef("case_id"))
    return cast("QuerySet[Any]", rows.filter(~Exists(barred)))


def visible_cases(user: User, *, act: Act = "read") -> QuerySet[Any]:
    """Return the ids of the cases in which `user` may do `act`, for use in a query."""
    roles = [role for role, acts in ALLOWED.items() if act in acts]
    return memberships_of(user).filter(role__in=roles).values("case_id")


def within_the_wall(rows: QuerySet[M], user: User, *, act: Act = "read") -> QuerySet[M]:
    """Return those of `rows` that hang on a case in which `user` may do `act`."""
    model = rows.model
    # Asked row by row: pages show few rows to people who hold many keys, and a list of all keys would come first.
    held = visible_cases(user, act=act)
    for path in _paths(model):
        rows = rows.filter(_reached(model, path.split("__"), held) if path else _is_held("pk", held))
    return rows


def _is_held(case_id: str, held: QuerySet[Any]) -> Exists:
    """Return the condition that the case named by a column of the row is among those whose keys are held."""
    return Exists(held.filter(case_id=OuterRef(case_id)))


def _reached(model: type[Model], steps: Sequence[str], held: QuerySet[Any], own: str = "pk") -> Exists:
    """Return the condition that some held case is reached from a row of `model` by `steps`.

    `own` is the column of the row outside that names the row of `model`.
    """
    if steps[0] == "case":
        return _is_held("case_id", held)
    step: Any = model._meta.get_field(steps[0])
    related: type[Model] = step.related_model
    if not step.one_to_many:
        return _reached(related, steps[1:], held, step.attname)
    behind = related._base_manager.filter(**{step.field.attname: OuterRef(own)})
    return Exists(behind.filter(_reached(related, steps[1:], held)))


def _paths(model: type[Model]) -> tuple[str, ...]:
    wall: str = model.wall  # type: ignore[attr-defined]
    other: str | None = getattr(model, "other_wall", None)
    return (wall, other) if other else (wall,)
