"""Where allauth meets this site: people instead of user names, the outbox instead of a mail server."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.handles import free_handle
from accounts.models import FormerHandle, User
from accounts.services import letters
from accounts.web import suspended
from accounts.web.forms import SignupForm
from accounts.web.middleware import cookie_zone
from marketplace.kernel import clock
from marketplace.kernel.errors import Conflict
from marketplace.kernel.hurry import hurry
from marketplace.kernel.ids import new_id
from marketplace.kernel.tasks import deliver_outbox_now

_LINKS = ("password_reset_url", "activate_url", "signup_url")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth has no types
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        "too_many_login_attempts": _("Too many tries. Wait five minutes, or set a new password."),
        "incorrect_code": _("This is not the code. Look at the newest mail."),
        "rate_limited": _("That was quick. Wait a moment, then try again."),
    }

    def save_user(self, request: HttpRequest, user: User, form: SignupForm, commit: bool = True) -> User:
        """Saves a newcomer: their name, a handle near it, the language they read, their browser's zone."""
        super().save_user(request, user, form, commit=False)
        user.email = user.email.lower()
        user.display_name = form.cleaned_data["display_name"]
        user.time_zone = cookie_zone(request) or settings.TIME_ZONE
        user.language = get_language() or ""
        user.handle = free_handle(user.display_name)
        if commit:
            self.insert(user)
        return user

    def insert(self, user: User) -> None:
        """A handle may be taken between look-up and insert: try once more with a fresh one."""
        try:
            with transaction.atomic():
                user.save()
                if FormerHandle.objects.filter(handle=user.handle).exists():
                    raise IntegrityError("somebody was just leaving this handle")
        except IntegrityError as error:
            if User.objects.filter(email=user.email).exists():
                raise Conflict(gettext("You signed up a moment ago. Look for the code in your mail.")) from error
            user.handle = free_handle(user.display_name)
            user.save()

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def is_safe_url(self, url: str) -> bool:
        """Whether to go there after signing in; an address that cannot be read is none."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Renders a letter and puts it into the outbox; a worker sends it."""
        user = context.get("user")
        letters.post(
            key=f"mail:{new_id()}",
            template=template_prefix,
            email=email,
            user=user if isinstance(user, User) else None,
            url=next((context[name] for name in _LINKS if context.get(name)), ""),
            context=context,
            at=clock.now(),
        )
        # Somebody waits for this letter (a code, a link); the sweep would find it within seconds as well.
        transaction.on_commit(lambda: hurry(deliver_outbox_now), robust=True)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponseBase:
        """Who is suspended and knows their password reads why, on the one page that is left to them."""
        if not user.is_suspended:
            answer: HttpResponseBase = super().respond_user_inactive(request, user)
            return answer
        suspended.let_in(request, user.pk)
        return redirect("accounts:suspended")
