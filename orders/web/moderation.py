"""The moderators' queue by urgency, and the workspace of one case."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.kernel import clock, currencies
from marketplace.kernel.errors import Conflict, DomainError
from marketplace.kernel.models import as_uuid
from orders import api, cases, selectors, terms
from orders.guide import USUAL
from orders.models import CannedReason, Order
from orders.splits import WHOLE, split
from orders.states import Actor
from orders.web.case_page import CasePage, postings
from orders.web.forms import show

_HALF = 50
_TRIES = 5


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


class NoteForm(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Note for the others"),
        help_text=gettext_lazy("Only staff read it. It cannot be changed."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 5000}),
    )


class AskForm(forms.Form):
    role = forms.ChoiceField(
        label=gettext_lazy("Ask"),
        choices=[(Actor.BUYER.value, gettext_lazy("the buyer")), (Actor.SELLER.value, gettext_lazy("the seller"))],
    )
    question = forms.CharField(
        label=gettext_lazy("Your question"),
        help_text=gettext_lazy("Both sides read it. The clock of the decision stands still until it is answered."),
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 5000}),
    )


def _reader(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _views(at: datetime, reader: int, show: str) -> list[dict[str, object]]:
    numbers = cases.counts(at, reader)
    labels = {cases.ALL: _("All"), cases.MINE: _("Mine"), cases.FREE: _("Unclaimed")}
    return [
        {"label": label, "url": f"{reverse('orders:moderation')}?show={name}", "count": numbers[name],
         "is_current": name == show}
        for name, label in labels.items()
    ]  # fmt: skip


@login_required
@require_safe
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Open cases, the most urgent first; ``?show=`` mine or free."""
    reader, at = _reader(request), clock.now()
    selectors.require_moderator(reader)
    show = request.GET.get("show", cases.ALL)
    show = show if show in (cases.MINE, cases.FREE) else cases.ALL
    context = {"rows": cases.queue(at, reader, show), "views": _views(at, reader, show), "show": show}
    return render(request, "orders/moderation.html", context)


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def case(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """The workspace; a POST decides."""
    reader, at = _reader(request), clock.now()
    order = selectors.order_for_staff(order_id, reader)
    if request.method == "POST":
        return _decide(request, order, reader, at)
    page = CasePage(order, reader, at)
    percent = _asked_percent(request, page)
    form = DecisionForm(initial={"seller_percent": percent, "reason": _begun_reason(request)})
    return _render(request, page, form, percent)


def _begun_reason(request: HttpRequest) -> str:
    """What was typed, or the words of the canned reason that was chosen without JavaScript."""
    asked = request.GET.get("canned", "")
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 9
    chosen = CannedReason.objects.filter(pk=int(asked)).first() if is_number else None
    return chosen.words if chosen else request.GET.get("reason", "")


def _asked_percent(request: HttpRequest, page: CasePage) -> int:
    """Without JavaScript the preview is this page again with the number in its address."""
    asked = request.GET.get("seller_percent", "")
    return min(WHOLE, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else page.start


def _render(
    request: HttpRequest, page: CasePage, form: forms.Form, percent: int, status: int = 200, **forms_: forms.Form
) -> HttpResponse:
    part = split(page.page.stake, percent)
    context = {
        "case": page,
        "page": page.page,
        "form": form,
        "note_form": NoteForm(),
        "ask_form": AskForm(),
        "percent": percent,
        "rest": WHOLE - percent,
        "part": part,
        "price_back": page.order.price_at_stake - part.price,
        "postings": postings(part, page.page.seller.name),
        "rows": cases.queue(page.at, page.reader_id),
        **forms_,
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
@require_safe
@never_cache
def preview(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """The exact postings for a percentage, as rows of the table beside the slider."""
    reader = _reader(request)
    page = CasePage(selectors.order_for_staff(order_id, reader), reader, clock.now())
    part = split(page.page.stake, _asked_percent(request, page))
    return render(request, "orders/_postings.html", {"postings": postings(part, page.page.seller.name), "part": part})


@login_required
@require_POST
def confirm(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """A second person agrees with a decision above the limit."""
    reader = _reader(request)
    order = selectors.order_for_staff(order_id, reader)
    api.confirm_decision(order_id=order.pk, moderator_id=reader, at=clock.now())
    messages.success(request, _("Confirmed."))
    return redirect("orders:dispute", order.pk)


@login_required
@require_POST
def claim(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Nobody else reads it for a while."""
    return _kindly(request, order_id, api.claim_case)


@login_required
@require_POST
def release(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Somebody else may read it."""
    return _kindly(request, order_id, api.release_case)


def _kindly(request: HttpRequest, order_id: uuid.UUID, act: Callable[..., None]) -> HttpResponse:
    selectors.order_for_staff(order_id, _reader(request))
    try:
        act(order_id=order_id, moderator_id=_reader(request), at=clock.now())
    except Conflict as error:
        messages.warning(request, error.message)
    return redirect("orders:dispute", order_id)


@login_required
@require_POST
def next_case(request: HttpRequest) -> HttpResponse:
    """Claims the most urgent case that nobody reads, and opens it. ``after`` is the one on screen."""
    reader, at = _reader(request), clock.now()
    selectors.require_moderator(reader)
    after = as_uuid(request.POST.get("after", ""))
    for _try in range(_TRIES):
        found = cases.next_for(reader, at, after=after)
        if found is None:
            break
        with suppress(Conflict):  # somebody was quicker: the one after it
            api.claim_case(order_id=found, moderator_id=reader, at=at)
            return redirect("orders:dispute", found)
    messages.info(request, _("Nothing else waits for you to decide."))
    return (
        redirect("orders:dispute", after) if after and selectors.was_disputed(after) else redirect("orders:moderation")
    )


@login_required
@require_POST
def note(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """For the others; never for the two sides."""
    form = NoteForm(request.POST)
    return _send(request, order_id, form, "note_form", lambda data: {"run": api.note_case, "text": data["note"]})


@login_required
@require_POST
def ask(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """One question to one side, with a clock."""
    form = AskForm(request.POST)
    return _send(
        request, order_id, form, "ask_form",
        lambda data: {"run": api.ask_question, "role": data["role"], "text": data["question"]},
    )  # fmt: skip


def _send(
    request: HttpRequest, order_id: uuid.UUID, form: forms.Form, name: str, given: Callable[..., dict[str, Any]]
) -> HttpResponse:
    reader, at = _reader(request), clock.now()
    order = selectors.order_for_staff(order_id, reader)
    if form.is_valid():
        options = given(form.cleaned_data)
        try:
            options.pop("run")(order_id=order.pk, moderator_id=reader, at=at, **options)
        except DomainError as error:
            show(form, error)
        else:
            return redirect("orders:dispute", order.pk)
    page = CasePage(order, reader, at)
    decision = DecisionForm(initial={"seller_percent": page.start})
    return _render(request, page, decision, page.start, status=422, **{name: form})


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The usual splits, for everybody to read."""
    rules = terms.rules(currencies.default())
    return render(request, "orders/guide.html", {"usual": USUAL, "rules": rules})
