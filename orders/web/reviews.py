"""Public reviews of a seller, replies, removal by staff, and the page that says how everything is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import api as accounts
from accounts.contracts import Person
from marketplace.kernel import clock, cursors, words
from marketplace.kernel.errors import DomainError, NotFound
from orders import api, levels, reviews, selectors
from orders.contracts import PRIOR_REVIEWS, PRIOR_STARS, Reputation
from orders.models import Review
from orders.services import replies
from orders.states import Actor
from orders.web import record
from orders.web.forms import show

PAGE = 20


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _seller(handle: str) -> Person:
    """Raises NotFound; also for closed accounts and who sells nothing."""
    found = accounts.id_of(f"@{handle}")
    if found is None or not accounts.is_active(found) or not accounts.is_seller(found):
        raise NotFound(_("There is no seller called @%(handle)s here.") % {"handle": handle})
    return accounts.person(found)


@require_safe
def of_seller(request: HttpRequest, handle: str) -> HttpResponse:
    """Everything that buyers wrote about a seller: the number, how it comes about, and the words."""
    seller = _seller(handle)
    found = reviews.page_of(seller.id, cursors.read_number(request.GET.get("before", "")), PAGE + 1)
    page = found[:PAGE]
    people = accounts.people({seller.id, *(view.author_id for view in page)})
    reputation = selectors.reputation([seller.id])[seller.id]
    following = cursors.name(page[-1].at, page[-1].id) if len(found) > PAGE else ""
    spread = reviews.spread_of(seller.id, clock.now())
    context = {
        "seller": seller,
        "reputation": reputation,
        "rating_sum": record.rating_sum(reputation),
        "spread": spread,
        "trend": trend_words(spread),
        "reviews": [record.review_row(view, people) for view in page],
        "next_url": f"{request.path}?{urlencode({'before': following})}" if following else "",
        "is_first": "before" not in request.GET,
        "is_own": _reader(request) == seller.id,
        "is_moderator": getattr(request.user, "is_moderator", False),
    }
    return render(request, "orders/reviews.html", context)


def trend_words(spread: reviews.Spread) -> str:
    """The last 90 days against everything before them; "" without both."""
    now, before = spread.recent_tenths, spread.before_tenths
    if now is None or before is None:
        return ""
    days = {"now": _stars(now), "before": _stars(before), "count": spread.recent_count}
    if now > before:
        return _("Better lately: %(now)s in the last 90 days (%(count)s), %(before)s before.") % days
    if now < before:
        return _("Weaker lately: %(now)s in the last 90 days (%(count)s), %(before)s before.") % days
    return _("As before: %(now)s in the last 90 days (%(count)s).") % days


def _stars(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}"


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label=gettext_lazy("Your reply"),
        help_text=gettext_lazy("Everybody reads it under the review. You can change it for 48 hours, then it stands."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 2000}),
    )


class RemovalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Both sides read it. The review is kept, but shows and counts no more."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 5000}),
    )


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def reply(request: HttpRequest, review_id: int) -> HttpResponse:
    """The reviewed person answers in public, once."""
    review = get_object_or_404(Review.objects.revealed().select_related("order"), pk=review_id)
    if review.subject_id != _reader(request):
        raise NotFound(_("There is no such review."))
    reason = replies.reason_against_reply(review, clock.now())
    if reason:
        messages.warning(request, reason)
        return redirect(review.order)
    form = ReplyForm(request.POST or None, initial={"reply": review.reply})
    if form.is_valid():
        try:
            api.reply_to_review(
                review_id=review_id, actor_id=_reader(request), text=form.cleaned_data["reply"], at=clock.now()
            )
        except DomainError as error:
            show(form, error)
        else:
            messages.success(request, _("Published under the review."))
            return redirect(review.order)
    return _form(request, form, review, "orders/reply.html")


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def remove(request: HttpRequest, review_id: int) -> HttpResponse:
    """A moderator takes a review away that breaks the rules."""
    selectors.require_moderator(_reader(request))
    review = get_object_or_404(Review.objects.revealed().select_related("order"), pk=review_id)
    form = RemovalForm(request.POST or None)
    if form.is_valid():
        try:
            api.remove_review(
                review_id=review_id, moderator_id=_reader(request), reason=form.cleaned_data["reason"], at=clock.now()
            )
        except DomainError as error:
            show(form, error)
        else:
            messages.success(request, _("Removed. Both sides have been told why."))
            return redirect(_where_it_stands(review))
    return _form(request, form, review, "orders/remove_review.html", back_url=_where_it_stands(review))


def _where_it_stands(review: Review) -> str:
    """The public page of the reviewed person that shows it: sellers have one of reviews."""
    page = "orders:reviews" if review.role == Actor.BUYER else "accounts:profile"
    return reverse(page, args=[accounts.person(review.subject_id).handle])


def _form(request: HttpRequest, form: forms.Form, review: Review, template: str, **more: str) -> HttpResponse:
    author = accounts.person(review.author_id)
    context = {"form": form, "review": review, "author": author, **more}
    return render(request, template, context, status=422 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class LevelView:
    """One level with what it asks, and how far the reader is."""

    word: str
    goals: list[record.Goal]
    is_mine: bool
    is_next: bool


@require_safe
def reputation(request: HttpRequest) -> HttpResponse:
    """How sellers are counted: every formula, the window, the levels; a seller sees their own numbers in it."""
    mine = _own(request)
    level = levels.level_of(mine) if mine else None
    following = levels.next_level(level) if level else None
    context: dict[str, Any] = {
        "window": levels.WINDOW,
        "prior_reviews": PRIOR_REVIEWS,
        "prior_stars": PRIOR_STARS,
        "unanswered": words.duration(int(levels.UNANSWERED.total_seconds()) // 60),
        "mine": mine,
        "figures": record.figures(mine) if mine else [],
        "rating_sum": record.rating_sum(mine) if mine else "",
        "level": record.LEVEL_WORDS[level] if level else "",
        "levels": [
            LevelView(str(word), record.goals(one, mine), one == level, one == following)
            for one, word in record.LEVEL_WORDS.items()
        ],
    }
    return render(request, "orders/reputation.html", context)


def _own(request: HttpRequest) -> Reputation | None:
    reader = _reader(request)
    if not reader or not accounts.is_seller(reader):
        return None
    return selectors.reputation([reader])[reader]
