"""Where Stripe tells us that something changed: verified, stored, answered."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from payments.gateway.signatures import BadSignature
from payments.services import webhook_inbox


@csrf_exempt
@require_POST
def receive(request: HttpRequest, source: str) -> HttpResponse:
    signature = request.headers.get("Stripe-Signature", "")
    try:
        webhook_inbox.receive(source, request.body, signature, clock.now())
    except (BadSignature, InvalidInput) as error:
        return HttpResponseBadRequest(str(error), content_type="text/plain")
    return HttpResponse("stored", content_type="text/plain")
