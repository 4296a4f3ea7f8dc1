"""Fills an empty site with the demo's people, gigs and orders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from marketplace.demo.loader import run
from marketplace.kernel import clock
from marketplace.kernel.models import Heartbeat

T = TypeVar("T")
DONE = "demo.loaded"


class Command(BaseCommand):
    help = "Load the demo's people, gigs and orders, through the services that the product uses. Does it once."

    def handle(self, *args: Any, **options: Any) -> None:
        if Heartbeat.objects.filter(pk=DONE).exists():
            self.stdout.write("The demo is loaded already.")
            return
        now = clock.now()
        columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console()) as bar:

            def progress(items: Iterable[T], label: str, total: int) -> Iterator[T]:
                return iter(bar.track(items, total=total, description=label))

            run.load(now, progress)
        Heartbeat.objects.create(name=DONE, beat_at=now)
