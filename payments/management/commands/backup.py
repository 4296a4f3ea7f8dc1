"""Writes a backup of the whole site while it runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.kernel import clock, events
from payments.backup import making
from payments.backup.errors import BackupFailed
from payments.events import BackupMade


class Command(BaseCommand):
    help = "Write database and files into a folder named after the moment. Keep it as safe as the database itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        default = Path(settings.DATA_DIR) / "backups"
        parser.add_argument("--to", type=Path, default=default, help=f"the folder of the folders; default: {default}")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        try:
            made = making.make(options["to"], at)
        except BackupFailed as error:
            raise CommandError(str(error)) from error
        events.publish(BackupMade(at, sum(path.stat().st_size for path in made.iterdir())))
        for path in sorted(made.iterdir()):
            self.stdout.write(f"{path.stat().st_size:>14,} bytes  {path.name}")
        self.stdout.write(str(made))
