from typing import Any

from allauth.account.signals import email_changed, password_changed, password_reset, password_set
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from accounts.contracts import PersonLeft
from inbox import leaving, mail_events, troubles
from inbox.push import devices
from inbox.selectors import unread
from inbox.web.writing import profile_block, profile_button
from marketplace.kernel.events import subscribe

__all__ = ["mail_events"]

accounts.register_unread_counter(unread)
accounts.register_profile_panel(profile_button, position=5)
accounts.register_profile_panel(profile_block, position=210)
accounts.register_settings_section(_("Notices"), "inbox:notice_settings", position=30)
accounts.register_settings_section(_("Messages"), "inbox:own", position=32)
accounts.register_chapter("messages", leaving.messages_of)
accounts.register_chapter("notices", leaving.notices_of)
accounts.register_chapter("notice_settings", leaving.notice_settings_of)
accounts.register_chapter("devices", leaving.devices_of)
accounts.register_chapter("quick_replies", leaving.own_words_of)
accounts.register_chapter("blocked", leaving.blocked_by)
accounts.register_chapter("reported-talks", leaving.reports_of)


@subscribe(PersonLeft)
def person_left(event: PersonLeft) -> None:
    leaving.let_go(event.user_id)


@receiver(user_logged_out)
def signed_out(request: Any, **_more: Any) -> None:
    devices.end_session(request.session.session_key)


@receiver(email_changed)
def new_address(from_email_address: Any, **_more: Any) -> None:
    if from_email_address is not None:
        troubles.forget(from_email_address.email)


@receiver([password_changed, password_set, password_reset])
def new_password(user: Any, **_more: Any) -> None:
    """Browsers hear no more, this one included: whoever still sits at one allows it anew."""
    devices.end_all(user.pk)
