"""Notices: told once, on the page and by mail, and by mail only to those who want it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import api as accounts
from accounts.models import User
from inbox import api, choices, kinds, unsubscribe
from inbox.contracts import Notice, NoticeGroup
from inbox.models import NoticeSetting, Notification
from inbox.outbox_handlers import send_notice
from marketplace.kernel import clock, outbox
from marketplace.kernel.errors import InvalidInput
from marketplace.kernel.models import OutboxMessage
from tests.accounts.conftest import AT, client_of

pytestmark = pytest.mark.django_db


def tell(user: User, key: str = "k", kind: str = "message_received") -> None:
    context = {"author": "Bob <b>", "about": "Fifty rows & more", "preview": "Hi"}
    api.notify(Notice(user.pk, kind, key, "Bob wrote to you", "/messages/", context), AT)


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(kinds._kinds)
    monkeypatch.setattr(kinds, "_kinds", known)
    api.register_kind("order_due", "A deadline", may_refuse=False)


def test_a_notice_is_told_once(seller: User, buyer: User) -> None:
    for user in (seller, seller, buyer):
        tell(user)
    assert Notification.objects.count() == 2
    assert OutboxMessage.objects.count() == 2


def unread(user: User) -> int:
    return api.unread(user.pk).notices


def test_of_a_kind_that_stays_here_nothing_leaves(seller: User) -> None:
    api.register_kind("stays", "Stays here", by_mail=False, by_push=False)
    tell(seller, kind="stays")
    assert Notification.objects.count() == 1
    assert not OutboxMessage.objects.exists()


def test_the_letter_is_whole(seller: User) -> None:
    tell(seller)
    outbox.deliver_due(clock.now())
    [letter] = mail.outbox
    assert letter.to == ["aoife@example.org"]
    assert letter.subject == "Bob <b> wrote to you: Fifty rows & more"
    assert "http://testserver/messages/" in letter.body
    assert "“Fifty rows & more”" in letter.body
    html, kind = letter.alternatives[0]
    assert kind == "text/html"
    assert "Bob &lt;b&gt; wrote to you" in html
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.extra_headers["List-Unsubscribe"].strip("<>") in letter.body


def test_a_letter_goes_once_though_its_handler_runs_twice(seller: User) -> None:
    tell(seller)
    message = OutboxMessage.objects.get()
    send_notice(message)
    send_notice(message)
    assert len(mail.outbox) == 1


def test_a_second_try_after_a_crash_bears_the_same_id(seller: User) -> None:
    tell(seller)
    message = OutboxMessage.objects.get()
    payload = message.payload
    send_notice(message)
    OutboxMessage.objects.update(payload=payload)  # as if the process had died before it was noted
    send_notice(OutboxMessage.objects.get())
    ids = {letter.extra_headers["Message-ID"] for letter in mail.outbox}
    assert (len(mail.outbox), len(ids)) == (2, 1)


def test_a_kind_without_templates_has_the_plain_letter(seller: User) -> None:
    tell(seller, kind="never_heard_of")
    outbox.deliver_due(clock.now())
    assert mail.outbox[0].subject == "Bob wrote to you"


def test_a_mandatory_kind_offers_no_way_out(seller: User) -> None:
    tell(seller, kind="order_due")
    outbox.deliver_due(clock.now())
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers
    assert "mail/off" not in mail.outbox[0].body


def test_one_click_stops_one_kind_for_one_person(seller: User, buyer: User) -> None:
    link = unsubscribe.link(seller.pk, "message_received")
    assert Client().get(link).status_code == 200
    assert not NoticeSetting.objects.exists(), "mail scanners follow links"
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link, {"List-Unsubscribe": "One-Click"}).status_code == 200
    for user in (seller, buyer):
        tell(user)
    tell(seller, key="other", kind="never_heard_of")
    outbox.deliver_due(clock.now())
    assert sorted(letter.to[0] for letter in mail.outbox) == ["aoife@example.org", "bob@example.org"]
    assert OutboxMessage.objects.filter(done_at=None).count() == 0
    assert Notification.objects.filter(recipient=seller).count() == 2


def test_the_way_back_starts_it_again(seller: User) -> None:
    link = unsubscribe.link(seller.pk, "message_received")
    page = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert 'name="back"' in page
    assert "again" in Client(enforce_csrf_checks=True).post(link, {"back": "1"}).content.decode()
    assert choices.ways_of(seller.pk, "message_received").mail is True


@pytest.mark.parametrize("token", ["nonsense", "WzEsIm1lc3NhZ2UiXQ:1abc:forged"])
def test_a_forged_link_stops_nothing(seller: User, token: str) -> None:
    assert Client().post(reverse("inbox:unsubscribe", args=[token])).status_code == 404
    assert not NoticeSetting.objects.exists()


def test_nobody_is_written_to_after_a_suspension(seller: User) -> None:
    tell(seller)
    accounts.suspend(user_id=seller.pk, by_id=None, reason="They send spam.", at=AT)
    outbox.deliver_due(clock.now())
    assert [letter.subject for letter in mail.outbox] == ["Your account at Artisan is suspended"]


def test_a_mandatory_kind_cannot_be_stopped(seller: User) -> None:
    with pytest.raises(InvalidInput):
        choices.set_mail(user_id=seller.pk, kind="order_due", wanted=False)
    assert not NoticeSetting.objects.exists()


def test_opening_a_notice_reads_it_and_leads_on(seller: User) -> None:
    tell(seller)
    notice = Notification.objects.get()
    answer = client_of(seller).get(reverse("inbox:open_notice", args=[notice.pk]))
    assert answer.headers["Location"] == "/messages/"
    assert unread(seller) == 0


def test_a_strangers_notice_is_not_there(seller: User, stranger: User) -> None:
    tell(seller)
    answer = client_of(stranger).get(reverse("inbox:open_notice", args=[Notification.objects.get().pk]))
    assert answer.status_code == 404
    assert unread(seller) == 1


def test_all_are_read_at_once_but_only_ones_own(seller: User, buyer: User) -> None:
    for number in range(3):
        tell(seller, key=str(number))
    tell(buyer)
    client = client_of(seller)
    assert client.get(reverse("inbox:read_all")).status_code == 405
    client.post(reverse("inbox:read_all"))
    assert (unread(seller), unread(buyer)) == (0, 1)


def test_what_does_not_count_at_the_bell_is_read_together(seller: User) -> None:
    tell(seller)
    NoticeSetting.objects.create(user=seller, kind="message_received", bell=False)
    client, page = client_of(seller), reverse("inbox:notices")
    assert "Mark all as read" in client.get(page).content.decode()
    assert client.post(reverse("inbox:read_all")).headers["Location"] == page
    assert not Notification.objects.filter(read_at=None).exists()
    assert "Mark all as read" not in client.get(page).content.decode()


def test_on_the_tab_of_a_group_its_own_are_read(seller: User) -> None:
    api.register_kind("saved_thing", "Saved", group=NoticeGroup.SAVED)
    tell(seller, key="s", kind="saved_thing")
    tell(seller)
    client, tab = client_of(seller), reverse("inbox:notices") + "?in=saved"
    assert '<input type="hidden" name="in" value="saved">' in client.get(tab).content.decode()
    assert client.post(reverse("inbox:read_all"), {"in": "saved"}).headers["Location"] == tab
    assert [notice.kind for notice in Notification.objects.filter(read_at=None)] == ["message_received"]
    assert "Mark all as read" not in client.get(tab).content.decode()


def test_notices_page_by_page(seller: User) -> None:
    for number in range(35):
        tell(seller, key=str(number))
    client = client_of(seller)
    first = client.get(reverse("inbox:notices"))
    older = client.get(first.context["older_url"])
    assert [len(page.context["notices"]) for page in (first, older)] == [30, 5]
    assert client.get(reverse("inbox:notices"), {"before": "x' OR 1"}).status_code == 200


def test_notices_of_one_group(seller: User) -> None:
    api.register_kind("saved_thing", "Saved", group=NoticeGroup.SAVED)
    for number in range(32):
        tell(seller, key=f"s{number}", kind="saved_thing")
        tell(seller, key=str(number))
    tell(seller, key="?", kind="never_heard_of")
    client = client_of(seller)
    first = client.get(reverse("inbox:notices"), {"in": "saved"})
    older = client.get(first.context["older_url"])
    shown = [*first.context["notices"], *older.context["notices"]]
    assert {notice.kind for notice in shown} == {"saved_thing"}
    assert len(shown) == 32
    site = client.get(reverse("inbox:notices"), {"in": "site"}).context["notices"]
    assert [notice.kind for notice in site] == ["never_heard_of"]
    assert "Nothing about “Disputes”" in client.get(reverse("inbox:notices"), {"in": "disputes"}).content.decode()
    assert len(client.get(reverse("inbox:notices"), {"in": "nonsense"}).context["notices"]) == 30


def test_the_page_asks_the_same_of_one_notice_and_of_many(seller: User, django_assert_num_queries: Any) -> None:
    client = client_of(seller)
    tell(seller)
    client.get(reverse("inbox:notices"))  # the session's first look
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("inbox:notices"))
        usual = len(few)
    for number in range(40):
        tell(seller, key=str(number))
    with django_assert_num_queries(usual):
        client.get(reverse("inbox:notices"))


def test_an_empty_inbox_says_what_to_do(seller: User) -> None:
    client = client_of(seller)
    for name, words in (("inbox:list", "No messages yet"), ("inbox:notices", "Nothing to tell")):
        page: Any = client.get(reverse(name))
        assert words in page.content.decode()
