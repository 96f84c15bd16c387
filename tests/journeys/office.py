"""Makes the office of the journeys in a process of its own, so that the browser's loop and the ORM never meet.

    python -m tests.journeys.office FOLDER [DATABASE]

The passphrase and the password of everybody come as ASYLON_PASSPHRASE and ASYLON_PASSWORD. It prints, as JSON, for
each person the secret of the authenticator app and the recovery codes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from asylon.vault.sealing import Cost, new_pair

COST = Cost(passes=1, memory=1024 * 1024)  # cheap: what is tried here is the desk, not its passwords
FRESH = ("tamar", "yosef", "lena", "amal")  # their first sign-in is still to come


def main(folder: Path, database: str) -> None:
    """Make the vault in `folder` and print what its people need to sign in."""
    from asylon.desk.config import DeskConfig
    from asylon.desk.setup import FirstAccount, found_organisation, make_tables, open_desk, prepare_store
    from asylon.vault.store import create_vault

    vault = create_vault(folder, passphrase=os.environ["ASYLON_PASSPHRASE"], database=database, cost=COST)
    open_desk(DeskConfig(vault, cost=COST))
    prepare_store(vault)
    make_tables()
    password = os.environ["ASYLON_PASSWORD"]
    lead = found_organisation(
        name="Journeys",
        recovery_public=new_pair().public,
        threshold=2,
        lead=FirstAccount("noa", "Noa Harel", password),
        administrator=FirstAccount("olga", "Olga Winter", password),
    )
    sys.stdout.write(json.dumps(colleagues(lead.username, password)))


def colleagues(lead: str, password: str) -> dict[str, dict[str, object]]:
    """Return the second factors by user name, after everybody else was given an account and was admitted."""
    from asylon.desk.models import User
    from asylon.desk.services.accounts import account_make, member_admit
    from asylon.desk.session import Keyring, open_private

    first = User.objects.get(username=lead)
    keyring = Keyring(first, open_private(first, password) or b"")
    for name, shown, leads in (("dan", "Dan Peled", False), ("rivka", "Rivka Stern", True)):
        account_make(
            username=name,
            display_name=shown,
            password=password,
            work="lawyer",
            by=None,
            is_lead=leads,
            must_change_password=False,
        )
    for name in FRESH:
        account_make(username=name, display_name=name.title(), password=password, work="caseworker", by=None)
    found: dict[str, dict[str, object]] = {}
    for user in User.objects.order_by("pk"):
        if not user.is_administrator and user != first:
            member_admit(user=user, keyring=keyring)
        found[user.username] = {} if user.username in FRESH else second_factor(user)
    return found


def second_factor(user: object) -> dict[str, object]:
    """Return secret and recovery codes of somebody, made the way the pages make them."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal import auth as totp

    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return {"secret": secret, "codes": RecoveryCodes.activate(user).get_unused_codes()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
