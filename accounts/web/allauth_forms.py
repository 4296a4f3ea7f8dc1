"""allauth's forms with our words on their fields, so that a list of errors names them as the page does."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext as _


class _Worded(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("login", "email"):
            if name in self.fields:
                self.fields[name].label = _("E-mail address")


class LoginForm(_Worded, allauth.LoginForm):  # type: ignore[misc]  # allauth has no types
    pass


class SignupForm(_Worded, allauth.SignupForm):  # type: ignore[misc]  # allauth has no types
    pass


class ResetPasswordForm(_Worded, allauth.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class AddEmailForm(_Worded, allauth.AddEmailForm):  # type: ignore[misc]  # allauth has no types
    pass
