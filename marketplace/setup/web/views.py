"""The page of the set-up: every step with its state, and the button that does it. For superusers alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

import accounts.api
import gigs.api
import payments.api
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.hurry import hurry
from marketplace.kernel.tasks import deliver_outbox_now
from marketplace.setup import look, services
from marketplace.setup.steps import steps
from marketplace.setup.web.forms import FirstAccountForm, TestMailForm, refuse

_BACKEND = "django.contrib.auth.backends.ModelBackend"


def operator_id(request: HttpRequest) -> int:
    """Who sets up. Nobody else learns that there is a page."""
    user = request.user
    if not (user.is_authenticated and user.is_superuser):
        raise Http404
    return int(user.pk)


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    operator_id(request)
    return _show(request)


def _show(request: HttpRequest, **said: Any) -> HttpResponse:
    made = steps(clock.now())
    done = sum(step.is_done for step in made)
    context = {
        "steps": made,
        "done_count": done,
        "is_all_done": done == len(made),
        "is_closed": look.is_set_up(),
        "mail_form": TestMailForm(initial={"to": request.user.email}),  # type: ignore[union-attr]  # signed in
        **said,
    }
    return render(request, "setup/overview.html", context)


@never_cache
@require_POST
def act(request: HttpRequest, do: str) -> HttpResponse:
    """Does one thing of the set-up, and leads back to its place on the page."""
    user_id = operator_id(request)
    if do not in _ACTS:
        raise Http404
    try:
        return _ACTS[do](request, user_id)
    except InvalidInput as error:
        messages.error(request, error.message)
        return redirect("setup:overview")


def _load_categories(request: HttpRequest, _user_id: int) -> HttpResponse:
    gigs.api.load_categories()
    messages.success(request, _("The starter set is loaded. Change it in the admin."))
    return redirect("setup:overview")


def _keep_fees(_request: HttpRequest, user_id: int) -> HttpResponse:
    services.note("fees", by_id=user_id, at=clock.now())
    return redirect("setup:overview")


def _try_provider(request: HttpRequest, user_id: int) -> HttpResponse:
    try:
        answer = payments.api.try_provider()
    except InvalidInput as error:
        services.note("payment", by_id=user_id, at=clock.now(), answered=False, problem=error.message)
        raise
    services.note(
        "payment",
        by_id=user_id,
        at=clock.now(),
        answered=True,
        is_live=answer.is_live,
        registered=list(answer.registered),
    )
    messages.success(request, _("The provider answers."))
    return redirect("setup:overview")


def _register_webhook(request: HttpRequest, user_id: int) -> HttpResponse:
    """Shows the new secret in this answer and nowhere else."""
    source = request.POST.get("source", "")
    secret = payments.api.register_webhook(source)
    try:
        _try_provider(request, user_id)
    except InvalidInput as error:  # the secret is told once, whatever becomes of the second call
        messages.error(request, error.message)
    if not secret:
        messages.info(request, _("This address is registered already. Its secret stands at the provider."))
        return redirect("setup:overview")
    state = next(one for one in payments.api.webhook_states() if one.source == source)
    return _show(request, new_secret=secret, new_variable=state.variable)


def _send_mail(request: HttpRequest, user_id: int) -> HttpResponse:
    form = TestMailForm(request.POST)
    if not form.is_valid():
        return _show(request, mail_form=form)
    services.send_test_mail(to=form.cleaned_data["to"], by_id=user_id, at=clock.now())
    transaction.on_commit(lambda: hurry(deliver_outbox_now), robust=True)
    messages.success(request, _("On its way. Load this page again in a moment to see what came of it."))
    return redirect("setup:overview")


def _close(request: HttpRequest, _user_id: int) -> HttpResponse:
    at = clock.now()
    if not all(step.is_done for step in steps(at)):
        raise InvalidInput(_("Something is still to be done."))
    services.close_setup(at)
    messages.success(request, _("The site is set up. You find all of this in the admin from now on."))
    return redirect("setup:overview")


_ACTS: dict[str, Callable[[HttpRequest, int], HttpResponse]] = {
    "categories": _load_categories,
    "fees": _keep_fees,
    "payment": _try_provider,
    "webhook": _register_webhook,
    "mail": _send_mail,
    "close": _close,
}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, word: str) -> HttpResponse:
    """The first staff account, by the link that the server's console printed."""
    at = clock.now()
    services.check_link(word, at)
    form = FirstAccountForm(request.POST or None)
    if form.is_valid():
        try:
            user_id = services.use_link(word=word, at=at, **form.cleaned_data)
        except InvalidInput as error:
            refuse(form, error)
        else:
            login(request, accounts.api.account(user_id), backend=_BACKEND)
            return redirect("setup:overview")
    return render(request, "setup/start.html", {"form": form})
