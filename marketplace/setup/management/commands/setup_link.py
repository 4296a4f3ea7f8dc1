"""Prints the address at which the first staff account is made."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from marketplace.setup import services


class Command(BaseCommand):
    help = "Print a link, good once and for a day, at which the first staff account of this site is made."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(services.make_link(clock.now()))
        except InvalidInput as error:
            raise CommandError(error.message) from error
