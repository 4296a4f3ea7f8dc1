"""Runs the periodic jobs in this process, where Celery's broker is away."""

import time
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from marketplace.kernel import clock, periodic


class Command(BaseCommand):
    help = "Run every periodic job, once or until stopped, without Celery."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run each job once and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        last: dict[str, datetime] = {}
        while True:
            at = clock.now()
            for job in periodic.jobs():
                if job.name not in last or at - last[job.name] >= job.every:
                    last[job.name] = at
                    self.stdout.write(f"{job.name}: {periodic.run(job.name, at)}")
            if options["once"]:
                return
            time.sleep(1)
