"""Processes stored webhooks anew."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.kernel import clock
from payments.management.moments import moment
from payments.webhooks import processing


class Command(BaseCommand):
    help = (
        "Process stored webhooks once more, which is harmless: what has happened does not happen again. "
        "Exits with 1 where any of them could not be processed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--event", help="Stripe's id of one: evt_…")
        which.add_argument("--parked", action="store_true", help="all that were given up")
        which.add_argument("--since", type=moment, help="all received from then on: 2026-11-02T12:00")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        if options["event"]:
            events = processing.replay(options["event"], at)
            if not events:
                raise CommandError(f"no event {options['event']} is stored here")
        elif options["parked"]:
            events = processing.replay_parked(at)
        else:
            events = processing.replay_since(options["since"], at)
        for event in events:
            self.stdout.write(f"{event.source} {event}: {event.outcome}")
        failed = [event for event in events if event.processed_at is None]
        self.stdout.write(f"{len(events)} events, {len(failed)} not processed")
        if failed:
            sys.exit(1)
