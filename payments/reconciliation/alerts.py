"""Who is told: the operator, by mail, once for each difference."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext

from marketplace.kernel import identity, outbox
from marketplace.kernel.mail import Mail
from payments.models import Difference

_MOST_IN_A_LETTER = 50


@transaction.atomic
def tell(at: datetime) -> int:
    """One letter about everything that nobody was told of yet; returns how many differences it covers."""
    untold = list(Difference.objects.select_for_update(skip_locked=True).filter(told_at=None).order_by("id"))
    if not untold:
        return 0
    Difference.objects.filter(pk__in=[one.pk for one in untold]).update(told_at=at)
    key = f"differences:{untold[0].pk}:{untold[-1].pk}"
    outbox.enqueue(topic="mail", key=key, payload=asdict(_letter(untold)), at=at)
    return len(untold)


def _letter(untold: list[Difference]) -> Mail:
    count = len(untold)
    subject = ngettext("%d difference in the books", "%d differences in the books", count) % count
    context = {
        "differences": untold[:_MOST_IN_A_LETTER],
        "more": max(count - _MOST_IN_A_LETTER, 0),
        "site_name": identity.name(),
        "url": settings.SITE_URL + reverse("money:reconciliation"),
    }
    text = render_to_string("emails/books_differ.txt", context).strip() + "\n"
    return Mail(to=settings.OPERATOR_EMAIL, subject=f"{identity.name()}: {subject}", text=text)
