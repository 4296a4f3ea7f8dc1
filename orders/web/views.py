"""The order page and everything that is posted to it. The getter is the permission check."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox import api as inbox
from marketplace.kernel import clock, throttle
from marketplace.kernel import files as kernel_files
from marketplace.kernel.errors import Conflict, DomainError
from marketplace.kernel.ids import short_code
from marketplace.kernel.transitions import IllegalTransition
from marketplace.kernel.uploads.forms import FilesForm
from orders import api, selectors
from orders.models import Order, OrderPayment, PaymentState
from orders.services import talk
from orders.states import Action
from orders.web import acts, deeds, overlays, quarrels
from orders.web.form_act import place
from orders.web.forms import PREFIX, MessageForm, show
from orders.web.links import may_frame_videos
from orders.web.page import OrderPage
from payments import api as payments

_MOVED_ON = gettext_lazy("The order has moved on in the meantime. This is how it stands now.")


def _reader(request: HttpRequest) -> int:
    pk = request.user.pk
    assert isinstance(pk, int)  # noqa: S101 - every view here asks for a login
    return pk


@login_required
@require_safe
@never_cache
@may_frame_videos
def detail(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """The order page; with ``HX-Request`` only its living parts, and nothing where nothing is new."""
    order = selectors.order_for(order_id, _reader(request))
    at = clock.now()
    if "paid" in request.GET:
        return _back_from_payment(request, order, at)
    page = OrderPage(order, _reader(request), at, is_whole=request.GET.get("story") == "whole")
    if request.headers.get("HX-Request"):
        if request.GET.get("seen") == page.digest:
            return HttpResponse(status=204)
        return render(request, "orders/_live.html", {"page": page})
    _mark_read(request, order, at)
    return render(request, "orders/detail.html", {"page": page, "message_form": _message_form(page)})


def _mark_read(request: HttpRequest, order: Order, at: datetime) -> None:
    """Before the bell is drawn, which shows what is left."""
    reader: Any = request.user
    if reader.unread.messages:
        inbox.mark_read(reference=order.reference, user_id=reader.pk, at=at)
        del reader.unread


def _message_form(page: OrderPage) -> MessageForm:
    return MessageForm(initial={"key": short_code(20)}, place=place(page.order, page.role, "talk", page.at))


def _back_from_payment(request: HttpRequest, order: Order, at: datetime) -> HttpResponse:
    """Coming back proves nothing: the provider is asked how the payment stands."""
    asked = OrderPayment.objects.filter(order=order, state=PaymentState.ASKED)
    for charge_id in asked.values_list("charge_id", flat=True):
        with suppress(DomainError):  # the webhook or the next look brings it
            payments.sync_charge(charge_id, at)
    if asked.exists():
        messages.info(request, _("Your payment is being confirmed. This page shows it by itself."))
    return redirect(order)


@login_required
@require_POST
def pay(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """On to the hosted payment page. Not in a transaction: this speaks to the provider."""
    return redirect(api.checkout_url(order_id=order_id, buyer_id=_reader(request), at=clock.now()))


@login_required
@require_safe
@never_cache
def trouble(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Something is wrong: what happened, and what can be done about it."""
    page = OrderPage(selectors.order_for(order_id, _reader(request)), _reader(request), clock.now())
    return render(request, "orders/trouble.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def act(request: HttpRequest, order_id: uuid.UUID, action: str) -> HttpResponse:
    """One action: at once where a click is enough, else its form."""
    order = selectors.order_for(order_id, _reader(request))
    if action in acts.CLICKS:
        return _click(request, order, action) if request.method == "POST" else redirect(order)
    if action not in acts.FORMS:
        raise Http404
    return _send_form(request, order, action) if request.method == "POST" else _show_form(request, order, action)


def _click(request: HttpRequest, order: Order, action: str) -> HttpResponse:
    run, done = acts.CLICKS[action]
    where = {"address": throttle.address_of(request)} if action in acts.LEAD_TO_PAYMENT else {}
    try:
        run(order_id=order.pk, actor_id=_reader(request), at=clock.now(), **where)
    except DomainError as error:
        return _refused(request, order, action, error)
    return _done(request, order, action, done)


def _done(request: HttpRequest, order: Order, action: str, words: Any) -> HttpResponse:
    if action in acts.LEAD_TO_PAYMENT:
        return _to_payment(request, order)
    messages.success(request, words)
    return redirect(order)


def _to_payment(request: HttpRequest, order: Order) -> HttpResponse:
    """To the hosted payment page; where it cannot be reached, back to the order, which offers it again."""
    try:
        return redirect(api.checkout_url(order_id=order.pk, buyer_id=_reader(request), at=clock.now()))
    except DomainError as error:
        messages.warning(request, error.message)
        return redirect(order)


def _refused(request: HttpRequest, order: Order, action: str, error: DomainError) -> HttpResponse:
    """A second click on the same page is no mistake; anything else is said kindly."""
    is_second = acts.was_done_before(order, action, _reader(request), request.POST.get("version", ""))
    if is_second and action in acts.LEAD_TO_PAYMENT:
        return _to_payment(request, order)
    if not is_second:
        messages.warning(request, _MOVED_ON if isinstance(error, IllegalTransition) else error.message)
    return redirect(order)


def _show_form(request: HttpRequest, order: Order, action: str) -> HttpResponse:
    page = OrderPage(order, _reader(request), clock.now())
    reason = _reason_against(page, action)
    if reason:
        messages.warning(request, reason)
        return redirect(order)
    form = acts.FORMS[action].make(order, page.role)
    return _form_page(request, page, action, form)


def _reason_against(page: OrderPage, action: str) -> str:
    if action in {acts.SAVE, Action.SUBMIT}:
        return "" if page.may_answer else _("The answers are fixed: the work has begun. Write a message instead.")
    if action == overlays.TELL_BANK:
        return "" if page.scene.tells_bank else _("The bank is not waiting for your side just now.")
    if action == quarrels.ANSWER_QUESTION:
        asked = page.scene.ruling is not None and page.scene.ruling.question
        return "" if asked else _("Nobody asks you anything just now.")
    wanted = Action.DELIVER if action == acts.SAVE_DELIVERY else Action(action)
    return deeds.why_not(page.scene, wanted) if deeds.fits(page.scene, wanted) else str(_MOVED_ON)


def _form_page(request: HttpRequest, page: OrderPage, action: str, form: forms.Form, status: int = 200) -> HttpResponse:
    context = {"page": page, "form": form, "act": acts.FORMS[action], "action": action}
    context["has_guide"] = action in acts.ABOUT_A_DISPUTE
    context["deed"] = deeds.deed(page.scene, Action(action)) if action in deeds.PERSONAL else None
    return render(request, "orders/act.html", context, status=status)


def _send_form(request: HttpRequest, order: Order, action: str) -> HttpResponse:
    act, reader = acts.FORMS[action], _reader(request)
    form = act.make(order, acts.role_of(order, reader), request.POST, request.FILES)
    if isinstance(form, FilesForm) and (reason := _reason_against(OrderPage(order, reader, clock.now()), action)):
        return _refused(request, order, action, Conflict(reason))  # before any of its files is kept
    if form.is_valid():
        try:
            # Files and the step that carries them are kept or given up together.
            with kernel_files.with_its_files():
                said = act.run(form, order, reader, clock.now()) or act.done
        except (IllegalTransition, Conflict) as error:
            if isinstance(form, FilesForm):
                form.drop_files()
            return _refused(request, order, action, error)
        except DomainError as error:
            show(form, error, PREFIX if action in {acts.SAVE, Action.SUBMIT} else "")
        else:
            if act.then:
                messages.success(request, said)
                return redirect(act.then(order, reader, clock.now()))
            return _done(request, order, action, said)
    return _form_page(request, OrderPage(order, reader, clock.now()), action, form, status=422)


@login_required
@require_POST
def message(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Says something on the order page. The form's key makes a second click harmless."""
    order, reader, at = selectors.order_for(order_id, _reader(request)), _reader(request), clock.now()
    files = place(order, acts.role_of(order, reader), "talk", at)
    form = MessageForm(request.POST, request.FILES, place=files)
    if form.is_valid():
        try:
            with kernel_files.with_its_files():
                talk.say(order, reader, at=at, **form.cleaned_data)
        except DomainError as error:
            show(form, error)
        else:
            return redirect(f"{order.get_absolute_url()}#story")
    context = {"page": OrderPage(order, reader, at), "message_form": form}
    return render(request, "orders/detail.html", context, status=422)


@login_required
@require_safe
def file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponseBase:
    """A file of an answer, a delivery or a case."""
    found = selectors.file_for(file_id, _reader(request), clock.now())
    return kernel_files.response(found, request.headers.get("Range", ""))
