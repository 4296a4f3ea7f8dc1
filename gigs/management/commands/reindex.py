from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.progress import track

from gigs.models import Gig
from gigs.search import entries, tiers, words
from marketplace.kernel import clock


class Command(BaseCommand):
    help = "Writes every gig's search entry anew, in batches of their own, while the site serves; repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--after", type=int, default=0, help="go on behind this gig's id")

    def handle(self, *args: Any, **options: Any) -> None:
        at, last = clock.now(), Gig.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        batches = entries.rewrite_all(at, after=options["after"])
        for reached in track(batches, description="gigs", disable=not self.stdout.isatty()):
            self.reached = reached
        words.count_words()
        moved = tiers.put_in_order()
        self.stdout.write(f"Up to gig {last}; {moved} moved to another tier.")
