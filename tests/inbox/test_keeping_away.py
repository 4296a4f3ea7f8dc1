"""Blocking and reporting, the archive, quick replies."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation

from accounts.leaving import registry
from accounts.models import User
from inbox import api, blocking, leaving, quick_replies, reports
from inbox.models import Block, Conversation, Message, Notification, QuickReply, Report
from inbox.people import reference_of, title_of
from marketplace.kernel import outbox
from marketplace.kernel.errors import Conflict, NotAllowed
from marketplace.kernel.models import OutboxMessage
from tests.accounts.conftest import AT, client_of
from tests.inbox.conftest import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_buyer(buyer: User) -> Client:
    return client_of(buyer)


def test_whoever_is_blocked_cannot_write_nor_be_written_to(talk: uuid.UUID, seller: User, buyer: User) -> None:
    blocking.block(owner_id=seller.pk, other_id=buyer.pk, at=AT)
    blocking.block(owner_id=seller.pk, other_id=buyer.pk, at=AT)
    with pytest.raises(NotAllowed, match="takes no messages and no orders from you"):
        say(talk, buyer)
    with pytest.raises(NotAllowed, match="You have blocked"):
        say(talk, seller)
    assert (Block.objects.count(), Message.objects.count()) == (1, 0)
    blocking.unblock(owner_id=seller.pk, other_id=buyer.pk)
    assert say(talk, buyer)


def test_what_was_sent_before_is_still_the_same_message(talk: uuid.UUID, seller: User, buyer: User) -> None:
    first = say(talk, buyer)
    blocking.block(owner_id=seller.pk, other_id=buyer.pk, at=AT)
    assert say(talk, buyer) == first


def test_in_an_order_they_go_on_talking(talk: uuid.UUID, seller: User, buyer: User) -> None:
    Conversation.objects.filter(pk=talk).update(url="/orders/1/")
    blocking.block(owner_id=seller.pk, other_id=buyer.pk, at=AT)
    assert say(talk, buyer)


def test_the_page_asks_and_says_what_it_means(as_buyer: Client, talk: uuid.UUID, seller: User, buyer: User) -> None:
    path = f"/messages/block/{seller.handle}/"
    assert "Orders that run go on" in as_buyer.get(f"{path}?talk={talk}").content.decode()
    assert not Block.objects.exists()
    assert as_buyer.post(path, {"talk": str(talk)}).headers["Location"] == f"/messages/{talk}/"
    page = as_buyer.get(f"/messages/{talk}/").content.decode()
    assert "cannot write to you or order from you" in page
    assert as_buyer.post(f"/messages/{talk}/", {"body": "Hi", "form_key": "k"}).status_code == 200
    assert not Message.objects.exists()
    assert seller.display_name in as_buyer.get("/settings/messages/").content.decode()
    as_buyer.post(path, {"off": ""})
    assert not Block.objects.exists()
    assert as_buyer.get(f"/messages/block/{buyer.handle}/").status_code == 404
    assert as_buyer.get("/messages/block/nobody-there/").status_code == 404


def test_so_many_are_blocked(seller: User, buyer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocking, "MOST", 0)
    with pytest.raises(Conflict, match="Unblock some first"):
        blocking.block(owner_id=seller.pk, other_id=buyer.pk, at=AT)


def test_the_archive_holds_until_somebody_writes(
    as_buyer: Client, talk: uuid.UUID, seller: User, buyer: User, stranger: User
) -> None:
    say(talk, seller)
    as_buyer.post(f"/messages/{talk}/archive/")
    assert "Fifty rows cleaned" not in as_buyer.get("/messages/").content.decode()
    assert "Fifty rows cleaned" in as_buyer.get("/messages/?in=archive").content.decode()
    assert "Fifty rows cleaned" in client_of(seller).get("/messages/").content.decode()
    say(talk, seller, key="k2", at=AT + timedelta(hours=1))
    assert "Fifty rows cleaned" in as_buyer.get("/messages/").content.decode()
    assert "The archive is empty" in as_buyer.get("/messages/?in=archive").content.decode()
    as_buyer.post(f"/messages/{talk}/archive/")
    as_buyer.post(f"/messages/{talk}/archive/", {"back": ""})
    assert "Fifty rows cleaned" in as_buyer.get("/messages/?in=nonsense").content.decode()
    assert client_of(stranger).post(f"/messages/{talk}/archive/").status_code == 404


def test_unread_ones(as_buyer: Client, talk: uuid.UUID, seller: User) -> None:
    assert "Everything is read" in as_buyer.get("/messages/?in=unread").content.decode()
    say(talk, seller)
    assert "Fifty rows cleaned" in as_buyer.get("/messages/?in=unread").content.decode()


def _report(client: Client, talk: uuid.UUID, **more: str) -> None:
    answer = client.post(f"/messages/{talk}/report/", {"reason": "fraud", "text": "Wants my card", **more})
    assert answer.status_code == 302


def test_a_report_reaches_staff_with_what_was_said(
    as_buyer: Client, talk: uuid.UUID, seller: User, buyer: User, moderator: User, stranger: User
) -> None:
    say(talk, seller, "Give me your card")
    _report(as_buyer, talk)
    _report(as_buyer, talk, text="And my code")
    report = Report.objects.get()
    assert (report.about_id, report.text) == (seller.pk, "And my code")
    assert "say more" in as_buyer.get(f"/messages/{talk}/").content.decode()
    staff = client_of(moderator)
    assert seller.display_name in staff.get("/moderation/reports/").content.decode()
    page = staff.get(f"/moderation/reports/{report.pk}/").content.decode()
    assert "Give me your card" in page
    assert "And my code" in page
    for person in (seller, buyer, stranger):
        for path in ("/moderation/reports/", f"/moderation/reports/{report.pk}/"):
            assert client_of(person).get(path).status_code == 404
    assert "Say what they should do otherwise" in staff.post(
        f"/moderation/reports/{report.pk}/", {"outcome": "warned"}
    ).content.decode()  # fmt: skip
    staff.post(f"/moderation/reports/{report.pk}/", {"outcome": "warned", "words": "Ask for no cards."})
    report.refresh_from_db()
    assert (report.outcome, report.decided_by_id) == ("warned", moderator.pk)
    told = Notification.objects.exclude(kind="message_received").values_list("recipient_id", "kind", "url")
    # The warning leads to no conversation: whoever is in it would know who reported them.
    page = f"/messages/{talk}/"
    assert set(told) == {(seller.pk, "report_warned", "/messages/"), (buyer.pk, "report_read", page)}
    assert "No report waits" in staff.get("/moderation/reports/").content.decode()
    with pytest.raises(Conflict, match="decided this already"):
        reports.decide(report_id=report.pk, staff_id=moderator.pk, outcome="nothing", words="", at=AT)
    _report(as_buyer, talk, block="on")
    assert (Report.objects.count(), Block.objects.count()) == (2, 1)
    assert reports.shown(Report.objects.latest("pk").pk, moderator.pk).warnings == 1


def test_nobody_decides_about_themselves(talk: uuid.UUID, seller: User, buyer: User, moderator: User) -> None:
    reports.send(conversation_id=talk, reporter_id=buyer.pk, reason="spam", text="", at=AT)
    with pytest.raises(NotAllowed):
        reports.decide(report_id=Report.objects.get().pk, staff_id=seller.pk, outcome="nothing", words="", at=AT)


def test_staff_read_nothing_about_themselves(talk: uuid.UUID, seller: User, buyer: User, moderator: User) -> None:
    reports.send(conversation_id=talk, reporter_id=buyer.pk, reason="spam", text="They know", at=AT)
    report = Report.objects.get()
    User.objects.filter(pk=seller.pk).update(is_moderator=True)
    for person, status in ((seller, 404), (moderator, 200)):
        staff = client_of(person)
        assert staff.get(f"/moderation/reports/{report.pk}/").status_code == status
        is_listed = f"/moderation/reports/{report.pk}/" in staff.get("/moderation/reports/").content.decode()
        assert is_listed == (status == 200)


def test_a_stranger_reports_nothing(talk: uuid.UUID, stranger: User) -> None:
    assert client_of(stranger).get(f"/messages/{talk}/report/").status_code == 404


def test_words_that_are_used_often(as_buyer: Client, talk: uuid.UUID, buyer: User, seller: User) -> None:
    for body in ("Thank you!", "Thank you very much!"):
        as_buyer.post("/settings/messages/", {"name": "Thanks", "body": body})
    reply = QuickReply.objects.get()
    assert reply.body == "Thank you very much!"
    assert 'data-words="Thank you very much!"' in as_buyer.get(f"/messages/{talk}/").content.decode()
    client_of(seller).post("/settings/messages/", {"delete": reply.pk})
    assert QuickReply.objects.exists()
    as_buyer.post("/settings/messages/", {"delete": reply.pk})
    assert not QuickReply.objects.exists()
    assert "This field is required" in as_buyer.post("/settings/messages/", {"name": "x"}).content.decode()


def test_so_many_quick_replies(buyer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_replies, "MOST", 1)
    quick_replies.keep(owner_id=buyer.pk, name="One", body="1")
    quick_replies.keep(owner_id=buyer.pk, name="One", body="2")
    with pytest.raises(Conflict, match="Delete one first"):
        quick_replies.keep(owner_id=buyer.pk, name="Two", body="2")


def test_who_leaves_is_named_in_no_conversation(seller: User, buyer: User) -> None:
    talk = api.open_conversation(
        reference=reference_of(seller.pk, buyer.pk),
        title=title_of(seller.display_name, buyer.display_name),
        url="",
        participant_ids=[seller.pk, buyer.pk],
        at=AT,
    )
    with translation.override("es"):  # the one who leaves reads it
        leaving.let_go(seller.pk)
    assert Conversation.objects.get(pk=talk).title == f"Closed account and {buyer.display_name}"


def test_a_notice_that_went_with_its_reader_is_not_mailed(talk: uuid.UUID, seller: User, buyer: User) -> None:
    say(talk, buyer)
    leaving.let_go(seller.pk)
    outbox.deliver_due(AT)
    letter = OutboxMessage.objects.get(topic="notice-mail")
    assert (letter.done_at is not None, letter.attempts, mail.outbox) == (True, 1, [])


def test_who_leaves_takes_them_along_and_leaves_none(seller: User, buyer: User) -> None:
    blocking.block(owner_id=seller.pk, other_id=buyer.pk, at=AT)
    quick_replies.keep(owner_id=seller.pk, name="Thanks", body="Thank you!")
    assert list(leaving.own_words_of(seller.pk)) == [{"name": "Thanks", "body": "Thank you!"}]
    assert [row["blocked"] for row in leaving.blocked_by(seller.pk)] == [f"@{buyer.handle}"]
    leaving.let_go(seller.pk)
    assert (QuickReply.objects.count(), Block.objects.count()) == (0, 0)


def test_who_reported_finds_it_in_the_copy_of_their_data(talk: uuid.UUID, buyer: User, seller: User) -> None:
    reports.send(conversation_id=talk, reporter_id=buyer.pk, reason="spam", text="They know", at=AT)
    chapter = registry.chapters()["reported-talks"]
    [row] = chapter(buyer.pk)
    about = f"@{seller.handle}"
    assert row == {"talk": "Fifty rows cleaned", "about": about, "reason": "spam", "text": "They know", "at": AT}
    assert not list(chapter(seller.pk))
