"""Telling a seller about their payouts: a notice, and a mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import api as accounts
from inbox import api as inbox
from inbox.contracts import Notice, NoticeGroup
from marketplace.kernel import words
from marketplace.kernel.money import Money

KIND, STAFF_KIND = "payouts", "old_money"
inbox.register_kind(KIND, _("My payouts and my payout account"), may_refuse=False, group=NoticeGroup.MONEY)
inbox.register_kind(STAFF_KIND, _("Money that has been here for long"), may_refuse=False, group=NoticeGroup.STAFF)


def tell(user_id: int, key: str, title: str, text: str, at: datetime, *, amount: Money | None = None) -> None:
    """Tells a seller, once per key. ``text`` says what to do; ``amount`` is what it is about."""
    context: dict[str, object] = {"text": text, "amount": words.amount(amount) if amount else ""}
    inbox.notify(Notice(user_id, KIND, key, title, reverse("payments:earnings"), context), at)


def tell_staff(key: str, say: Callable[[], tuple[str, str]], at: datetime) -> None:
    """Tells everybody who looks after the site's money, once per key; ``say`` gives title and text."""
    for user_id in accounts.treasurers():
        with accounts.speaking_to(user_id):
            title, text = say()
        context: dict[str, object] = {"text": text}
        inbox.notify(Notice(user_id, STAFF_KIND, key, title, reverse("payments:staff_payouts"), context), at)
