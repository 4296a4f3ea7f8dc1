"""Pockets: what they come to, what cannot be, and reminders that come once."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.leaving import closing, registry
from inbox.contracts import NoticeGroup
from inbox.kinds import of_group
from inbox.models import Notification
from marketplace.kernel.errors import DomainError, InvalidInput, NotFound
from marketplace.kernel.models import OutboxMessage
from payments.hours.services import note_typical, rest_rotation
from payments.models import (
    EarningGoal,
    Payout,
    PayoutState,
    Pocket,
    PocketShare,
    PocketTotal,
    Rhythm,
    RotationRest,
    TypicalTime,
    WorkTime,
)
from payments.outlook.goals import save_goals
from payments.pockets.days import first_after, next_day
from payments.pockets.reminding import remind
from payments.pockets.selectors import pockets_of
from payments.pockets.services import PocketDraft, add_pocket, change_pocket, remove_pocket
from tests.payments.outlook_scenes import Owner
from tests.payments.scenes import Scene, eur
from tests.payments.test_pages import client_of

DAY = timedelta(days=1)
PAGE, NEW = "/earnings/set-aside/", "/earnings/set-aside/new/"


def add(scene: Scene, name: str = "Tax", percent: int = 30, **more: Any) -> Pocket:
    return add_pocket(user_id=scene.seller.pk, draft=PocketDraft(name, percent, **more), at=scene.at)


def paid(scene: Scene, minor: int, at: datetime, **changes: Any) -> Payout:
    account = scene.open_account()
    given = {"amount_minor": minor, "currency": "EUR", "state": PayoutState.PAID, "asked_at": at, "paid_at": at}
    return Payout.objects.create(
        account=account, stripe_payout_id=f"po_{Payout.objects.count()}", **{**given, **changes}
    )


def totals(scene: Scene) -> dict[str, list[int]]:
    return {row.name: [one.amount_minor for one in row.total] for row in pockets_of(scene.seller.pk).rows}


@pytest.mark.django_db
def test_what_is_paid_counts_from_the_day_a_pocket_is_set_up(scene: Scene, owner: Owner) -> None:
    paid(scene, 99_999, scene.at - DAY)
    add(scene)
    add(scene, "Holiday", 5)
    paid(scene, 10_000, scene.at + DAY)
    paid(scene, 5_001, scene.at + 40 * DAY)
    paid(scene, 700, scene.at + DAY, currency="USD")
    paid(scene, 88_888, scene.at + DAY, state=PayoutState.FAILED)
    paid(scene, 77_777, scene.at + DAY, state=PayoutState.SENT, paid_at=None)
    assert totals(scene) == {"Tax": [3_000 + 1_500, 210], "Holiday": [500 + 250, 35]}
    found = pockets_of(scene.seller.pk)
    assert [str(month) for month in found.months] == ["2026-12", "2026-11"]
    assert (found.percent, found.left_percent) == (35, 65)


@pytest.mark.django_db
def test_a_new_percentage_leaves_the_past_as_it_was(scene: Scene, owner: Owner) -> None:
    pocket = add(scene)
    paid(scene, 10_000, scene.at + DAY)
    draft = PocketDraft("Taxes", 50)
    change_pocket(user_id=scene.seller.pk, pocket_id=pocket.pk, draft=draft, at=scene.at + 2 * DAY)
    paid(scene, 10_000, scene.at + 3 * DAY)
    assert totals(scene) == {"Taxes": [3_000 + 5_000]}
    assert PocketTotal.objects.get().percent == 50


@pytest.mark.django_db
def test_a_removed_pocket_gives_its_percentage_back(scene: Scene, owner: Owner) -> None:
    pocket = add(scene, percent=100)
    remove_pocket(user_id=scene.seller.pk, pocket_id=pocket.pk)
    add(scene, percent=100)
    total = PocketTotal.objects.get()
    assert (total.percent, total.pockets) == (100, 1)


@pytest.mark.django_db
def test_what_cannot_be_is_said_at_its_field(scene: Scene, owner: Owner) -> None:
    add(scene, percent=60)
    today = date(2026, 11, 2)
    for draft, field in (
        (PocketDraft("Holiday", 41), "percent"),
        (PocketDraft("Holiday", 0), "percent"),
        (PocketDraft("TAX", 10), "name"),
        (PocketDraft("Holiday", 10, Rhythm.MONTHLY, today), "remind_on"),
        (PocketDraft("Holiday", 10, Rhythm.MONTHLY, None), "remind_on"),
        (PocketDraft("Holiday", 10, Rhythm.MONTHLY, date(9999, 12, 31)), "remind_on"),
    ):
        with pytest.raises(InvalidInput) as refused:
            add_pocket(user_id=scene.seller.pk, draft=draft, at=scene.at)
        assert list(refused.value.fields) == [field]
    for number in range(7):
        add(scene, f"Pocket {number}", 1)
    with pytest.raises(InvalidInput, match="8 pockets"):
        add(scene, "One more", 1)
    assert Pocket.objects.count() == 8


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["tax", "İstanbul", "ΟΔΟΣ"])
def test_a_name_stands_once_as_the_database_compares(scene: Scene, owner: Owner, name: str) -> None:
    add(scene, "Tax", 10)
    if name != "tax":
        add(scene, name, 10)
    with pytest.raises(InvalidInput) as refused:
        add(scene, name, 10)
    assert refused.value.fields == {"name": "You have a pocket of that name."}


@pytest.mark.django_db
def test_the_database_refuses_more_than_all(scene: Scene, owner: Owner) -> None:
    add(scene, percent=60)
    pocket = Pocket.objects.create(user=scene.seller, name="By hand", created_at=scene.at)
    with pytest.raises(IntegrityError, match="pockets_at_most_all"), transaction.atomic():
        PocketShare.objects.create(pocket=pocket, user=scene.seller, percent=41, since=scene.at)
    PocketShare.objects.create(pocket=pocket, user=scene.seller, percent=40, since=scene.at)
    with pytest.raises(IntegrityError, match="pockets_at_most_all"), transaction.atomic():
        PocketShare.objects.filter(pocket=pocket).update(percent=41)


@pytest.mark.django_db(transaction=True)
def test_two_tabs_together_pass_no_limit(scene: Scene, owner: Owner) -> None:
    answers: list[str] = []
    barrier = threading.Barrier(2)

    def one(name: str) -> None:
        barrier.wait()
        try:
            add(scene, name, 60)
        except DomainError as error:
            answers.append(error.message)
        else:
            answers.append("saved")
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[name]) for name in ("Tax", "Pension")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["Together your pockets come to 100 % at most: 40 % is left.", "saved"]


@pytest.mark.django_db
def test_a_stranger_reaches_no_pocket(scene: Scene, owner: Owner) -> None:
    from accounts import api as people

    pocket = add(scene)
    people.become_seller(user_id=scene.buyer.pk, country="IE", at=scene.at)
    client = client_of(scene.buyer)
    address = f"{PAGE}{pocket.pk}/"
    assert client.get(address).status_code == 404
    assert client.post(address, {"name": "Mine", "percent": "1"}).status_code == 404
    assert client.post(f"{address}remove/").status_code == 404
    with pytest.raises(NotFound):
        remove_pocket(user_id=scene.buyer.pk, pocket_id=pocket.pk)
    assert list(Pocket.objects.values_list("name", flat=True)) == ["Tax"]


@pytest.mark.django_db
def test_the_way_through_the_pages(scene: Scene, owner: Owner) -> None:
    client = client_of(scene.seller)
    assert "No pockets yet" in client.get(PAGE).content.decode()
    assert 'value="Tax"' in client.get(NEW, {"name": "tax"}).content.decode()
    answer = client.post(NEW, {"name": "Tax", "percent": "30", "rhythm": "quarterly", "remind_on": "2026-12-31"})
    assert answer["Location"] == PAGE
    paid(scene, 10_000, scene.at + DAY)
    page = client.get(PAGE).content.decode()
    for words in ("No money moves.", "€30.00", "We remind you on Thursday 31 December 2026.", "70 % of each payout"):
        assert words in page
    pocket = Pocket.objects.get()
    refused = client.post(f"{PAGE}{pocket.pk}/", {"name": "Tax", "percent": "101"})
    assert (refused.status_code, 'value="101"' in refused.content.decode()) == (400, True)
    client.post(f"{PAGE}{pocket.pk}/remove/")
    assert Pocket.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 8])
def test_many_pockets_take_as_many_queries_as_one(
    scene: Scene, owner: Owner, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        add(scene, f"Pocket {number}", 5)
        paid(scene, 10_000, scene.at + DAY)
    with django_assert_num_queries(2):
        assert len(pockets_of(scene.seller.pk).rows) == count


@pytest.mark.parametrize(
    ("rhythm", "day", "before", "after"),
    [
        (Rhythm.MONTHLY, 31, date(2027, 1, 31), date(2027, 2, 28)),
        (Rhythm.MONTHLY, 31, date(2027, 2, 28), date(2027, 3, 31)),
        (Rhythm.QUARTERLY, 30, date(2026, 11, 30), date(2027, 2, 28)),
        (Rhythm.YEARLY, 29, date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_the_next_day(rhythm: Rhythm, day: int, before: date, after: date) -> None:
    assert next_day(rhythm, day, before) == after
    assert first_after(rhythm, day, before, before) == after


@pytest.mark.django_db
def test_a_reminder_comes_once_on_its_day_and_moves_on(scene: Scene, owner: Owner) -> None:
    pocket = add(scene, rhythm=Rhythm.MONTHLY, remind_on=date(2026, 11, 30))
    paid(scene, 10_000, scene.at + DAY)
    assert remind(scene.at + 27 * DAY) == 0
    assert remind(scene.at + 28 * DAY) == 1
    assert remind(scene.at + 28 * DAY) == 0
    notice = Notification.objects.get(recipient=scene.seller, kind="pocket")
    assert (notice.title, notice.context["amount"]) == ("A reminder of yours: Tax", "€30.00")
    assert OutboxMessage.objects.filter(key__contains="pocket").count() == 1
    pocket.refresh_from_db()
    assert pocket.remind_on == date(2026, 12, 30)


@pytest.mark.django_db
def test_days_that_were_missed_are_told_once(scene: Scene, owner: Owner) -> None:
    pocket = add(scene, rhythm=Rhythm.MONTHLY, remind_on=date(2026, 11, 30))
    assert remind(scene.at + 100 * DAY) == 1
    pocket.refresh_from_db()
    assert pocket.remind_on == date(2027, 2, 28)
    assert Notification.objects.filter(kind="pocket").count() == 1


@pytest.mark.django_db
def test_a_reminder_is_in_the_sellers_language_and_among_money(scene: Scene, owner: Owner) -> None:
    scene.seller.language = "es"
    scene.seller.save()
    add(scene, rhythm=Rhythm.MONTHLY, remind_on=date(2026, 11, 30))
    remind(scene.at + 28 * DAY)
    notice = Notification.objects.get(kind="pocket")
    assert notice.title == "Un recordatorio tuyo: Tax"
    assert str(notice.context["text"]).startswith("Consideras apartado")
    assert of_group(Notification.objects.all(), NoticeGroup.MONEY).count() == 1


@pytest.mark.django_db
def test_another_name_leaves_the_day_as_it_was(scene: Scene, owner: Owner) -> None:
    pocket = add(scene, rhythm=Rhythm.MONTHLY, remind_on=date(2027, 1, 31))
    remind(scene.at + 91 * DAY)
    pocket.refresh_from_db()
    assert (pocket.remind_on, pocket.remind_day) == (date(2027, 2, 28), 31)
    due = scene.at + 118 * DAY
    draft = PocketDraft("Taxes", 30, Rhythm.QUARTERLY, date(2027, 2, 28))
    change_pocket(user_id=scene.seller.pk, pocket_id=pocket.pk, draft=draft, at=due)
    pocket.refresh_from_db()
    assert (pocket.remind_on, pocket.remind_day) == (date(2027, 2, 28), 31)
    assert remind(due) == 1
    pocket.refresh_from_db()
    assert pocket.remind_on == date(2027, 5, 31)
    earlier = PocketDraft("Taxes", 31, Rhythm.QUARTERLY, date(2027, 5, 31))  # came first and waited longer
    change_pocket(user_id=scene.seller.pk, pocket_id=pocket.pk, draft=earlier, at=scene.at - DAY)
    assert PocketTotal.objects.get().percent == 31


@pytest.mark.django_db
def test_what_was_noted_is_in_the_copy_and_goes_with_the_account(scene: Scene, owner: Owner) -> None:
    seller = scene.seller.pk
    add(scene, rhythm=Rhythm.MONTHLY, remind_on=date(2026, 11, 30))
    save_goals(user_id=seller, goals=[eur(100_000)])
    WorkTime.objects.create(seller_id=seller, reference="job:1", minutes=5, noted_at=scene.at)
    note_typical(seller_id=seller, subject="gig:1", minutes=60)
    rest_rotation(user_id=seller, at=scene.at)
    copied = [dict(row) for row in registry.chapters()["plans"](seller)]
    assert len(copied) == 5
    assert "rotation_hint_put_away_until" in copied[-1]
    closing.close(user_id=seller, at=scene.at)
    for model in (Pocket, PocketShare, PocketTotal, EarningGoal, WorkTime, TypicalTime, RotationRest):
        assert not model.objects.exists()  # type: ignore[attr-defined]
    assert remind(scene.at + 28 * DAY) == 0
