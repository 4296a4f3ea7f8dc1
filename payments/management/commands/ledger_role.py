"""Grants a database role what web, worker and beat need: everything but a way to change the books."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.ledger import role


class Command(BaseCommand):
    help = "Grant a role, which must exist, what the application needs; the ledger it can only read and post to."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            role.restrict(options["role"])
        except role.UnfitRole as unfit:
            raise CommandError(str(unfit)) from unfit
        self.stdout.write(f"{options['role']} reads the ledger and posts to it, and cannot change it.")
