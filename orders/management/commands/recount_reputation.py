from typing import Any

from django.core.management.base import BaseCommand

from marketplace.kernel import clock
from orders.services import reputation


class Command(BaseCommand):
    help = "Makes every seller's counts anew from their orders, reviews and talks, and says what was not as it should."

    def handle(self, *args: Any, **options: Any) -> None:
        at, wrong = clock.now(), 0
        sellers = list(reputation.sellers())
        for seller_id in sellers:
            found = reputation.recount(seller_id, at)
            wrong += bool(found)
            for line in found:
                self.stdout.write(f"seller {seller_id}: {line}")
        self.stdout.write(f"{len(sellers)} sellers counted, {wrong} were not as they should have been.")
