from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.progress import track

from gigs.search.reindexing import reindex
from marketplace.kernel import clock


class Command(BaseCommand):
    help = "Writes every search entry anew, the best first, in batches, while the site serves; repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processes", type=int, default=1, help="that share the work")

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        batches = reindex(clock.now(), processes=options["processes"])
        for done in track(batches, description="gigs", disable=not self.stdout.isatty()):
            self.done = done
        self.stdout.write(f"{done} gigs.")
