"""Another order of the same gig: the selection and the answers of one that is done."""

from __future__ import annotations

from django.http import HttpRequest

from gigs.models import Gig
from gigs.services.terms import Offer, Selection, offer_of
from gigs.web.draft import Draft
from marketplace.kernel.errors import NotFound
from marketplace.kernel.models import as_uuid
from orders import api as orders
from orders.contracts import Terms


def fill_again(request: HttpRequest, gig: Gig, draft: Draft) -> None:
    """What is no order of this reader's from this gig fills nothing in."""
    order_id = as_uuid(request.GET.get("again", ""))
    if order_id is None or not request.user.is_authenticated:
        return
    buyer_id = int(request.user.pk or 0)
    try:
        order = orders.order_for(order_id, buyer_id)
        answers = orders.answers_of(order_id, buyer_id)
    except NotFound:
        return
    if (order.source_kind, order.source_ref) != ("gig", str(gig.pk)):
        return
    draft.choose(selection_of(offer_of(gig), order.terms))
    kinds = {question.key: question.kind for question in gig.question_list}
    draft.answers |= {key: text for key, text in answers.items() if kinds.get(key, "file") != "file"}


def selection_of(offer: Offer, terms: Terms) -> Selection:
    """The packages and extras of the same name; what is not offered any more is left out."""
    first, *rest = terms.lines
    names = {line.title for line in rest}
    package = next((one.position for one in offer.packages if one.name == first.title), 1)
    extras = frozenset(extra.position for extra in offer.extras if extra.title in names)
    return Selection(package, first.quantity, extras)
