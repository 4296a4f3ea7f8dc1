"""Where allauth's sign-in by Google and GitHub meets this site: people get a name, a handle and a time zone."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.socialaccount import forms as allauth
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.handles import free_handle
from accounts.models import User
from accounts.names import clean_name, refuse_posing
from accounts.web.allauth_forms import Worded
from accounts.web.middleware import cookie_zone
from marketplace.kernel.errors import InvalidInput


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "email_taken": gettext_lazy(
            "There is an account with this address. Sign in to it first, then connect %s in your settings."
        ),
        "no_password": gettext_lazy("Set a password first: without it you could not sign in any more."),
        "disconnect_last": gettext_lazy("This is your only way in. Set a password or add a passkey first."),
        "connected_other": gettext_lazy("That account is connected with another account here."),
    }

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """The name that the provider knows, where it can be shown here."""
        user: User = super().populate_user(request, sociallogin, data)
        user.email = user.email.lower()
        user.display_name = _shown(data)
        return user

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: forms.Form | None = None) -> User:
        user: User = sociallogin.user
        if form is None:
            user.language = get_language() or ""
            user.time_zone = cookie_zone(request) or settings.TIME_ZONE
            user.handle = free_handle(user.display_name)
            user.set_unusable_password()
            get_account_adapter().insert(user)
        saved: User = super().save_user(request, sociallogin, form)
        return saved

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Who has no name that can be shown is asked for one."""
        return bool(sociallogin.user.display_name) and super().is_auto_signup_allowed(request, sociallogin)

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, str]:
        known: dict[str, str] = super().get_signup_form_initial_data(sociallogin)
        return known | {"display_name": sociallogin.user.display_name}

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("accounts:settings_access")


def _shown(data: dict[str, Any]) -> str:
    full = data.get("name") or " ".join(filter(None, (data.get("first_name"), data.get("last_name"))))
    for raw in (full, data.get("username"), (data.get("email") or "").partition("@")[0]):
        try:
            name = clean_name(raw or "")
            refuse_posing(name)
            return name
        except InvalidInput:
            continue
    return ""


class DisconnectForm(allauth.DisconnectForm):  # type: ignore[misc]  # allauth has no types
    def save(self) -> None:
        """Also what the operator offers no more: allauth would look for its provider."""
        account: SocialAccount = self.cleaned_data["account"]
        offered = {provider.id for provider in get_adapter().list_providers(self.request)}
        if account.provider in offered:
            super().save()
        else:
            account.delete()


class SocialSignupForm(Worded, allauth.SignupForm):  # type: ignore[misc]  # allauth has no types
    def labels(self) -> dict[str, str]:
        return {"email": _("E-mail address")}
