"""Compares Stripe's record with ours, object by object."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.kernel.errors import DomainError
from payments.management.moments import moment
from payments.models import ReconciliationRun
from payments.reconciliation import runs
from payments.selectors.reconciliation import open_differences


class Command(BaseCommand):
    help = (
        "Compare Stripe's record with ours, repair what is safe, report the rest with both sides. "
        "Exits with 0 where both are equal to the minor unit, 1 where not, 2 where it could not end."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        since = "objects created from then on (2026-11-02T12:00); default: from before the end of the last run"
        parser.add_argument("--since", type=moment, help=since)
        parser.add_argument("--full", action="store_true", help="everything since the account was opened")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = runs.to_the_end(since=options["since"], is_full=options["full"])
        except DomainError as error:
            raise CommandError(error.message, returncode=2) from error
        if run.trouble:
            raise CommandError(run.trouble, returncode=2)
        self._print(run)
        if not run.is_equal:
            sys.exit(1)

    def _print(self, run: ReconciliationRun) -> None:
        for balance in run.balances:
            self.stdout.write("{currency}: ours {ours_minor}, theirs {theirs_minor}".format(**balance))
        for difference in open_differences():
            self.stdout.write(f"{difference}. {difference.note}")
        self.stdout.write(f"{run.objects_seen} objects, {'equal' if run.is_equal else 'not equal'}")
