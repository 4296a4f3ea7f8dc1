"""Mail that comes back: the address is left alone, its person learns of it on the site and can mend it."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from anymail.signals import AnymailTrackingEvent, tracking
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.core import mail
from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory
from django.urls import reverse

from accounts import api as accounts
from accounts.models import User
from accounts.services import letters
from inbox import api, troubles
from inbox.contracts import Notice
from inbox.models import MailTrouble, Notification
from marketplace.kernel import clock, identity, outbox
from tests.accounts.conftest import AT, client_of
from tests.support.racing import one_after_the_other

pytestmark = pytest.mark.django_db
ADDRESS = "aoife@example.org"


@pytest.fixture(autouse=True)
def webhook(settings: Any) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "hooks:of-mail"}


def event(kind: str, *, address: str = ADDRESS, password: str = "hooks:of-mail", **more: Any) -> int:
    """As Postmark posts it."""
    told = {"RecordType": "Bounce", "Type": kind, "Email": address, "ID": 42, "Details": "550 no such user", **more}
    request = RequestFactory().post(
        "/mail/events/",
        json.dumps(told),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Basic {b64encode(password.encode()).decode()}",
    )
    return int(PostmarkTrackingWebhookView.as_view()(request).status_code)


def tell(user: User, key: str = "k") -> list[str]:
    api.notify(Notice(user.pk, "never_heard_of", key, f"News {key}", "/messages/", {}), AT)
    outbox.deliver_due(clock.now())
    return [letter.subject for letter in mail.outbox]


def test_a_hard_bounce_stops_the_address_and_tells_on_the_site(seller: User) -> None:
    assert event("HardBounce", address="Aoife@Example.org") == 200
    event("HardBounce")  # told twice
    assert tell(seller) == []
    assert MailTrouble.objects.get().reason == "bounced"
    notice = Notification.objects.get(kind="mail_stopped")
    assert ADDRESS in notice.title
    client = client_of(seller)
    for page in (reverse("inbox:notices"), reverse("inbox:notice_settings")):
        shown = client.get(page).content.decode()
        assert f"We have stopped mail to {ADDRESS}" in shown
        assert reverse("account_email") in shown
    assert Notification.objects.filter(kind="mail_stopped").count() == 1


def test_a_complaint_stops_it_too(seller: User) -> None:
    event("SpamComplaint", RecordType="SpamComplaint")
    assert tell(seller) == []
    assert MailTrouble.objects.get().reason == "complained"


def test_what_must_arrive_still_tries(seller: User) -> None:
    event("HardBounce")
    letters.post(
        key="x", template="account/email/closed", email=ADDRESS, user=seller, url="http://x/", context={}, at=AT
    )
    outbox.deliver_due(clock.now())
    assert [letter.to for letter in mail.outbox] == [[ADDRESS]]


def test_the_account_is_not_stopped(seller: User) -> None:
    event("HardBounce")
    User.objects.filter(pk=seller.pk).update(email="new@example.org")
    assert tell(seller) == ["News k"]
    assert troubles.trouble_of("new@example.org") is None


def test_soft_bounces_count_until_a_letter_arrives(seller: User) -> None:
    now = clock.now()
    for number in range(4):
        troubles.note_soft_bounce(ADDRESS, "452 full", now + timedelta(hours=2 * number))
        troubles.note_soft_bounce(ADDRESS, "452 full", now + timedelta(hours=2 * number, minutes=1))  # tried again
    assert (MailTrouble.objects.get().soft_bounces, troubles.is_stopped(ADDRESS)) == (4, False)
    assert tell(seller) == ["News k"]
    event("Delivered", RecordType="Delivery", Recipient=ADDRESS)
    assert not MailTrouble.objects.exists()
    for number in range(5):
        troubles.note_soft_bounce(ADDRESS, "452 full", now + timedelta(hours=2 * number))
    assert MailTrouble.objects.get().reason == "full"


def test_a_soft_bounce_by_its_providers_name(seller: User) -> None:
    event("SoftBounce")
    assert (MailTrouble.objects.get().soft_bounces, troubles.is_stopped(ADDRESS)) == (1, False)


def test_a_letter_that_is_tried_again_for_days_is_no_bounce(seller: User) -> None:
    for _try in range(8):
        event("Transient")
    assert not MailTrouble.objects.exists()


def told(module: str, view: str, raw: Any) -> None:
    """As this provider posts it; whether it is allowed to is asked elsewhere."""
    kind = getattr(import_module(f"anymail.webhooks.{module}"), f"{view}TrackingWebhookView")
    posts = RequestFactory()
    if module == "mandrill":
        request = posts.post("/mail/events/", {"mandrill_events": json.dumps(raw)})
    else:
        request = posts.post("/mail/events/", json.dumps(raw), content_type="application/json")
    for one in object.__new__(kind).parse_events(request):
        tracking.send(sender=kind, event=one, esp_name=kind.esp_name)


def _ses(bounce: str) -> dict[str, Any]:
    people = [{"emailAddress": ADDRESS}]
    about = {"bounceType": bounce, "bounceSubType": "General", "bouncedRecipients": people}
    return {"Type": "Notification", "Message": json.dumps({"eventType": "Bounce", "bounce": about})}


def _mailersend(kind: str) -> dict[str, Any]:
    about = {"recipient": {"email": ADDRESS}}
    return {"type": "x", "data": {"type": kind, "email": about, "morph": {"object": "recipient_bounce"}}}


def _mailgun(severity: str, reason: str) -> dict[str, Any]:
    about = {"event": "failed", "severity": severity, "reason": reason, "recipient": ADDRESS, "timestamp": 1}
    return {"event-data": about}


def _resend(kind: str) -> dict[str, Any]:
    about = {"type": kind, "message": "The recipient's email provider sent a general bounce message."}
    return {"type": "email.bounced", "data": {"to": [ADDRESS], "bounce": about}}


def _sparkpost(number: str) -> list[dict[str, Any]]:
    return [{"msys": {"message_event": {"type": "bounce", "bounce_class": number, "raw_rcpt_to": ADDRESS}}}]


def _unisender(why: str) -> dict[str, Any]:
    known = {"event_name": "transactional_email_status", "status": "hard_bounced", "event_time": "2026-01-01 10:00:00"}
    return {**known, "email": ADDRESS, "delivery_info": {"delivery_status": why}}


_POSTAL = {"event": "MessageBounced", "payload": {"bounce": {}, "original_message": {"to": ADDRESS}}}
_MAILTRAP = {"events": [{"event": "bounce", "email": ADDRESS, "timestamp": 1, "message_id": "x"}]}


@pytest.mark.parametrize(
    ("module", "view", "raw"),
    [
        ("amazon_ses", "AmazonSES", _ses("Permanent")),
        ("brevo", "Brevo", {"event": "hard_bounce", "email": ADDRESS}),
        ("brevo", "Brevo", {"event": "invalid_email", "email": ADDRESS}),
        ("sendinblue", "SendinBlue", {"event": "hard_bounce", "email": ADDRESS}),
        ("mailersend", "MailerSend", _mailersend("hard_bounced")),
        ("mailgun", "Mailgun", _mailgun("permanent", "bounce")),
        ("mailgun", "Mailgun", _mailgun("permanent", "suppress-bounce")),
        ("mailjet", "Mailjet", {"event": "bounce", "error": "user unknown", "hard_bounce": True, "email": ADDRESS}),
        ("mailtrap", "Mailtrap", _MAILTRAP),
        ("mandrill", "Mandrill", [{"event": "hard_bounce", "msg": {"email": ADDRESS}}]),
        ("postal", "Postal", _POSTAL),
        ("postmark", "Postmark", {"RecordType": "Bounce", "Type": "BadEmailAddress", "Email": ADDRESS}),
        ("resend", "Resend", _resend("Permanent")),
        ("sendgrid", "SendGrid", [{"event": "bounce", "type": "bounce", "email": ADDRESS}]),
        ("sendgrid", "SendGrid", [{"event": "dropped", "reason": "Bounced Address", "email": ADDRESS}]),
        ("sparkpost", "SparkPost", _sparkpost("10")),
        ("sparkpost", "SparkPost", _sparkpost("30")),
        ("unisender_go", "UnisenderGo", _unisender("err_user_unknown")),
    ],
)
def test_a_hard_bounce_of_every_provider_stops_the_address(seller: User, module: str, view: str, raw: Any) -> None:
    told(module, view, raw)
    assert MailTrouble.objects.get().reason == "bounced"


@pytest.mark.parametrize(
    ("module", "view", "raw"),
    [
        ("amazon_ses", "AmazonSES", _ses("Transient")),
        ("brevo", "Brevo", {"event": "soft_bounce", "email": ADDRESS}),
        ("mailersend", "MailerSend", _mailersend("soft_bounced")),
        ("mailgun", "Mailgun", _mailgun("permanent", "old")),
        ("mailjet", "Mailjet", {"event": "bounce", "error": "quota exceeded", "hard_bounce": False, "email": ADDRESS}),
        ("mandrill", "Mandrill", [{"event": "soft_bounce", "msg": {"email": ADDRESS}}]),
        ("resend", "Resend", _resend("Transient")),
        ("sendgrid", "SendGrid", [{"event": "bounce", "type": "blocked", "email": ADDRESS}]),
        *(("sparkpost", "SparkPost", _sparkpost(number)) for number in ("20", "21", "22", "40", "51", "70")),
        ("unisender_go", "UnisenderGo", _unisender("err_mailbox_full")),
    ],
)
def test_a_soft_bounce_of_every_provider_counts_as_one(seller: User, module: str, view: str, raw: Any) -> None:
    told(module, view, raw)
    assert (MailTrouble.objects.get().soft_bounces, troubles.is_stopped(ADDRESS)) == (1, False)


def test_a_bounce_of_a_provider_that_is_not_known_is_soft(seller: User) -> None:
    one = AnymailTrackingEvent(event_type="bounced", reject_reason="bounced", recipient=ADDRESS, esp_event={})
    tracking.send(sender=object, event=one, esp_name="Somebody")
    assert not troubles.is_stopped(ADDRESS)
    assert MailTrouble.objects.exists()


def test_who_does_not_know_the_password_stops_nothing(seller: User) -> None:
    with pytest.raises(SuspiciousOperation):
        event("HardBounce", password="hooks:guess")
    assert not MailTrouble.objects.exists()


@pytest.mark.parametrize("address", ["", "nobody", "x" * 300 + "@example.org", "a\x00@example.org"])
def test_nonsense_is_left_alone(address: str) -> None:
    event("HardBounce", address=address)
    assert not MailTrouble.objects.exists()


def test_nothing_is_kept_of_an_address_of_nobody(db: None) -> None:
    event("HardBounce", address="nobody@example.org")
    event("SoftBounce", address="nobody@example.org")
    assert not MailTrouble.objects.exists()


def test_an_address_that_is_left_behind_is_forgotten(seller: User) -> None:
    event("HardBounce")
    old = EmailAddress.objects.create(user=seller, email="Aoife@example.org", verified=True)
    email_changed.send(User, request=None, user=seller, from_email_address=old, to_email_address=old)
    assert not MailTrouble.objects.exists()


def test_a_test_letter_has_the_name_that_the_site_has_now(seller: User, monkeypatch: pytest.MonkeyPatch) -> None:
    event("HardBounce")
    monkeypatch.setattr(identity, "name", lambda: "Handwerk")
    troubles.try_again(user_id=seller.pk, at=AT)
    outbox.deliver_due(clock.now())
    assert [letter.subject for letter in mail.outbox] == ["Mail from Handwerk reaches you"]


def test_its_person_says_that_it_works_again(seller: User) -> None:
    event("HardBounce")
    client = client_of(seller)
    answer = client.post(reverse("inbox:mail_again"), follow=True).content.decode()
    assert "We write to you again" in answer
    assert "We have stopped mail" not in answer
    outbox.deliver_due(clock.now())
    assert [letter.subject for letter in mail.outbox] == ["Mail from Artisan reaches you"]
    assert tell(seller)[1:] == ["News k"]
    event("HardBounce")
    assert troubles.is_stopped(ADDRESS)


def test_not_all_the_time(seller: User) -> None:
    client = client_of(seller)
    for _number in range(4):
        event("HardBounce")
        answer = client.post(reverse("inbox:mail_again"), follow=True).content.decode()
    assert "Wait an hour" in answer
    assert troubles.is_stopped(ADDRESS)


def test_nothing_is_sent_where_nothing_is_wrong(seller: User) -> None:
    client_of(seller).post(reverse("inbox:mail_again"))
    outbox.deliver_due(clock.now())
    assert mail.outbox == []


def test_it_is_forgotten_with_the_account(buyer: User) -> None:
    from inbox import leaving

    event("HardBounce", address="bob@example.org")
    leaving.let_go(buyer.pk)
    assert not MailTrouble.objects.exists()
    assert accounts.email_of(buyer.pk)


@pytest.mark.django_db(transaction=True)
def test_a_letter_arrives_while_another_comes_back(seller: User) -> None:
    at = clock.now()
    troubles.note_soft_bounce(ADDRESS, "452 full", at)
    one_after_the_other(
        lambda: troubles.note_arrival(ADDRESS),
        lambda: troubles.note_soft_bounce(ADDRESS, "452 full", at + timedelta(hours=2)),
    )
    assert MailTrouble.objects.get().soft_bounces == 1
