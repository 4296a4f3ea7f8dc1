from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from gigs.services.category_loading import load_categories


class Command(BaseCommand):
    help = "Loads the categories that come with the product; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            created, updated = load_categories()
        self.stdout.write(f"categories: {created} new, {updated} up to date")
