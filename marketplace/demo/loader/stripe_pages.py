"""What a person does on the payment provider's pages, as the forms they would send to the local sandbox."""

from __future__ import annotations

import json
import re
from http.client import HTTPMessage
from typing import IO
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings

TEST_CARD = "4242 4242 4242 4242"
TEST_IBAN = "DE89 3704 0044 0532 0130 00"


class _StayOnTheirSide(HTTPRedirectHandler):
    """The way back leads to the site, which need not be running."""

    def http_error_302(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage) -> IO[bytes]:
        return fp

    http_error_303 = http_error_302


_opener = build_opener(_StayOnTheirSide)


def top_up(amount_minor: int, currency: str) -> str:
    """Puts the operator's own money into the sandbox's balance; returns the top-up's id."""
    body = json.dumps({"amount": amount_minor, "currency": currency.lower()}).encode()
    address = f"{settings.STRIPE_API_BASE}/_sandbox/funds/add"
    request = Request(address, body, {"Content-Type": "application/json"})  # noqa: S310 - the sandbox's address
    with _opener.open(request, timeout=20) as answer:
        made = json.load(answer)
    # The movement that it made names it, or it is the top-up itself.
    return str(made.get("source") or made["id"])


def pay(url: str, *, email: str, name: str) -> None:
    """Fills in the test card on a hosted Checkout page and pays."""
    _send(url, {"email": email, "number": TEST_CARD, "expiry": "12 / 39", "cvc": "123", "name": name})


def onboard(url: str, *, name: str, country: str) -> None:
    """Opens a single-use onboarding link and hands in a test bank account."""
    page = _opener.open(Request(url), timeout=20).read().decode()  # noqa: S310 - the sandbox's address
    ticket = re.search(r'name="ticket" value="([^"]+)"', page)
    if ticket is None:
        raise RuntimeError("the onboarding page did not open")
    _send(url, {"ticket": ticket[1], "name": name, "country": country, "bank_number": TEST_IBAN, "agree": "on"})


def _send(url: str, form: dict[str, str]) -> None:
    answer = _opener.open(Request(url, urlencode(form).encode()), timeout=20)  # noqa: S310
    if answer.status not in {200, 302, 303}:
        raise RuntimeError(f"{url} answered {answer.status}")
