"""Issues every document that is missing, now."""

from typing import Any

from django.core.management.base import BaseCommand

from marketplace.kernel import clock
from payments.documents import missing


class Command(BaseCommand):
    help = "Issue all receipts, invoices and credit notes that are missing, and last month's invoices for fees."

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        documents, fees = missing.issue_missing(at), missing.issue_fees(at)
        self.stdout.write(f"{documents} documents, {fees} invoices for fees")
