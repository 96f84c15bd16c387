"""Reckons the board anew: to be run every night, so that nobody waits for it in the morning."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from asylon.desk.services.reckoning import reckon_all


class Command(BaseCommand):
    help = "Reckons the lines of the board of every case that changed, or of all when the day or the packs did."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", help="the day to look from, such as 2026-11-25; today if left out")
        parser.add_argument("--all", action="store_true", help="reckon every case, whether it needs it or not")

    def handle(self, *_args: Any, **options: Any) -> None:
        day = _day(options["on"]) if options["on"] else None
        done = reckon_all(on=day, is_forced=options["all"])
        self.stdout.write(ngettext("%(n)d case reckoned.", "%(n)d cases reckoned.", done) % {"n": done})


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--on: {text!r} is no day; write it as 2026-11-25") from None
