"""Addresses from which mail came back. What is stopped is the address, not the account: another one works at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import api as accounts
from inbox import kinds
from inbox.contracts import Notice
from inbox.models import MailTrouble
from inbox.services import notify
from marketplace.kernel import identity, languages, outbox, throttle
from marketplace.kernel.errors import Conflict

STOPPED = "mail_stopped"
SOFT_BOUNCES = 5
_APART = timedelta(hours=1)  # the same news sent twice counts once
_TESTS_AN_HOUR = 3

kinds.register_kind(STOPPED, gettext_lazy("Mail to me comes back"), may_refuse=False, by_mail=False)


def is_stopped(address: str) -> bool:
    return MailTrouble.objects.filter(address=address.lower(), stopped_at__isnull=False).exists()


def trouble_of(address: str) -> MailTrouble | None:
    """Why no mail goes to an address."""
    return MailTrouble.objects.filter(address=address.lower(), stopped_at__isnull=False).first()


def stop(address: str, reason: MailTrouble.Reason, said: str, at: datetime) -> None:
    """No more mail to this address, except what must arrive. Its person is told on the site and by push, once."""
    if _is_nobodys(address):
        return
    with transaction.atomic():
        trouble = _locked(address, at)
        if trouble.stopped_at:
            return
        trouble.stopped_at, trouble.last_at = at, at
        trouble.reason, trouble.said = reason, " ".join(said.replace("\x00", "").split())[:300]
        trouble.save()
        _tell(trouble, at)


def note_soft_bounce(address: str, said: str, at: datetime) -> None:
    """It may take mail later; so many in a row, an hour and more apart, stop it."""
    if _is_nobodys(address):
        return
    with transaction.atomic():
        trouble = _locked(address, at - _APART)
        if trouble.stopped_at or at - trouble.last_at < _APART:
            return
        MailTrouble.objects.filter(pk=trouble.pk).update(soft_bounces=F("soft_bounces") + 1, last_at=at)
        if trouble.soft_bounces + 1 >= SOFT_BOUNCES:
            stop(address, MailTrouble.Reason.FULL, said, at)


def note_arrival(address: str) -> None:
    MailTrouble.objects.filter(address=address.lower(), stopped_at=None).delete()


def forget(address: str) -> None:
    """Nobody here has this address any more."""
    MailTrouble.objects.filter(address=address.lower()).delete()


def try_again(*, user_id: int, at: datetime) -> None:
    """Its person says that the address works: mail goes there again, first a test. Raises Conflict for many tries."""
    address = accounts.email_of(user_id)
    with transaction.atomic():
        trouble = MailTrouble.objects.select_for_update().filter(address=address, stopped_at__isnull=False).first()
        if trouble is None:
            return
        if not throttle.spend(f"mail-test:{user_id}", 1, limit=_TESTS_AN_HOUR, seconds=3600):
            raise Conflict(_("You have tried several times. Wait an hour, or give another address."))
        stopped_at = trouble.stopped_at
        trouble.delete()
        _post_test(user_id, address, f"mail-test:{user_id}:{stopped_at}", at)


def _is_nobodys(address: str) -> bool:
    """Of a closed account, or left behind: nothing is kept of it."""
    return accounts.id_of(address) is None


def _locked(address: str, at: datetime) -> MailTrouble:
    rows = MailTrouble.objects.select_for_update()  # in one step: a letter that arrives takes the row away
    return rows.get_or_create(address=address.lower(), defaults={"last_at": at})[0]


def _tell(trouble: MailTrouble, at: datetime) -> None:
    user_id = accounts.id_of(trouble.address)
    if user_id is None or not accounts.is_active(user_id):
        return
    with languages.spoken(accounts.person(user_id).language):
        title = _("Mail to %(address)s comes back. Look what you can do.") % {"address": trouble.address}
    page = reverse("inbox:notice_settings")
    notify(Notice(user_id, STOPPED, f"{STOPPED}:{at.isoformat()}", title, page, context={}), at)


def _post_test(user_id: int, address: str, key: str, at: datetime) -> None:
    person = accounts.person(user_id)
    context = {
        "recipient": person,
        "site_name": identity.name(),
        "site_url": settings.SITE_URL,
        "url": settings.SITE_URL + reverse("inbox:notice_settings"),
    }
    with languages.spoken(person.language):
        payload = {
            "to": address,
            "subject": render_to_string("emails/mail_test-subject.txt", context).strip(),
            "text": render_to_string("emails/mail_test.txt", context).strip() + "\n",
            "html": render_to_string("emails/mail_test.html", context).strip(),
        }
    outbox.enqueue(topic="mail", key=key, payload=payload, at=at)
