"""The short way to a first gig: a starter, one page, and it is live. Everything else can be changed afterwards."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import api as accounts
from gigs import limits, starters
from gigs.contracts import GigContent, PackageContent
from gigs.drafts import services as drafts
from gigs.drafts.selectors import made_from
from gigs.drafts.services import Beginning, StepValues, Window
from gigs.languages import of_reader
from gigs.reviewing.web import owner
from gigs.selectors.catalogue import plain_words
from gigs.selectors.categories import by_slug, slug_today, starter_groups
from gigs.selectors.owned import has_published
from gigs.starters import Starter
from gigs.web.first_form import FirstGigForm
from gigs.web.prices import price_split
from marketplace.kernel import clock, currencies, words
from marketplace.kernel.errors import DomainError, InvalidInput
from marketplace.kernel.models import as_uuid


@require_http_methods(["GET", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """A visitor signs up on the way; who sells already is led to the editor."""
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.get_full_path()})}")
    user_id = int(request.user.pk or 0)
    if (made := made_from(user_id, as_uuid(request.POST.get("key", "")))) is not None:
        return redirect("gigs:edit", made)
    if has_published(user_id):
        return redirect(f"{reverse('gigs:new')}{'?' if request.GET else ''}{request.GET.urlencode()}")
    named = (request.POST.get("starter") or request.GET.get("starter", ""))[:40].replace("\x00", "")
    if not named:
        return render(request, "gigs/start.html", {"categories": starter_groups(), "is_first": True})
    chosen = (request.POST.get("of") or request.GET.get("category", ""))[:40].replace("\x00", "")
    return _submit(request, user_id, named, chosen)


def _submit(request: HttpRequest, user_id: int, named: str, chosen: str) -> HttpResponse:
    starter = starters.starter(named)
    content = _content(starter, chosen, user_id)
    if title := plain_words(request.GET.get("title", ""))[: limits.TITLE_MAX]:
        content = replace(content, title=title)
    country = "" if accounts.is_seller(user_id) else accounts.country_of(user_id)
    options: dict[str, Any] = {"content": content, "asks_country": not accounts.is_seller(user_id), "country": country}
    form = FirstGigForm(request.POST if request.method == "POST" else None, **options)
    if form.is_valid():
        key = as_uuid(request.POST.get("key", "")) or uuid.uuid4()
        try:
            gig_id = _begin(user_id, Beginning(key, f"{content.category_slug}/{named}", form.content()), form.opens_in)
        except InvalidInput as error:
            form.refuse(error)
        else:
            return _publish(request, gig_id)
    return _show(request, form, starter, named)


def _content(starter: Starter | None, chosen: str, user_id: int) -> GigContent:
    empty = GigContent(chosen, title="", language=of_reader())
    content = starters.priced(starter.content, currencies.default()) if starter else empty
    known = slug_today(content.category_slug) if content.category_slug else ""
    if not content.packages:
        content = replace(content, packages=(PackageContent(_("Standard"), 0, 1_440, 1),))
    currency = content.currency or currencies.default()
    return replace(content, category_slug=known, currency=currency, hours=accounts.hours_of(user_id))


@transaction.atomic
def _begin(user_id: int, beginning: Beginning, country: str) -> int:
    """Opens the seller's side and writes the draft, both or neither. Raises InvalidInput."""
    at = clock.now()
    if country:
        accounts.become_seller(user_id=user_id, country=country, at=at)
    window = Window(secrets.token_hex(8), "")
    return drafts.begin(seller_id=user_id, beginning=beginning, said=StepValues({}), window=window, at=at)


def _publish(request: HttpRequest, gig_id: int) -> HttpResponse:
    """At once, unless a check found something: then its seller reads that first. The draft is there in any case."""
    try:
        return owner.publish_or_explain(request, gig_id)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("gigs:edit", gig_id)


def _show(request: HttpRequest, form: FirstGigForm, starter: Starter | None, named: str) -> HttpResponse:
    content = form.base
    slug = content.category_slug or (form["category"].value() if "category" in form.fields else "")
    category = by_slug(slug) if slug else None
    context = {
        "form": form,
        "key": request.POST.get("key") or uuid.uuid4(),
        "starter": named,
        "title_pattern": starter.title_pattern if starter else "",
        "chosen": content.category_slug,
        "currency": content.currency,
        "symbol": words.symbol(content.currency),
        "split": price_split(form["price"].value() or "", content.currency, category),
    }
    return render(request, "gigs/first.html", context, status=422 if form.errors else 200)
