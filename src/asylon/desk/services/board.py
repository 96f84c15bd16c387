"""Keeps the board fresh, and the views of it that people save."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from asylon.desk import law
from asylon.desk.models import Case, SavedView, User
from asylon.desk.services.reckoning import other_days, reckon_all, stale_cases

AT_ONCE = 500  # as many cases are reckoned while somebody waits for the page
STEP = 1000  # as many at each step of the page that shows how far it came
MOST_VIEWS = 12


# For which day and packs this process has once found everything reckoned: its packs do not change while it runs, and
# whoever changes a case reckons it in the same transaction.
_checked: set[tuple[date, str]] = set()


def board_freshen(*, on: date) -> int:
    """Reckon what is stale if it is little; return how many cases are still to be reckoned."""
    stale = other_days(on).count() or (0 if (on, law.packs_version()) in _checked else stale_cases(on).count())
    if 0 < stale <= AT_ONCE:
        reckon_all(on=on, most=AT_ONCE)
        stale = stale_cases(on).count()
    if not stale:
        _checked.add((on, law.packs_version()))
    return stale


def board_step(*, on: date) -> int:
    """Reckon some of what is stale, however much it is; return how many cases are left."""
    reckon_all(on=on, most=STEP)
    return stale_cases(on).count()


def cases_count() -> int:
    """Return how many cases the board is reckoned for."""
    return Case.objects.unwalled("reckon").count()


@transaction.atomic
def view_save(*, user: User, name: str, query: str) -> SavedView:
    """Keep a filter of the board under a name, in place of one of that name; ValidationError when it has no name.

    `query` must be what `forms.board.query_of` gives: nothing else of an address is kept.
    """
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("Give the view a name, such as “Hearings this week”."))
    old = SavedView.objects.filter(user=user, name=name)
    if not old.exists() and SavedView.objects.filter(user=user).count() >= MOST_VIEWS:
        raise ValidationError(
            _("You have %(n)d saved views already; remove one before you save another.") % {"n": MOST_VIEWS}
        )
    view, _made = SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return view


def view_remove(*, user: User, view_id: int) -> None:
    """Remove a saved view of this person; nothing happens if it is gone already."""
    SavedView.objects.filter(user=user, pk=view_id).delete()
