"""Another order of the same gig: the selection and the answers of one that is done."""

from __future__ import annotations

from django.http import HttpRequest

from gigs.models import Gig
from gigs.services.again import differences, selection_of
from gigs.services.terms import offer_of
from gigs.web.draft import Draft
from marketplace.kernel.errors import InvalidInput, NotFound
from marketplace.kernel.models import as_uuid
from orders import api as orders


def fill_again(request: HttpRequest, gig: Gig, draft: Draft) -> list[str]:
    """Returns what is different from then. What is no order of this reader's from this gig fills nothing in."""
    order_id = as_uuid(request.GET.get("again", ""))
    if order_id is None or not request.user.is_authenticated:
        return []
    buyer_id = int(request.user.pk or 0)
    try:
        order = orders.order_for(order_id, buyer_id)
        answers = orders.answers_of(order_id, buyer_id)
    except NotFound:
        return []
    if (order.source_kind, order.source_ref) != ("gig", str(gig.pk)):
        return []
    offer = offer_of(gig)
    draft.choose(selection_of(offer, order.terms))
    kinds = {question.key: question.kind for question in gig.question_list}
    draft.answers |= {key: text for key, text in answers.items() if kinds.get(key, "file") != "file"}
    try:
        return differences(offer, order.terms)
    except InvalidInput:  # the page refuses the selection, and says why
        return []
