"""What can wait comes in one letter, once, and without what was read meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.db import connection

from accounts import api as accounts
from accounts.models import User
from inbox import api, choices, collecting, kinds, unsubscribe
from inbox.contracts import Notice
from inbox.models import NoticeTimes, Notification
from inbox.outbox_handlers import send_notice
from inbox.rhythm import Pace, Rhythm
from marketplace.kernel import clock, outbox, periodic
from marketplace.kernel.models import OutboxMessage
from tests.accounts.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    api.register_kind("praise", "Somebody is pleased")
    api.register_kind("clock", "A clock runs out", can_wait=False)
    api.register_kind("step", "A step of an order", may_refuse=False)


def tell(user: User, key: str, kind: str = "praise", due_at: datetime | None = None) -> None:
    api.notify(Notice(user.pk, kind, key, f"News {key}", f"/orders/{key}/", {}, due_at=due_at), AT)


def sent() -> list[str]:
    outbox.deliver_due(clock.now())
    return [letter.subject for letter in mail.outbox]


@pytest.fixture
def daily(seller: User) -> User:
    choices.set_rhythm(user_id=seller.pk, rhythm=Rhythm("Europe/Dublin", Pace.DAILY, 8), at=AT)
    return seller


def quiet_now(user: User) -> Rhythm:
    """Two hours around this moment."""
    now = clock.now()
    minute = 60 * now.hour + now.minute
    User.objects.filter(pk=user.pk).update(time_zone="UTC")
    rhythm = Rhythm("UTC", quiet_from=(minute - 60) % 1440, quiet_to=(minute + 60) % 1440)
    choices.set_rhythm(user_id=user.pk, rhythm=rhythm, at=now)
    return rhythm


def collect() -> int:
    """Once it is time."""
    Notification.objects.filter(collect_at__isnull=False).update(collect_at=clock.now())
    return collecting.collect_due(clock.now())


def test_many_come_in_one_letter(daily: User) -> None:
    for key in "abc":
        tell(daily, key)
    assert sent() == []
    assert collecting.collect_due(clock.now()) == 0
    assert collect() == 1
    assert sent() == ["3 notices at Artisan"]
    [letter] = mail.outbox
    html, _kind = letter.alternatives[0]
    notice = Notification.objects.get(key="b")
    for text in (letter.body, str(html)):
        assert "News b" in text
        assert f"http://testserver/notices/{notice.pk}/" in text
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (collect(), len(sent())) == (0, 1)


def many(number: int) -> None:
    """People for whom one notice each is due."""
    people = [User(email=f"p{count}@example.org", handle=f"p-{count}", display_name="P") for count in range(number)]
    now = clock.now()
    Notification.objects.bulk_create(
        Notification(
            recipient=person, kind="praise", key="k", title="News", url="/", created_at=now, collect_at=now
        )
        for person in User.objects.bulk_create(people)
    )  # fmt: skip


def test_everybody_who_is_due_is_told_within_one_run() -> None:
    many(450)
    assert collecting.collect_due(clock.now()) == 450
    letters = OutboxMessage.objects.filter(topic=collecting.TOPIC)
    assert len({letter.payload["recipient_id"] for letter in letters}) == letters.count() == 450
    assert collecting.collect_due(clock.now()) == 0


def test_a_run_ends_in_time_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    many(30)
    ticks = iter(range(1000))
    with monkeypatch.context() as slow:
        slow.setattr(periodic.time, "monotonic", lambda: float(next(ticks)))
        slow.setattr(collecting, "_SECONDS", 10)
        assert collecting.collect_due(clock.now()) == 9
    assert collecting.collect_due(clock.now()) == 21
    assert OutboxMessage.objects.filter(topic=collecting.TOPIC).count() == 30


def test_one_alone_comes_as_its_own_letter(daily: User) -> None:
    tell(daily, "a")
    sent()
    collect()
    assert sent() == ["News a"]


def test_what_was_read_or_refused_meanwhile_is_left_out(daily: User) -> None:
    for key in "abcd":
        tell(daily, key)
    tell(daily, "m", kind="message_received")
    sent()
    Notification.objects.filter(key="b").update(read_at=AT)
    choices.set_mail(user_id=daily.pk, kind="message_received", wanted=False)
    collect()
    Notification.objects.filter(key="c").update(read_at=AT)  # after it was collected, before it was sent
    assert sent() == ["2 notices at Artisan"]
    assert "News b" not in mail.outbox[0].body
    assert "News c" not in mail.outbox[0].body


def test_nothing_is_sent_where_all_was_read(daily: User) -> None:
    tell(daily, "a")
    sent()
    collect()
    api.read_all_notices(user_id=daily.pk, at=AT)
    assert sent() == []


def test_what_is_urgent_comes_at_once(daily: User) -> None:
    tell(daily, "a", kind="step")
    tell(daily, "b", kind="clock")
    tell(daily, "c", due_at=clock.now() + timedelta(hours=1))
    tell(daily, "d", due_at=clock.now() + timedelta(days=3))
    assert sorted(sent()) == ["News a", "News b", "News c"]


def test_a_handler_that_runs_twice_collects_once(daily: User) -> None:
    tell(daily, "a")
    message = OutboxMessage.objects.get()
    send_notice(message)
    assert collect() == 1
    send_notice(message)
    assert collect() == 0


def test_a_worker_that_dies_in_the_middle_loses_and_doubles_nothing(
    daily: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in "ab":
        tell(daily, key)
    sent()

    def die(**_all: Any) -> None:
        outbox.enqueue_all([OutboxMessage(topic="notice-letter", key="x", payload={}, created_at=AT, due_at=AT)])
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(collecting.outbox, "enqueue", die)
        with pytest.raises(KeyboardInterrupt):
            collect()
    assert not OutboxMessage.objects.filter(key="x").exists()
    assert collect() == 1
    assert sent() == ["2 notices at Artisan"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_write_one_letter(daily: User) -> None:
    for key in "ab":
        tell(daily, key)
    sent()
    Notification.objects.update(collect_at=clock.now())
    start, now = Barrier(2), clock.now()

    def work() -> None:
        start.wait()
        collecting.collect_due(now)
        connection.close()

    threads = [Thread(target=work) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert OutboxMessage.objects.filter(topic="notice-letter").count() == 1
    assert sent() == ["2 notices at Artisan"]


def test_everybody_gets_their_own(daily: User, buyer: User) -> None:
    choices.set_rhythm(user_id=buyer.pk, rhythm=Rhythm("UTC", Pace.WEEKLY, 8), at=AT)
    for user in (daily, buyer):
        for key in "ab":
            tell(user, key)
    sent()
    assert collect() == 2
    sent()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["aoife@example.org", "bob@example.org"]


def test_never_means_the_site_alone(seller: User) -> None:
    choices.set_pace(user_id=seller.pk, pace=Pace.NEVER, at=AT)
    tell(seller, "a")
    tell(seller, "b", kind="step")
    assert sent() == ["News b"]
    assert collect() == 0


def test_never_holds_for_a_letter_that_is_on_its_way(daily: User) -> None:
    tell(daily, "a")
    tell(daily, "b")
    sent()
    assert collect() == 1
    choices.set_pace(user_id=daily.pk, pace=Pace.NEVER, at=AT)
    assert sent() == []


def test_in_quiet_hours_mail_waits_until_they_end(seller: User) -> None:
    rhythm = quiet_now(seller)
    for key in "ab":
        tell(seller, key)
    tell(seller, "c", kind="step")
    tell(seller, "d", due_at=clock.now() + timedelta(minutes=20))
    assert sorted(sent()) == ["News c", "News d"]
    end = rhythm.quiet_until(clock.now())
    assert set(Notification.objects.filter(key__in="ab").values_list("collect_at", flat=True)) == {end}
    assert collect() == 1
    assert "2 notices at Artisan" in sent()


def test_another_choice_moves_what_waits(daily: User) -> None:
    tell(daily, "a")
    sent()
    choices.set_pace(user_id=daily.pk, pace=Pace.AT_ONCE, at=AT)
    assert collecting.collect_due(clock.now()) == 1
    assert sent() == ["News a"]


def test_no_more_collected_letters_and_back(daily: User, client: Any) -> None:
    link = unsubscribe.link(daily.pk, unsubscribe.collected(Pace.DAILY))
    assert "everything that can wait" in client.get(link).content.decode()
    client.post(link, {"List-Unsubscribe": "One-Click"})
    assert NoticeTimes.objects.get().pace == Pace.NEVER
    client.post(link, {"back": "1"})
    assert NoticeTimes.objects.get().pace == Pace.DAILY


def test_nobody_who_left_or_is_kept_out_gets_one(daily: User) -> None:
    tell(daily, "a")
    sent()
    accounts.suspend(user_id=daily.pk, by_id=None, reason="They send spam.", at=AT)
    collect()
    assert "News a" not in sent()


def test_a_letter_is_in_its_readers_language(seller: User) -> None:
    """Whichever language the worker happens to speak."""
    from django.utils import translation

    User.objects.filter(pk=seller.pk).update(language="es")
    tell(seller, "a")
    with translation.override("en"):
        sent()
    assert '<html lang="es">' in str(mail.outbox[0].alternatives[0][0])


def test_the_batch_has_a_fixed_number_of_statements_for_each_person(
    django_assert_num_queries: Any, daily: User
) -> None:
    def some(count: int) -> None:
        for number in range(count):
            tell(daily, f"{count}-{number}")
        sent()

    some(2)
    later = clock.now() + timedelta(days=2)
    with django_assert_num_queries(6):  # who; a savepoint and back; theirs; the letter; no longer waiting
        collecting.collect_due(later)
    some(20)
    with django_assert_num_queries(6):
        collecting.collect_due(later)
