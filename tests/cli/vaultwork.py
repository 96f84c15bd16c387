"""Work on a vault in a process of its own: `python -m tests.cli.vaultwork WORK FOLDER`; the passphrase as ever."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from asylon.desk.config import DeskConfig
from asylon.desk.setup import open_desk
from asylon.vault.sealing import KeyPair
from asylon.vault.store import open_vault

SECRET = "Maryna Zaslaŭskaja"


def add_paper() -> dict[str, Any]:
    """Give the first case of the demo a sealed paper."""
    from uuid import uuid4

    from django.utils import timezone

    from asylon.desk.models import Case, Paper
    from asylon.desk.services.papers import stored_path
    from asylon.vault.store import write_whole

    paper = Paper(
        case=Case.objects.unwalled("backup").first(), stored=uuid4(), sealed=b"\0\xff", added_at=timezone.now()
    )
    paper.save(force_insert=True)
    path = stored_path(paper.stored)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, os.urandom(300_000))
    return {"paper": paper.stored.hex}


def change_trail() -> dict[str, Any]:
    """Change a row as somebody with the database would."""
    from asylon.desk.models import TrailRow

    row = TrailRow.objects.get(seq=5)
    TrailRow.objects.filter(seq=5).update(actor="somebody")
    return {"was": row.actor}


def cut_trail() -> dict[str, Any]:
    """Take the last rows off the trail, head included, as somebody with the database would."""
    from asylon.desk.models import TrailHead, TrailRow

    last = TrailHead.objects.get()
    before = TrailRow.objects.get(seq=last.seq - 5)
    noted = {"seq": last.seq, "hash": bytes(last.hash).hex()}
    TrailRow.objects.filter(seq__gt=before.seq).delete()
    TrailHead.objects.update(seq=before.seq, hash=before.hash)
    return noted


def look() -> dict[str, Any]:
    """Tell what a person sees who signs in: the number of cases opened, and what the second factor's secret is."""
    from asylon.desk.models import Membership, User
    from asylon.desk.selectors.cases import open_case
    from asylon.desk.session import Keyring, open_private

    user = User.objects.get(username=sys.argv[3])
    private = open_private(user, sys.argv[4])
    if private is None:
        return {"opened": None}
    ring = Keyring(user, private)
    rows = Membership.objects.unwalled("backup").filter(user=user, role="lead")
    titles = [open_case(ring, row.case_id).content.title for row in rows]
    assert all(titles)
    index = bool(ring.index) if user.is_admitted else False
    return {"opened": len(titles), "index": index, "lead": user.is_lead}


def bar() -> dict[str, Any]:
    """Bar a person from the first case they do not lead."""
    from asylon.desk.models import Bar, Case, User

    user = User.objects.get(username=sys.argv[3])
    case = Case.objects.unwalled("backup").exclude(memberships__user=user).first()
    assert case is not None
    Bar.objects.create(case=case, user=user)
    return {"cases": Case.objects.unwalled("backup").count()}


def found_demo() -> dict[str, Any]:
    """Fill a vault that `init` made with the demo's cases, so that its recovery key opens them."""
    from asylon.desk.demo import _load_family, _Loading
    from asylon.desk.democase import families
    from asylon.desk.models import User
    from asylon.desk.services.accounts import account_make, member_admit
    from asylon.desk.services.cases import reckoning_put_off
    from asylon.desk.session import Keyring, open_private

    password = sys.argv[3]
    noa = User.objects.get(username="noa")
    ring = Keyring(noa, open_private(noa, password) or b"")
    users = {"noa": noa}
    for name in ("daniil", "miriam", "sam"):
        users[name] = account_make(
            username=name, display_name=name, password=password, work="lawyer", by=None, must_change_password=False
        )
        member_admit(user=users[name], keyring=ring)
    rings = {name: Keyring(user, open_private(user, password) or b"") for name, user in users.items()}
    from datetime import date

    with reckoning_put_off():
        for family in families(date(2026, 11, 25))[:4]:
            _load_family(_Loading(users, rings), family)
    return {}


def last_act() -> dict[str, Any]:
    """Tell what was last done to the vault as a whole."""
    from asylon.desk.models import TrailRow

    row = TrailRow.objects.filter(action__startswith="vault.").order_by("-seq")[0]
    return {"action": row.action, "count": row.count, "detail": row.detail}


def _wraps() -> list[bytes]:
    from asylon.desk.models import Case
    from asylon.desk.services.accounts import organisation

    org, cases = organisation(), Case.objects.unwalled("backup").values_list("recovery_wrap", flat=True)
    return [bytes(wrap) for wrap in (org.recovery_index, org.recovery_emergency, *cases)]


def wraps() -> dict[str, Any]:
    """Tell everything that is wrapped for the recovery key, its public half, and the number of cases."""
    from asylon.desk.services.accounts import organisation

    found = [wrap.hex() for wrap in _wraps()]
    return {"wraps": found, "public": bytes(organisation().recovery_public).hex(), "cases": len(found) - 2}


def opened_by() -> dict[str, Any]:
    """Tell how many wraps two shares of a recovery key with this public half open."""
    from asylon.errors import VaultError
    from asylon.vault.recovery import combine
    from asylon.vault.sealing import unwrap

    *shares, public = sys.argv[3:]
    private, count = combine(shares, bytes.fromhex(public)), 0
    for wrap in _wraps():
        with contextlib.suppress(VaultError):
            unwrap(wrap, private)
            count += 1
    return {"opened": count}


def open_case() -> dict[str, Any]:
    """Open one more case as Noa."""
    from asylon.desk.content import CaseContent
    from asylon.desk.models import Case, User
    from asylon.desk.services.cases import case_open
    from asylon.desk.session import Keyring, open_private

    noa = User.objects.get(username="noa")
    ring = Keyring(noa, open_private(noa, sys.argv[3]) or b"")
    case_open(keyring=ring, jurisdiction="il", content=CaseContent(title="One more"))
    return {"cases": Case.objects.unwalled("backup").count()}


def save_enquiry() -> None:
    """Keep an enquiry as Noa."""
    from uuid import uuid4

    from asylon.desk.models import User
    from asylon.desk.services.intake import enquiry_save
    from asylon.desk.session import Keyring, open_private

    noa = User.objects.get(username="noa")
    enquiry_save(keyring=Keyring(noa, open_private(noa, sys.argv[3]) or b""), enquiry_id=uuid4(), fields={})


def _renew_beside(making: Callable[[], Any], old: KeyPair, new: KeyPair) -> None:
    """Make a new recovery key on another connection while something is being made."""
    from threading import Thread

    from django.db import connections, transaction

    from asylon.desk.services.recovery import recovery_renew

    def renew() -> None:
        recovery_renew(recovery_private=old.private, recovery_public=new.public, threshold=1, holders=1)
        connections.close_all()

    with transaction.atomic():
        making()
        beside = Thread(target=renew)
        beside.start()
        beside.join(1)
    beside.join(30)


def renew_beside_new_rows() -> dict[str, Any]:
    """Make new keys while a case and an enquiry are being made; tell whether both have them."""
    from asylon.desk.models import Case, Enquiry
    from asylon.desk.services.accounts import organisation
    from asylon.desk.services.vouched import mark_organisation
    from asylon.vault.sealing import new_pair, unwrap, wrap

    first, second, third, emergency = new_pair(), new_pair(), new_pair(), new_pair()
    org = organisation()
    org.recovery_public, org.recovery_index = first.public, wrap(b"index", first.public)
    org.emergency_public, org.recovery_emergency = emergency.public, wrap(emergency.private, first.public)
    mark_organisation(org)
    org.save()
    Case.objects.unwalled("backup").all().delete()
    Enquiry.objects.all().delete()
    _renew_beside(open_case, first, second)
    _renew_beside(save_enquiry, second, third)
    present = unwrap(organisation().recovery_emergency, third.private)
    case, enquiry = Case.objects.unwalled("backup").get(), Enquiry.objects.get()
    opened = [unwrap(case.recovery_wrap, third.private), unwrap(case.emergency_wrap, present)]
    return {"for the new keys": len([*opened, unwrap(enquiry.emergency_wrap, present)])}


WORKS = {
    work.__name__: work
    for work in (
        add_paper, change_trail, cut_trail, look, bar, found_demo,
        last_act, wraps, opened_by, open_case, renew_beside_new_rows,
    )
}  # fmt: skip


if __name__ == "__main__":
    vault = open_vault(Path(sys.argv[2]), os.environ["ASYLON_PASSPHRASE"])
    open_desk(DeskConfig(vault))
    sys.stdout.write(json.dumps(WORKS[sys.argv[1]]()))
