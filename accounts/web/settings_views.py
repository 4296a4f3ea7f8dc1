"""The sections of the settings page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import skills
from accounts.models import ApiToken, User
from accounts.sections import tabs
from accounts.services import portraits, profiles, tokens
from accounts.spoken import Spoken
from accounts.web import access as ways
from accounts.web.forms import ProfileForm, SpokenForms, TimeForm, TokenForm, add_error
from accounts.web.guards import signed_in
from marketplace.kernel import clock
from marketplace.kernel.errors import InvalidInput


def _page(request: HttpRequest, section: str, context: dict[str, Any]) -> HttpResponse:
    template = f"accounts/{section.partition(':')[2]}.html"
    return render(request, template, {**context, "tabs": tabs(section)})


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    options: dict[str, Any] = {"is_seller": user.is_seller, "has_portrait": bool(user.portrait)}
    form = ProfileForm(request.POST or None, request.FILES or None, initial=_known(user), **options)
    spoken = _spoken(user, request)
    if form.is_valid() and (spoken is None or spoken.is_valid()):
        try:
            _save_profile(user, form.cleaned_data, spoken.chosen() if spoken else [])
        except InvalidInput as error:
            add_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:settings")
    known = skills.suggested() if user.is_seller else []
    return _page(request, "accounts:settings", {"form": form, "spoken": spoken, "known_skills": known})


def _spoken(user: User, request: HttpRequest) -> Any:
    """The rows of languages, of a seller."""
    if not user.is_seller:
        return None
    known = [{"language": code, "level": level} for code, level in user.seller_profile.languages]
    return SpokenForms(request.POST or None, initial=known, prefix="spoken")


def _known(user: User) -> dict[str, Any]:
    known: dict[str, Any] = {"display_name": user.display_name, "handle": user.handle, "city": user.city}
    if user.is_seller:
        seller = user.seller_profile
        known |= {name: getattr(seller, name) for name in ProfileForm.SELLER_FIELDS}
    return known


def _save_profile(user: User, data: dict[str, Any], languages: list[Spoken]) -> None:
    """The picture first: it is the part that can be refused for what is in it."""
    if data["portrait"]:
        portraits.set_portrait(user_id=user.pk, upload=data["portrait"], focus=data["focus"])
    elif data.get("remove_portrait"):
        portraits.remove_portrait(user_id=user.pk)
    words = None
    if user.is_seller:
        said = {name: data[name] for name in ProfileForm.SELLER_FIELDS}
        words = profiles.SellerWords(languages=languages, **said)
    profiles.save_profile(
        user_id=user.pk,
        name=data["display_name"],
        handle=data["handle"],
        city=data["city"],
        at=clock.now(),
        words=words,
    )


@login_required
@require_http_methods(["GET", "POST"])
def time(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    form = TimeForm(request.POST or None, initial=_known_time(user), is_seller=user.is_seller)
    if form.is_valid():
        spans = form.spans if user.is_seller else None
        code = form.cleaned_data["language"] or get_language()
        profiles.save_language(user_id=user.pk, code=code)
        profiles.save_time(user_id=user.pk, time_zone=form.cleaned_data["time_zone"], spans=spans, at=clock.now())
        with override(code):
            messages.success(request, _("Saved."))
        return redirect("accounts:settings_time")
    return _page(request, "accounts:settings_time", {"form": form})


def _known_time(user: User) -> dict[str, Any]:
    known: dict[str, Any] = {"language": get_language(), "time_zone": user.time_zone}
    hours = user.seller_profile.weekly_hours if user.is_seller else None
    spans = hours.spans if hours else ()
    return known | {f"day_{weekday}": [span for span in spans if span[0] == weekday] for weekday in range(7)}


@login_required
@require_safe
def access(request: HttpRequest) -> HttpResponse:
    """How they sign in and where they are; the forms themselves are allauth's."""
    return _page(request, "accounts:settings_access", {"access": ways.access_of(signed_in(request), request)})


@login_required
@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    ways.end_session(signed_in(request), session_id)
    messages.success(request, _("Signed out there."))
    return redirect("accounts:settings_access")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    ways.end_other_sessions(signed_in(request), request)
    messages.success(request, _("Signed out everywhere else."))
    return redirect("accounts:settings_access")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def api_tokens(request: HttpRequest) -> HttpResponse:
    """Lists tokens; a new one's key stands in the answer to its POST and nowhere else."""
    user, new_key = signed_in(request), ""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            new_key = tokens.create_token(user_id=user.pk, name=form.cleaned_data["name"], at=clock.now())
            form = TokenForm()
        except InvalidInput as error:
            add_error(form, error)
    known = ApiToken.objects.filter(user=user).order_by("-created_at", "-pk")
    return _page(request, "accounts:settings_tokens", {"form": form, "tokens": known, "new_key": new_key})


@login_required
@require_POST
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    tokens.revoke_token(token_id=token_id, user_id=signed_in(request).pk)
    messages.success(request, _("Revoked. Programs that use it are refused from now on."))
    return redirect("accounts:settings_tokens")
