"""The moderators' queue by urgency, and the workspace of one case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from marketplace.kernel import clock, words
from marketplace.kernel.errors import DomainError
from marketplace.kernel.money import Money
from orders import api, cases, guards, selectors
from orders.cases import History
from orders.models import Dispute, Order
from orders.services.decisions import needs_second_person
from orders.splits import WHOLE, Split, split
from orders.states import Action, Actor, State
from orders.web.forms import show
from orders.web.page import OrderPage
from orders.web.timeline import FileView, file_view

_HALF = 50


class DecisionForm(forms.Form):
    seller_percent = forms.IntegerField(
        label=gettext_lazy("Share for the seller"),
        min_value=0,
        max_value=WHOLE,
        widget=forms.NumberInput(attrs={"step": 1}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why, for both to read"), widget=forms.Textarea(attrs={"rows": 5, "maxlength": 5000})
    )


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of what a decision will book."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Verdict:
    """A promised item beside what both sides say of it."""

    text: str
    is_delivered: bool
    buyer_says_met: bool | None
    seller_says_met: bool | None


@dataclass(frozen=True, slots=True)
class Statement:
    name: str
    at: datetime | None
    note: str
    text: str
    files: list[FileView]


class CasePage:
    """One case for a moderator: the order's page, and what only staff see beside it."""

    def __init__(self, order: Order, reader_id: int, at: datetime) -> None:
        self.page = OrderPage(order, reader_id, at)
        self.order, self.reader_id, self.at = order, reader_id, self.page.at
        dispute = self.page.dispute
        assert dispute is not None  # noqa: S101 - the getter has seen one
        self.dispute: Dispute = dispute

    @property
    def is_party(self) -> bool:
        return self.order.role_of(self.reader_id) is not None

    @property
    def reason_against_deciding(self) -> str:
        """Why this moderator cannot decide now, or ""."""
        if self.is_party:
            return _("You are part of this order, so somebody else decides.")
        if self.order.state != State.DISPUTED:
            return _("This case is closed.")
        return guards.reason_against(Action.DECIDE, self.page.scene.situation)

    @property
    def may_confirm(self) -> bool:
        return self.page.is_second_look and not self.is_party

    @property
    def needs_second_person(self) -> bool:
        return needs_second_person(self.order)

    @property
    def headline(self) -> str:
        asked = words.amount(self.dispute.asked)
        names = {"buyer": self.page.buyer.name, "seller": self.page.seller.name, "asked": asked}
        if self.dispute.offered is None:
            return _("%(buyer)s against %(seller)s: %(asked)s of the price is in dispute.") % names
        names["offered"] = words.amount(self.dispute.offered)
        if self.dispute.filer_role == Actor.BUYER:
            return _("%(buyer)s asks for %(asked)s back; %(seller)s offers %(offered)s.") % names
        return _("%(seller)s would give back %(asked)s; %(buyer)s asks for %(offered)s.") % names

    @property
    def next_at(self) -> datetime | None:
        return min(self.page.timers.values(), default=None)

    @property
    def verdicts(self) -> list[Verdict]:
        filer, other = set(self.dispute.unmet), set(self.dispute.answer_unmet)
        is_answered = self.dispute.answered_at is not None
        views = []
        for position, promise in enumerate(self.page.promises):
            by_filer = position not in filer
            by_other = position not in other if is_answered else None
            by_buyer, by_seller = (by_filer, by_other) if self._buyer_filed else (by_other, by_filer)
            views.append(Verdict(promise.text, promise.is_delivered, by_buyer, by_seller))
        return views

    @property
    def _buyer_filed(self) -> bool:
        return self.dispute.filer_role != Actor.SELLER

    @property
    def statements(self) -> list[Statement]:
        dispute, files = self.dispute, self._evidence()
        names: dict[str, str] = {Actor.BUYER: self.page.buyer.name, Actor.SELLER: self.page.seller.name}
        asks = _("asks for %(amount)s back") if self._buyer_filed else _("would give back %(amount)s")
        found = []
        if dispute.statement:
            note = asks % {"amount": words.amount(dispute.asked)}
            name = names.get(dispute.filer_role, "")
            found.append(Statement(name, dispute.opened_at, note, dispute.statement, files.get(dispute.filer_role, [])))
        if dispute.answered_at and dispute.offered is not None:
            offers = _("would give back %(amount)s") if self._buyer_filed else _("asks for %(amount)s back")
            note = offers % {"amount": words.amount(dispute.offered)}
            name = names[dispute.respondent_role]
            found.append(
                Statement(name, dispute.answered_at, note, dispute.answer, files.get(dispute.respondent_role, []))
            )
        return found

    def _evidence(self) -> dict[str, list[FileView]]:
        found: dict[str, list[FileView]] = {}
        for item in self.dispute.evidence.select_related("file"):
            found.setdefault(item.role, []).append(file_view(item.file))
        return found

    @property
    def histories(self) -> list[tuple[str, History]]:
        found = cases.histories([self.order.buyer_id, self.order.seller_id])
        return [
            (self.page.buyer.name, found[self.order.buyer_id]),
            (self.page.seller.name, found[self.order.seller_id]),
        ]

    @property
    def suggestion(self) -> int:
        """Where the slider starts: what the sides' numbers leave to the seller, halfway between them."""
        back = [self.dispute.asked_minor]
        if self.dispute.offered_minor is not None:
            back.append(self.dispute.offered_minor)
        kept = self.order.price_minor - sum(back) // len(back)
        return max(0, min(WHOLE, (kept * WHOLE + self.order.price_minor // 2) // self.order.price_minor))

    @property
    def appeal_words(self) -> str:
        return words.duration(int(self.order.terms.rules.appeal.total_seconds()) // 60)


def postings(part: Split, seller: str) -> list[Posting]:
    """What a decision books, in the order of the ledger; lines of nothing are left out."""
    lines = [
        Posting(_("hold → refund to the buyer"), part.refund),
        Posting(_("hold → %(seller)s, clearing") % {"seller": seller}, part.seller_receives),
        Posting(_("hold → fees, reduced with the price"), part.fees),
    ]
    return [line for line in lines if line.amount]


@login_required
@require_GET
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases, the most urgent first."""
    reader = int(request.user.pk or 0)
    selectors.require_moderator(reader)
    rows = cases.queue(clock.now())
    return render(request, "orders/moderation.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def case(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """The workspace; a POST decides."""
    reader, at = int(request.user.pk or 0), clock.now()
    order = selectors.order_for_staff(order_id, reader)
    if request.method == "POST":
        return _decide(request, order, reader, at)
    page = CasePage(order, reader, at)
    percent = _asked_percent(request, page)
    form = DecisionForm(initial={"seller_percent": percent, "reason": request.GET.get("reason", "")})
    return _render(request, page, form, percent)


def _asked_percent(request: HttpRequest, page: CasePage) -> int:
    """Without JavaScript the preview is this page again with the number in its address."""
    asked = request.GET.get("seller_percent", "")
    return min(WHOLE, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else page.suggestion


def _render(request: HttpRequest, page: CasePage, form: DecisionForm, percent: int, status: int = 200) -> HttpResponse:
    part = split(page.order.terms, percent)
    context = {
        "case": page,
        "page": page.page,
        "form": form,
        "percent": percent,
        "rest": WHOLE - percent,
        "part": part,
        "price_back": page.order.terms.price - part.price,
        "postings": postings(part, page.page.seller.name),
        "rows": cases.queue(page.at),
    }
    return render(request, "orders/dispute.html", context, status=status)


def _decide(request: HttpRequest, order: Order, reader: int, at: datetime) -> HttpResponse:
    form = DecisionForm(request.POST)
    if form.is_valid():
        percent, reason = form.cleaned_data["seller_percent"], form.cleaned_data["reason"]
        try:
            api.decide(order_id=order.pk, moderator_id=reader, percent=percent, reason=reason, at=at)
        except DomainError as error:
            show(form, error)
        else:
            messages.success(
                request, _("Decided %(percent)s / %(rest)s.") % {"percent": percent, "rest": WHOLE - percent}
            )
            return redirect("orders:dispute", order.pk)
    percent = form.cleaned_data.get("seller_percent", _HALF)
    return _render(request, CasePage(order, reader, at), form, percent, status=422)


@login_required
@require_GET
@never_cache
def preview(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """The exact postings for a percentage, as rows of the table beside the slider."""
    reader = int(request.user.pk or 0)
    page = CasePage(selectors.order_for_staff(order_id, reader), reader, clock.now())
    part = split(page.order.terms, _asked_percent(request, page))
    return render(request, "orders/_postings.html", {"postings": postings(part, page.page.seller.name), "part": part})


@login_required
@require_POST
def confirm(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """A second person agrees with a decision above the limit."""
    reader = int(request.user.pk or 0)
    order = selectors.order_for_staff(order_id, reader)
    api.confirm_decision(order_id=order.pk, moderator_id=reader, at=clock.now())
    messages.success(request, _("Confirmed."))
    return redirect("orders:dispute", order.pk)
