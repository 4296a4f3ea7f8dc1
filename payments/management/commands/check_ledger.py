"""Checks every invariant of the books."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from marketplace.kernel import clock
from payments.reconciliation import books
from payments.services.books import invariants


class Command(BaseCommand):
    help = "Check the ledger's invariants. Exits with 0 where all hold, 1 where any does not, 2 where it cannot tell."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = books.check(clock.now())
        except DatabaseError as error:
            raise CommandError(f"the books could not be read: {error}", returncode=2) from error
        for difference in found:
            self.stdout.write(str(difference))
        self.stdout.write(f"{len(invariants())} invariants, {len(found)} differences")
        if found:
            sys.exit(1)
