"""Pages that span the apps: home, desk, and what a visitor should know about money."""

from __future__ import annotations

from dataclasses import replace
from typing import IO, cast

from django.conf import settings
from django.db import Error, connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.static import serve

import gigs.api
import orders.api
from marketplace.kernel import clock, currencies, currency_choice, files, money, ranges, words
from marketplace.kernel.money import Money
from marketplace.pages.context import THEMES

_YEAR_SECONDS = 365 * 24 * 3600
_EXAMPLES = (1_500, 5_000, 12_000)  # what small, middling and large jobs cost, in euro cents


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    currency = currency_choice.preferred(request)
    sections, price = gigs.api.home_sections(clock.now()), _example_price(currency)
    gigs.api.saw_cards(request, [card.id for section in sections for card in section.cards])
    context = {
        "sections": sections,
        "categories": gigs.api.categories_with_counts(currency),
        "currency": currency,
        "rules": orders.api.rules(currency),
        "example": _both_sides(price, orders.api.rules(currency).seller_fee_bp),
    }
    return currency_choice.remember(request, render(request, "pages/home.html", context))


@require_safe
def protection(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/protection.html", {"rules": orders.api.rules(currencies.default())})


@require_safe
def about_money(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about_money.html", {"rules": orders.api.rules(currencies.default())})


@require_safe
def selling(request: HttpRequest) -> HttpResponse:
    """What it takes to sell, what it costs and when money comes; for people who have not begun."""
    currency = currency_choice.preferred(request)
    rules, (lowest, highest) = orders.api.rules(currency), orders.api.price_bounds(currency)
    sized = (currencies.sized(euro_cents, currency) for euro_cents in _EXAMPLES)
    prices = [Money(minor, currency) for minor in sized if minor is not None]
    context = {
        "rules": rules,
        "currency": currency,
        "fast_limit": Money(rules.clearing_fast_limit_minor, currency),
        "examples": [_both_sides(price, rules.seller_fee_bp) for price in prices if lowest <= price <= highest],
    }
    return currency_choice.remember(request, render(request, "pages/selling.html", context))


@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    """The fees, with a calculator that works by a plain form."""
    currency = currency_choice.preferred(request)
    rules, (lowest, highest) = orders.api.rules(currency), orders.api.price_bounds(currency)
    typed = request.GET.get("price") or _example_price(currency).plain
    context = {
        "rules": rules,
        "typed": typed,
        "currency": currency,
        "codes": currencies.settled(),
        "lowest": lowest,
        "highest": highest,
        "minimum": Money(rules.buyer_fee_minimum_minor, currency),
        "maximum": Money(rules.buyer_fee_maximum_minor, currency),
        "own_fees": (own := gigs.api.own_fees()),
        "chosen": (chosen := next((fee for fee in own if fee.slug == request.GET.get("category")), None)),
    }
    try:
        price = money.parse(typed, currency)
    except ValueError:
        error = _("Type an amount such as %(example)s.") % {"example": words.typed_example(currency)}
    else:
        error = "" if lowest <= price <= highest and price.is_payable else _price_error(lowest, highest)
        context |= _both_sides(price, chosen.seller_fee_bp if chosen else rules.seller_fee_bp)
    return currency_choice.remember(request, render(request, "pages/fees.html", {**context, "error": error}))


def _example_price(currency: str) -> Money:
    """About what fifty euros buy, or what the site allows at the most."""
    _lowest, highest = orders.api.price_bounds(currency)
    sized = currencies.sized(5_000, currency)
    return highest if sized is None else min(Money(sized, currency), highest)


def _price_error(lowest: Money, highest: Money) -> str:
    bounds = {"low": words.amount(lowest), "high": words.amount(highest)}
    return _("A price is between %(low)s and %(high)s.") % bounds


def _both_sides(price: Money, seller_fee_bp: int) -> dict[str, Money]:
    rules = replace(orders.api.rules(price.currency), seller_fee_bp=seller_fee_bp)
    fee = rules.seller_fee(price)
    sides = {"price": price, "all_in": rules.all_in(price), "buyer_fee": rules.buyer_fee(price)}
    return {**sides, "seller_fee": fee, "receives": price - fee}


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keeps light, dark or the system's choice in a cookie, so that the server renders it without a flash."""
    target = request.POST.get("next") or request.META.get("HTTP_REFERER") or reverse("pages:home")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = reverse("pages:home")
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie("theme", theme, max_age=_YEAR_SECONDS, samesite="Lax")
    else:
        response.delete_cookie("theme")
    return response


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """For load balancers and containers: the process answers and reaches its database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"ok": False}, status=503)
    return JsonResponse({"ok": True})


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """What is no page to find: people's own, staff's, what begins a session or only answers scripts."""
    closed = ("orders", "desk", "messages", "notices", "settings", "accounts", "moderation", "staff", "money", "books")
    lines = ["User-agent: *", *(f"Disallow: /{folder}/" for folder in closed)]
    lines += [
        f"Disallow: /{folder}/" for folder in ("admin", "api", "saved", "lists", "viewed", "earnings", "receipts")
    ]
    lines += [f"Disallow: /{folder}/" for folder in ("statements", "documents", "sell", "offers", "calendar", "mail")]
    lines += [
        f"Disallow: /gigs/*/{page}/" for page in ("order", "ask", "why", "quote", "room", "report", "similar", "share")
    ]
    lines += ["Disallow: /@*/report/", "Disallow: /@*/share/"]
    lines += [f"Disallow: /{folder}/" for folder in ("clients", "reviews", "refunds", "suspended", "uploads")]
    lines += ["Disallow: /search/suggest/", "Disallow: /search/ask/"]
    lines += [f"Allow: {reverse(page)}" for page in ("gigs:estimate", "account_signup")]
    lines += ["Allow: /", ""]
    lines += [f"Sitemap: {settings.SITE_URL}{reverse('pages:sitemap_index')}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@require_safe
def public_file(request: HttpRequest, path: str) -> HttpResponse:
    """Covers, galleries and portraits, whose names change with their content; a proxy may serve the folder instead."""
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:  # a name longer than the file system can hold
        raise Http404 from error
    if isinstance(response, FileResponse):
        # In parts, too: some browsers play no video otherwise.
        response = ranges.answer(
            cast("IO[bytes]", response.file_to_stream), int(response["Content-Length"]),
            request.headers.get("Range", ""), content_type=files.type_of(path),
            headers={"Last-Modified": response["Last-Modified"]},
        )  # fmt: skip
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "sandbox"
    return cast("HttpResponse", response)
