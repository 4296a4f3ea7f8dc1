"""allauth's forms with our words on their fields, so that a list of errors names them as the page does."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext as _


class Worded(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in self.labels().items():
            if name in self.fields:
                self.fields[name].label = label

    def labels(self) -> dict[str, str]:
        address = _("E-mail address")
        return {"login": address, "email": address}


class _NewPassword(Worded):
    def labels(self) -> dict[str, str]:
        new, again = _("New password"), _("New password, again")
        return {"oldpassword": _("Current password"), "password1": new, "password2": again}


class LoginForm(Worded, allauth.LoginForm):  # type: ignore[misc]  # allauth has no types
    pass


class SignupForm(Worded, allauth.SignupForm):  # type: ignore[misc]  # allauth has no types
    pass


class ResetPasswordForm(Worded, allauth.ResetPasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class AddEmailForm(Worded, allauth.AddEmailForm):  # type: ignore[misc]  # allauth has no types
    pass


class ChangePasswordForm(_NewPassword, allauth.ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class SetPasswordForm(_NewPassword, allauth.SetPasswordForm):  # type: ignore[misc]  # allauth has no types
    pass


class ResetPasswordKeyForm(_NewPassword, allauth.ResetPasswordKeyForm):  # type: ignore[misc]  # allauth has no types
    pass
