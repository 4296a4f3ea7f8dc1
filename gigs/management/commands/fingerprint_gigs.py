"""Lets published gigs be recognised in copies of them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from gigs.reviewing.checks.duplicates import keep_all


class Command(BaseCommand):
    help = "Writes the fingerprints by which copied texts and covers are found. Again and again is harmless."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{keep_all()} gigs can be recognised.")
