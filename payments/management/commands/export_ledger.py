"""Writes the ledger for an accountant's program."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import track

from marketplace.kernel.errors import DomainError
from payments.documents.export.formats import FORMATS
from payments.documents.export.ledger import Export


class Command(BaseCommand):
    help = "Export the ledger of a period, one transaction per transfer, as CSV, hledger journal or beancount."

    def add_arguments(self, parser: CommandParser) -> None:
        day = date.fromisoformat
        parser.add_argument("--from", dest="first", type=day, required=True, help="first day, 2026-01-01")
        parser.add_argument("--to", dest="last", type=day, required=True, help="last day, included")
        parser.add_argument("--format", choices=sorted(FORMATS), default="csv")
        parser.add_argument("-o", "--output", default="-", help="file to write; - for the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            export = Export(options["first"], options["last"], options["format"])
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["output"] == "-":
            self.stdout.writelines(export.lines())
            return
        count = export.count()
        progress = Console(file=sys.stderr)
        with Path(options["output"]).open("w", encoding="utf-8", newline="") as file:
            file.writelines(
                export.lines(
                    lambda found: track(found, description="Transfers", total=count, console=progress, transient=True)
                )
            )
        self.stderr.write(f"{count} transfers in {options['output']}")
