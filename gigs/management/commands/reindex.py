from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.progress import track

from gigs.search.reindexing import reindex
from marketplace.kernel import clock


class Command(BaseCommand):
    help = "Writes every gig's search entry anew, in batches of their own, while the site serves; repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--after", type=int, default=0, help="go on behind this gig's id")
        parser.add_argument("--processes", type=int, default=1, help="that share the work")

    def handle(self, *args: Any, **options: Any) -> None:
        reached = options["after"]
        batches = reindex(clock.now(), after=reached, processes=options["processes"])
        for reached in track(batches, description="gigs", disable=not self.stdout.isatty()):
            self.reached = reached
        self.stdout.write(f"Up to gig {reached}.")
