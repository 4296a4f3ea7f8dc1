"""allauth's forms for codes and keys with our words on their fields."""

from __future__ import annotations

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext as _

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none", "spellcheck": "false"}


class _WithCode(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.widget.attrs = dict(_CODE)


class AuthenticateForm(_WithCode, base.AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class ReauthenticateForm(_WithCode, base.ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    pass


class ActivateTOTPForm(_WithCode, totp.ActivateTOTPForm):  # type: ignore[misc]  # allauth has no types
    pass


class _WithName(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].max_length = 60  # type: ignore[attr-defined]
        self.fields["name"].help_text = _("So that you can tell it from others: the device that it is on.")


class AddWebAuthnForm(_WithName, webauthn.AddWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("passwordless", True)
        self.fields["passwordless"].label = _("Sign in with it alone, without the password")
        self.fields["passwordless"].help_text = _(
            "The device asks for your finger, face or PIN. Without this, it is a second step after the password."
        )


class SignupWebAuthnForm(_WithName, webauthn.SignupWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    pass


class EditWebAuthnForm(_WithName, webauthn.EditWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    pass
