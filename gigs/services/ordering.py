"""From a gig to an order: locked, checked again, handed to the order core as frozen terms."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.models import Gig
from gigs.selectors.openness import closed, may_see
from gigs.services.terms import OFFER_ROWS, Selection, offer_of, terms_of
from gigs.waiting import services as waiting
from marketplace.kernel import currencies
from marketplace.kernel.errors import Conflict, NotAllowed, NotFound
from marketplace.kernel.prepared import prepared
from orders import api as orders
from orders.contracts import OrderDraft

SOURCE_KIND = "gig"


class GigChanged(Conflict):
    """The gig's terms are not the ones that the buyer saw; nothing was ordered."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="gig_changed")


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What the checkout form sends. ``form_key`` makes it one order however often it is sent."""

    gig_id: int
    version: int  # of the terms that the page showed
    buyer_id: int
    selection: Selection
    form_key: str
    answers: dict[str, str] = field(default_factory=dict)
    address: str = ""  # where the request came from
    email: str = ""  # the buyer's, where it is known
    seen_total_minor: int | None = None  # all-in, as the page showed it
    share_key: str = ""  # of a private gig: what its link says


def _key(request: OrderRequest) -> str:
    return f"gig:{request.gig_id}:{request.buyer_id}:{request.form_key}"


_SELLER_OF = prepared(lambda pk: Gig.objects.filter(pk=pk).values_list("seller_id", flat=True))

_OFFERED = prepared(
    lambda pk: (
        Gig.objects.visible()
        .annotate(**OFFER_ROWS)
        .select_related("category")
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=pk)
    )
)


def order(request: OrderRequest, at: datetime) -> uuid.UUID:
    """Places the order and returns its id; the same form key returns the same order, whatever became of the gig.

    Raises NotFound (private, and not by its link, too), NotAllowed (own gig), Conflict (paused, away, full, currency
    given up), GigChanged, InvalidInput (selection).
    """
    try:
        return _order(request, at)
    except Conflict:
        known = orders.placed_before(_key(request), request.buyer_id)
        if known is None:
            raise
        return known


@transaction.atomic
def _order(request: OrderRequest, at: datetime) -> uuid.UUID:
    here = accounts.held([request.buyer_id, _SELLER_OF.first(request.gig_id) or 0])
    if request.buyer_id not in here:
        raise Conflict(_("Your account is closed. Nothing was ordered."), code="not_active")
    # A seller's edit waits for this lock: what is checked here stays true until the commit.
    gig = _OFFERED.first(request.gig_id)
    if gig is None or not may_see(gig, request.buyer_id, request.share_key):
        raise NotFound(_("This gig is not offered any more."))
    if gig.seller_id == request.buyer_id:
        raise NotAllowed(_("This is your own gig. You cannot order from yourself."))
    if not gig.is_active or gig.seller_id not in here:
        raise Conflict(_("This gig is paused. Nothing was ordered."), code="gig_paused")
    if not_now := closed(gig, at):
        raise Conflict(_("%(why)s Nothing was ordered.") % {"why": not_now.message}, code=not_now.code)
    if gig.currency not in currencies.settled():
        raise Conflict(_("This gig's currency is not taken here any more. Nothing was ordered."), code="currency")
    if gig.version != request.version:
        raise GigChanged(_("The seller changed this gig since you opened it. Nothing was ordered yet."))
    orders.reread_rules()
    terms = terms_of(offer_of(gig), request.selection)
    if request.seen_total_minor not in (None, terms.all_in.amount_minor):
        raise GigChanged(_("The price changed since you opened this page. Nothing was ordered yet."))
    draft = OrderDraft(
        form_key=_key(request),
        source_kind=SOURCE_KIND,
        source_ref=str(gig.pk),
        buyer_id=request.buyer_id,
        seller_id=gig.seller_id,
        terms=terms,
        address=request.address,
        buyer_email=request.email,
        answers=request.answers,
    )
    if gig.queue_limit is not None:
        waiting.stop(gig_id=gig.pk, person_id=request.buyer_id)
    return orders.place_order(draft, at)
