"""When documents are issued: shortly after what they are about, and once a day whatever was missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from marketplace.kernel.periodic import periodic
from payments.documents import missing

_RECENT = timedelta(days=7)


@periodic(every=timedelta(seconds=30))
def issue_documents(at: datetime) -> int:
    return missing.issue_missing(at, since=at - _RECENT)


@periodic(every=timedelta(hours=1))
def issue_fee_invoices(at: datetime) -> int:
    """Fees of months that have ended; also looks at all money there ever was for documents that are missing."""
    return missing.issue_fees(at)
