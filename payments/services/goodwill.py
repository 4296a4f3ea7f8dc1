"""Money that the platform gives a seller: held, released and cleared like any other, from its own pocket."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.kernel import identity
from marketplace.kernel.money import Money
from payments import owners
from payments.contracts import Evidence, PromotionRequest, Protected, ReferenceCard, ReleaseRequest
from payments.models import Charge
from payments.services.charges import promote
from payments.services.releases import clear, release

PREFIX = "goodwill"


@transaction.atomic
def give(*, key: uuid.UUID, payee_id: int, amount: Money, at: datetime) -> None:
    """Cleared at once; leaves with the next transfer. The same key again changes nothing."""
    reference, nothing = f"{PREFIX}:{key}", Money(0, amount.currency)
    charge = promote(PromotionRequest(reference, reference, payee_id, amount), at)
    release(ReleaseRequest(reference, charge.id, payee_id, price=amount, seller_fee=nothing, buyer_fee=nothing), at)
    clear(reference, at)


class Goodwill:
    """The owner of such references: nothing runs behind them."""

    def lock(self, reference: str) -> None:
        """The charge's own lock is enough."""

    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        title = _("From %(site)s to you") % {"site": identity.name()}
        return {reference: ReferenceCard(title, "") for reference in references}

    def protected_for(self, payee_id: int) -> list[Protected]:
        return []

    def find(self, term: str) -> list[str]:
        found = Charge.objects.filter(reference=f"{PREFIX}:{term}")
        return list(found.values_list("reference", flat=True)[:1])

    def seller_bears(self, reference: str, charge_id: uuid.UUID, reason: str) -> bool:
        return False

    def evidence(self, reference: str) -> Evidence:
        return Evidence(description=reference, service_date=None, log=())


owners.register(PREFIX, Goodwill())
