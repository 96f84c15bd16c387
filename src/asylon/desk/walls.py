"""The one policy: who may see which case, and what a role allows. Every read path asks here.

Nothing opens a case but a membership that has not lapsed, and a bar beats every membership. What hangs on
a case (events, people, papers, lines of the board) is visible through a visible case and not otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Literal, TypeVar

from django.apps import apps
from django.db.models import BooleanField, Exists, Expression, F, Model, OuterRef, Q, QuerySet
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


def roles_for(act: Act) -> list[str]:
    """Return the roles that allow an act."""
    return [role for role in ALLOWED if may(role, act)]


def may_count(user: User) -> bool:
    """Tell whether `user` may draft, see and release counts over all cases: leads and administrators of the office.

    Counts open no case: what they see is protected before it is shown (`services.releases`).
    """
    return user.is_active and (user.is_lead or user.is_administrator)


class Live(Expression):
    """The condition that a membership opens its case to `user` now. It stands here and nowhere else.

    Written out in SQL: every page asks it many times, and putting it together from querysets each time took a quarter
    of the time of a case (docs/decisions/011-wall-in-sql.md).
    """

    conditional = True
    output_field = BooleanField()
    OF = ("user_id", "case_id", "until")
    SQL = """({user} = %s AND ({until} IS NULL OR {until} > %s)
        AND NOT EXISTS (SELECT 1 FROM desk_bar bar WHERE bar.user_id = %s AND bar.case_id = {case})
        AND EXISTS (SELECT 1 FROM desk_user who WHERE who.id = %s AND who.is_active))"""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.me = user.pk
        self.columns: list[Any] = [F(name) for name in self.OF]

    def get_source_expressions(self) -> list[Any]:
        """Return the columns of the row that the condition is about."""
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        """Take those columns as the query around names them."""
        self.columns = list(exprs)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on a row of the membership table, and its values."""
        user, case, until = (compiler.compile(column)[0] for column in self.columns)
        return self.said(connection, user, case, until)

    def said(self, connection: Any, user: str, case: str, until: str) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on the columns of a membership, and its values."""
        now, me = connection.ops.adapt_datetimefield_value(timezone.now()), self.me
        return self.SQL.format(user=user, case=case, until=until), (me, now, me, me)


class Held(Live):
    """The condition that the case named by a column of the row is one in which `user` may do `act`.

    It is asked row by row: pages show few rows to people who hold many keys. Where all rows are gone through
    (`is_counted`) the list of keys comes first.
    """

    def __init__(self, case_id: str, user: User, act: Act, *, is_counted: bool = False) -> None:
        super().__init__(user)
        self.columns = [F(case_id)]
        self.roles = roles_for(act)
        self.is_counted = is_counted

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition on any row that names a case, and its values."""
        case, _values = compiler.compile(self.columns[0])
        live, values = self.said(connection, "held.user_id", "held.case_id", "held.until")
        roles = ", ".join(["%s"] * len(self.roles))
        rows = f"SELECT held.case_id FROM desk_membership held WHERE held.role IN ({roles}) AND {live}"
        held = f"{case} IN ({rows})" if self.is_counted else f"EXISTS ({rows} AND held.case_id = {case})"
        return held, (*self.roles, *values)


def unlapsed() -> Q:
    """Return the condition that a membership has not lapsed, whoever holds it: to tell people, never to show a row."""
    return Q(until__isnull=True) | Q(until__gt=timezone.now())


def memberships_of(user: User) -> QuerySet[Any]:
    """Return the memberships by which `user` holds keys of cases now."""
    rows: QuerySet[Any] = apps.get_model("desk", "Membership")._base_manager.all()
    return rows.filter(Live(user))


def visible_cases(user: User, *, act: Act = "read") -> QuerySet[Any]:
    """Return the ids of the cases in which `user` may do `act`, for use in a query."""
    return memberships_of(user).filter(role__in=roles_for(act)).values("case_id")


def within_the_wall(rows: QuerySet[M], user: User, *, act: Act = "read", is_counted: bool = False) -> QuerySet[M]:
    """Return those of `rows` that hang on a case in which `user` may do `act`; `is_counted` when all are needed."""
    held = partial(Held, user=user, act=act, is_counted=is_counted)
    for path in _paths(rows.model):
        rows = rows.filter(_reached(rows.model, path.split("__"), held) if path else held("pk"))
    return rows


def _reached(model: type[Model], steps: Sequence[str], held: Callable[[str], Held], own: str = "pk") -> Exists | Held:
    """Return the condition that a `held` case is reached from a row of `model` by `steps`.

    `own` is the column of the row outside that names the row of `model`.
    """
    if steps[0] == "case":
        return held("case_id")
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
