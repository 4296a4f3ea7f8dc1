"""The checkout summary: what is bought, for how much, ready when, and the seller's questions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import api as accounts
from gigs.models import Gig
from gigs.selectors.openness import closed
from gigs.selectors.page import gig_to_order, hours_text
from gigs.services import ordering
from gigs.services.terms import offer_of, percent_off, terms_of
from gigs.web import draft as drafts
from gigs.web import summary
from gigs.web.again import fill_again
from gigs.web.answer_form import PREFIX, UNSIGNED_MAX_BYTES, UNSIGNED_TOO_LARGE, AnswerForm, TermsForm
from gigs.web.draft import Draft
from gigs.web.picking import as_parameters, picked
from gigs.web.shared_links import gig_for, key_for
from marketplace.kernel import clock, throttle, words
from marketplace.kernel import files as private_files
from marketplace.kernel.errors import Conflict, InvalidInput
from marketplace.kernel.money import Money
from orders import api as orders

# What an empty-ish file counts for: rows and files cost, too.
_LEAST_COST = 1_000_000
_SIGN_IN = {"signup": "account_signup", "login": "account_login"}


def order(request: HttpRequest, pk: int) -> HttpResponse:
    gig = gig_for(request, pk, gig_to_order)
    # The page says why; but what is sent a second time is an order already, whatever became of the gig.
    is_open = gig.is_active and not closed(gig, clock.display_now())
    if gig.seller_id == request.user.pk or not (is_open or request.method == "POST"):
        return redirect(gig)
    draft = drafts.load(request, pk)
    if request.method == "POST":
        return _submit(request, gig, draft)
    if "again" in request.GET:
        changes = fill_again(request, gig, draft)
        return _show(request, gig, draft, changed=changes and _("Not quite as last time."), changes=changes)
    if "package" in request.GET:
        draft.choose(picked(request.GET))
    return _show(request, gig, draft)


def _show(request: HttpRequest, gig: Gig, draft: Draft, form: AnswerForm | None = None, **said: Any) -> HttpResponse:
    try:
        terms = terms_of(offer_of(gig), draft.selection)
    except InvalidInput as error:
        messages.error(request, error.message)
        return redirect(gig)
    drafts.save(request, gig.pk, draft)
    at = clock.display_now()
    seller = accounts.person(gig.seller_id)
    context = {
        **summary.context(terms, at),
        "gig": gig,
        "title": gig.title,
        "percent_off": percent_off(gig, draft.selection.quantity),
        "back_url": gig.get_absolute_url(),
        "seller": seller,
        "use": orders.use_of(terms),
        "hours_text": hours_text(gig, seller) if terms.hours else "",
        **_asked(form or AnswerForm(terms.questions, initial=_initial(draft))),
        "file_names": draft.file_names,
        "draft": draft,
        "picked": [("package", draft.selection.package), ("quantity", draft.selection.quantity)]
        + [("extras", position) for position in sorted(draft.selection.extras)],
        **said,
    }
    return render(request, "gigs/order.html", context)


def _submit(request: HttpRequest, gig: Gig, draft: Draft) -> HttpResponse:
    seen = TermsForm(request.POST)
    if not seen.is_valid():
        return _show(request, gig, draft, problem=_("The form was incomplete. Check it and send it again."))
    draft.choose(picked(request.POST))
    draft.form_key = seen.cleaned_data["form_key"]
    form = AnswerForm(gig.question_list, request.POST, request.FILES)
    if not _keep_answers(request, form, draft):
        return _show(request, gig, draft, form)
    drafts.save(request, gig.pk, draft)
    if not request.user.is_authenticated:
        return _to_sign_in(request, gig, draft)
    return _place(request, gig, draft, form, seen.cleaned_data)


def _keep_answers(request: HttpRequest, form: AnswerForm, draft: Draft) -> bool:
    """Puts valid answers into the draft, wrong ones stay at their fields. False when something is wrong."""
    is_valid = form.is_valid()
    draft.answers |= form.texts()
    for key, uploads in form.uploads().items():
        try:
            stored = [_store(request, upload) for upload in uploads]
        except InvalidInput as error:
            form.add_error(PREFIX + key, error.message)
            is_valid = False
            continue
        draft.answers[key] = " ".join(str(one.pk) for one in stored)
        draft.file_names[key] = ", ".join(one.name for one in stored)
    return is_valid


def _store(request: HttpRequest, upload: UploadedFile[bytes]) -> Any:
    if not request.user.is_authenticated:
        _check_unsigned(request, upload.size or 0)
    return private_files.store(upload, uploaded_by_id=request.user.pk, at=clock.now())


def _check_unsigned(request: HttpRequest, size: int) -> None:
    """Anybody may begin an order, so what one address can put on our disk is bounded."""
    if size > UNSIGNED_MAX_BYTES:
        raise InvalidInput(str(UNSIGNED_TOO_LARGE))
    limit, cost = settings.UNSIGNED_UPLOAD_BYTES_AN_HOUR, max(size, _LEAST_COST)
    if not throttle.spend(f"unsigned:{throttle.address_of(request)}", cost, limit=limit, seconds=3600):
        raise InvalidInput(_("Too many files came from here. Sign in first, then add it."))


def _place(request: HttpRequest, gig: Gig, draft: Draft, form: AnswerForm, seen: dict[str, Any]) -> HttpResponse:
    asked = ordering.OrderRequest(
        gig_id=gig.pk,
        version=seen["version"],
        buyer_id=int(request.user.pk or 0),
        selection=draft.selection,
        form_key=draft.form_key,
        answers=_answers(gig, draft),
        address=throttle.address_of(request),
        email=getattr(request.user, "email", ""),
        seen_total_minor=seen["seen_total"],
        share_key=key_for(request, gig.pk) if gig.is_private else "",
    )
    at = clock.now()
    try:
        order_id = ordering.order(asked, at)
    except ordering.GigChanged as error:
        now = gig_for(request, gig.pk, gig_to_order)
        return _show(request, now, draft, changed=error.message, changes=_changes(now, draft, seen))
    except InvalidInput as error:
        return _refused(request, gig, draft, form, error)
    except Conflict as error:
        messages.error(request, error.message)
        return redirect(gig)
    drafts.drop(request, gig.pk)
    return summary.to_payment(request, order_id, at)


def _answers(gig: Gig, draft: Draft) -> dict[str, str]:
    """By question key. A typed text never becomes a file's id, also where the seller has changed the question."""
    kinds = {question.key: question.kind for question in gig.question_list}
    return {
        key: text
        for key, text in draft.answers.items()
        if text and (kinds.get(key) == "file") == (key in draft.file_names)
    }


def _refused(request: HttpRequest, gig: Gig, draft: Draft, form: AnswerForm, error: InvalidInput) -> HttpResponse:
    """Answers that do not fit show it at their field, everything else above the form."""
    at_fields = {PREFIX + key: text for key, text in error.fields.items() if PREFIX + key in form.fields}
    for name, text in at_fields.items():
        form.add_error(name, text)
    return _show(request, gig, draft, form, problem="" if at_fields else error.message)


def _to_sign_in(request: HttpRequest, gig: Gig, draft: Draft) -> HttpResponse:
    page = reverse(_SIGN_IN.get(request.POST.get("go", ""), "account_signup"))
    back = f"{reverse('gigs:order', args=[gig.pk])}?{as_parameters(draft.selection)}"
    return redirect(f"{page}?{urlencode({'next': back})}")


def _asked(form: AnswerForm) -> dict[str, Any]:
    fields = [(form[PREFIX + question.key], question.required) for question in form.questions]
    return {"form": form, "fields": fields}


def _initial(draft: Draft) -> dict[str, str]:
    return {PREFIX + key: text for key, text in draft.answers.items() if key not in draft.file_names}


def _changes(gig: Gig, draft: Draft, seen: dict[str, Any]) -> list[str]:
    """What is different from what the page showed, as far as it can be said in a line each."""
    try:
        terms = terms_of(offer_of(gig), draft.selection)
    except InvalidInput:
        return []
    changes = []
    if seen["seen_total"] is not None and seen["seen_total"] != terms.all_in.amount_minor:
        before = words.amount(Money(seen["seen_total"], terms.currency))
        prices = {"before": before, "now": words.amount(terms.all_in)}
        changes.append(_("The price was %(before)s and is now %(now)s, all in.") % prices)
    if seen["seen_minutes"] is not None and seen["seen_minutes"] != terms.promised_minutes:
        promises = {"before": words.duration(seen["seen_minutes"]), "now": words.duration(terms.promised_minutes)}
        changes.append(_("The promise was %(before)s and is now %(now)s.") % promises)
    return changes or [_("The price and the promise are the same; the description or the conditions changed.")]
