"""Puts a backup back; outflows stay stopped until Stripe's record and the books are equal again."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from payments.backup import restoring
from payments.backup.errors import BackupFailed

_NEXT = """Refunds, transfers and payouts are stopped. They run again by themselves when a full reconciliation finds
both sides equal to the minor unit. Start web, worker and beat, then look at /money/reconciliation/, or run
    manage.py reconcile --full
and close what only a person can decide."""


class Command(BaseCommand):
    help = "Replace the database by that of a backup and add its files. Stop web, worker and beat first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the backup's folder, with its manifest.json")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = restoring.check(options["folder"])
            self.stdout.write(f"{found.site} as it was at {found.made_at}")
            if not options["yes"]:
                self._ask()
            restoring.restore(options["folder"])
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_NEXT)

    def _ask(self) -> None:
        name = connection.settings_dict["NAME"]
        self.stdout.write(f"Everything in the database {name} that is newer will be gone. Type its name to go on:")
        if input().strip() != name:
            raise CommandError("Nothing was changed.")
