"""Checks every invariant of the books."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from payments.services import books


class Command(BaseCommand):
    help = "Check the ledger's invariants; exits with 1 where anything differs."

    def handle(self, *args: Any, **options: Any) -> None:
        found = books.differences()
        for difference in found:
            self.stdout.write(str(difference))
        self.stdout.write(f"{len(books.invariants())} invariants, {len(found)} differences")
        if found:
            sys.exit(1)
