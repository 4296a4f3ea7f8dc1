"""Where Stripe tells us that something changed: verified, stored, answered."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from payments.gateway.signatures import BadSignature
from payments.webhooks import inbox
from payments.webhooks.envelope import Source

# Stripe's largest events are some ten thousand bytes.
MOST_BYTES = 1_000_000


@csrf_exempt
@require_POST
def receive(request: HttpRequest, source: Source) -> HttpResponse:
    refusal = _too_much(request)
    if refusal:
        return _answer(refusal.phrase, refusal)
    signature = request.headers.get("Stripe-Signature", "")
    try:
        receipt = inbox.receive(source, request.body, signature, clock.now())
    except (BadSignature, InvalidInput) as error:
        return _answer(str(error), HTTPStatus.BAD_REQUEST)
    return _answer(receipt, HTTPStatus.OK)


def _too_much(request: HttpRequest) -> HTTPStatus | None:
    """Judged by the length that was announced, so that nothing has been read; without one nothing is taken."""
    announced = request.META.get("CONTENT_LENGTH") or ""
    if not (announced.isascii() and announced.isdecimal()):
        return HTTPStatus.LENGTH_REQUIRED
    # Long numbers are too large whatever they say.
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if len(announced) > 9 or int(announced) > MOST_BYTES else None


def _answer(text: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")
