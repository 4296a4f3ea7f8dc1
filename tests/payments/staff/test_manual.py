"""Deeds by hand: two people, exact postings, once, and never more than there is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError

from accounts import api as people
from accounts.models import User
from inbox.models import Notification
from marketplace.kernel.errors import InvalidInput, NotAllowed
from marketplace.kernel.money import Money
from payments.errors import DeedChanged, DeedEnded, ExceedsHold, NotThePlatforms, SamePerson
from payments.gateway import objects
from payments.ledger.kinds import Kind
from payments.models import (
    Charge,
    DeedKind,
    DeedState,
    FraudWarning,
    ManualDeed,
    OperationKind,
    Refund,
    RefundState,
    Release,
    ReleaseState,
    SellerDebt,
    StripeOperation,
)  # fmt: skip
from payments.selectors.platform import platform_funds
from payments.services import books, manual
from payments.services.platform import record_deposit
from payments.services.releases import clear
from payments.services.warnings import record_warning
from tests.payments.scenes import WHOLE, Scene, entries, eur, ledger_size
from tests.payments.staff.conftest import wanted

FEES, OWN = ("fee_revenue", 0, ""), ("platform_equity", 0, "")
STRIPE, BANK, LOSS = ("stripe_balance", 0, ""), ("platform_bank", 0, ""), ("platform_loss", 0, "")


def ask(request: manual.DeedRequest, by: User, scene: Scene) -> ManualDeed:
    seen = manual.review_request(request, by_id=by.pk, at=scene.at).seen
    return manual.ask(request, seen=seen, by_id=by.pk, at=scene.at)


def confirm(deed: ManualDeed, by: User, scene: Scene) -> ManualDeed:
    seen = manual.review(deed, by_id=by.pk, at=scene.at).seen
    return manual.confirm(deed.pk, by_id=by.pk, seen=seen, at=scene.at)


def legs(debit: Kind, credit: Kind, minor: int) -> tuple[tuple[str, int, str, int], ...]:
    return (debit.value, 0, "", -minor), (credit.value, 0, "", minor)


@pytest.mark.django_db
def test_a_posting_is_seen_exactly_and_made_by_two(selling: Scene, treasurer: User, second: User) -> None:
    request = wanted(DeedKind.POSTING, 700, legs=legs(Kind.PLATFORM_LOSS, Kind.SUSPENSE, 700))
    review = manual.review_request(request, by_id=treasurer.pk, at=selling.at)
    assert ledger_size() == (0, 0)
    assert [(leg.kind, leg.amount) for leg in review.postings[0].legs] == [
        ("platform_loss", -eur(700)),
        ("suspense", eur(700)),
    ]
    deed = manual.ask(request, seen=review.seen, by_id=treasurer.pk, at=selling.at)
    assert (deed.state, deed.needs_second, ledger_size()) == (DeedState.ASKED, True, (0, 0))
    with pytest.raises(SamePerson):
        confirm(deed, treasurer, selling)
    assert ledger_size() == (0, 0)
    done = confirm(deed, second, selling)
    assert (done.state, done.ended_by_id) == (DeedState.DONE, second.pk)
    assert entries(f"manual:deed:{deed.id}") == {LOSS: -700, ("suspense", 0, ""): 700}
    with pytest.raises(DeedEnded):
        confirm(deed, second, selling)
    assert ledger_size() == (1, 2)
    assert books.differences() == []


@pytest.mark.django_db
def test_the_database_knows_no_deed_of_one_person(selling: Scene, treasurer: User, second: User) -> None:
    deed = ask(wanted(DeedKind.DEPOSIT, 700), treasurer, selling)
    row = ManualDeed.objects.filter(pk=deed.pk)
    done: dict[str, Any] = {"state": "done", "ended_at": selling.at}
    for change in (
        {**done, "ended_by": treasurer},
        {**done, "ended_by": None},
        {"needs_second": False},
        {"state": "declined"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**change)
    row.update(**done, ended_by=second)
    for write in (lambda: row.update(reason="another"), lambda: row.delete()):
        with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
            write()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (wanted(DeedKind.DEPOSIT, 0), "amount"),
        (wanted(DeedKind.POSTING, 700, legs=legs(Kind.HOLD, Kind.SUSPENSE, 700)), "subject"),
        (wanted(DeedKind.POSTING, 700, legs=legs(Kind.SUSPENSE, Kind.SUSPENSE, 700)), "credit"),
        (wanted(DeedKind.POSTING, 700, legs=(("suspense", 0, "", 700),)), "credit"),
        (wanted(DeedKind.GOODWILL, 700, subject=999_999), "subject"),
        (wanted(DeedKind.GOODWILL, 700, subject="x"), "subject"),
        (wanted(DeedKind.REFUND, 700, subject="no uuid"), "subject"),
        (manual.DeedRequest("f", DeedKind.DEPOSIT, eur(5), " \x00 "), "reason"),
    ],
)
def test_what_does_not_hold_together_is_refused_at_its_field(
    request_: manual.DeedRequest, field: str, selling: Scene, treasurer: User
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ask(request_, treasurer, selling)
    assert list(refusal.value.fields) == [field]
    assert (ManualDeed.objects.count(), ledger_size()) == (0, (0, 0))


@pytest.mark.django_db
def test_only_treasurers_ask_confirm_and_decline(selling: Scene, treasurer: User, moderator: User) -> None:
    with pytest.raises(NotAllowed):
        ask(wanted(DeedKind.DEPOSIT, 700), moderator, selling)
    deed = ask(wanted(DeedKind.DEPOSIT, 700), treasurer, selling)
    with pytest.raises(NotAllowed):
        confirm(deed, moderator, selling)
    with pytest.raises(NotAllowed):
        manual.decline(deed.pk, by_id=moderator.pk, note="no", at=selling.at)
    assert (ManualDeed.objects.get().state, ledger_size()) == (DeedState.ASKED, (0, 0))


@pytest.mark.django_db
def test_a_small_refund_is_done_by_one_a_large_one_by_two(
    selling: Scene, treasurer: User, second: User, settings: Any
) -> None:
    charge = selling.captured()
    small = ask(wanted(DeedKind.REFUND, 1_000, charge.id), treasurer, selling)
    assert (small.state, small.needs_second, small.ended_by_id) == (DeedState.DONE, False, treasurer.pk)
    assert Refund.objects.get().amount_minor == 1_000
    settings.CURRENCY_RULES = {"EUR": {"second_person_above_minor": 999}}
    large = ask(wanted(DeedKind.REFUND, 1_000, charge.id, key="form-2"), treasurer, selling)
    assert (large.state, Refund.objects.count()) == (DeedState.ASKED, 1)
    confirm(large, second, selling)
    assert Refund.objects.count() == 2
    assert manual.needs_second(DeedKind.REFUND, Money(1, "XTS")) is True  # no limit is known
    with pytest.raises(ExceedsHold):
        ask(wanted(DeedKind.REFUND, WHOLE, charge.id, key="form-3"), treasurer, selling)
    assert books.differences() == []


@pytest.mark.django_db
def test_a_refund_shows_that_the_release_is_undone_first(selling: Scene, treasurer: User) -> None:
    release = selling.released()
    request = wanted(DeedKind.REFUND, WHOLE, release.charge_id)
    review = manual.review_request(request, by_id=treasurer.pk, at=selling.at)
    assert [posting.kind for posting in review.postings] == ["release_undone", "refund_intent"]
    assert [posting.kind for posting in review.later] == ["refund_done"]
    assert Refund.objects.count() == 0
    assert StripeOperation.objects.filter(kind=OperationKind.CREATE_REFUND).count() == 0


@pytest.mark.django_db
def test_a_form_sent_twice_is_one_deed(selling: Scene, treasurer: User) -> None:
    charge = selling.captured()
    request = wanted(DeedKind.REFUND, 1_000, charge.id)
    seen = manual.review_request(request, by_id=treasurer.pk, at=selling.at).seen
    first = manual.ask(request, seen=seen, by_id=treasurer.pk, at=selling.at)
    assert manual.ask(request, seen=seen, by_id=treasurer.pk, at=selling.at) == first
    assert Refund.objects.count() == 1


@pytest.mark.django_db
def test_other_postings_than_were_seen_are_not_made(
    selling: Scene, treasurer: User, second: User, settings: Any
) -> None:
    settings.CURRENCY_RULES = {"EUR": {"second_person_above_minor": 0}}
    charge = selling.captured()
    deed = ask(wanted(DeedKind.REFUND, WHOLE, charge.id), treasurer, selling)
    seen = manual.review(deed, by_id=second.pk, at=selling.at).seen
    from payments import api

    api.release(selling.release_request(charge), selling.at)
    before = ledger_size()
    with pytest.raises(DeedChanged):
        manual.confirm(deed.pk, by_id=second.pk, seen=seen, at=selling.at)
    deed.refresh_from_db()
    assert (deed.state, ledger_size(), Refund.objects.count()) == (DeedState.ASKED, before, 0)
    assert confirm(deed, second, selling).state == DeedState.DONE
    assert books.differences() == []


@pytest.mark.django_db
def test_declined_withdrawn_and_expired_post_nothing(selling: Scene, treasurer: User, second: User) -> None:
    declined, withdrawn, late = (ask(wanted(DeedKind.DEPOSIT, 700, key=f"f{n}"), treasurer, selling) for n in range(3))
    with pytest.raises(InvalidInput):
        manual.decline(declined.pk, by_id=second.pk, note=" ", at=selling.at)
    manual.decline(declined.pk, by_id=second.pk, note="not now", at=selling.at)
    manual.decline(withdrawn.pk, by_id=treasurer.pk, note="", at=selling.at)
    end = selling.at + manual.LIFETIME
    with pytest.raises(DeedEnded):
        manual.confirm(late.pk, by_id=second.pk, seen="", at=end)
    assert (manual.expire(end - timedelta(seconds=1)), manual.expire(end), manual.expire(end)) == (0, 1, 0)
    states = dict(ManualDeed.objects.values_list("pk", "state"))
    assert states == {declined.pk: "declined", withdrawn.pk: "withdrawn", late.pk: "expired"}
    assert ledger_size() == (0, 0)
    told = Notification.objects.filter(recipient=treasurer, kind="money_deed").order_by("id")
    assert [notice.title.partition(":")[0] for notice in told] == ["Declined", "Nobody confirmed in time"]


@pytest.mark.django_db
def test_only_the_platforms_own_money_can_be_withdrawn(selling: Scene, treasurer: User, second: User) -> None:
    release = selling.released()
    fees = release.seller_fee_minor + release.buyer_fee_minor
    record_deposit(key="tu_1", amount=eur(300), at=selling.at)
    funds = platform_funds("EUR")
    assert (funds.own, funds.withdrawable) == (eur(fees + 300), eur(fees + 300))
    with pytest.raises(NotThePlatforms):
        ask(wanted(DeedKind.WITHDRAWAL, fees + 301), treasurer, selling)
    deed = ask(wanted(DeedKind.WITHDRAWAL, fees), treasurer, selling)
    confirm(deed, second, selling)
    op = StripeOperation.objects.get(kind=OperationKind.CREATE_WITHDRAWAL)
    assert (op.frozen["amount"], op.frozen["currency"], op.account) == (fees, "eur", "")
    funds = platform_funds("EUR")
    assert (funds.own, funds.under_way, funds.withdrawable) == (eur(fees + 300), eur(fees), eur(300))
    again = ask(wanted(DeedKind.WITHDRAWAL, 300, key="f2"), treasurer, selling)
    third = ask(wanted(DeedKind.WITHDRAWAL, 200, key="f3"), treasurer, selling)
    confirm(again, second, selling)
    with pytest.raises(NotThePlatforms):
        manual.confirm(third.pk, by_id=second.pk, seen="", at=selling.at)


@pytest.mark.django_db
def test_what_is_the_platforms_is_what_nobody_is_owed(selling: Scene) -> None:
    """The sum of what it earned and spent equals the balance at Stripe less all that is owed to others."""
    release = selling.released("order:1")
    clear("order:1", selling.at)
    selling.captured("order:2")
    selling.refund(Charge.objects.get(reference="order:2"), 1_000)
    record_deposit(key="tu_1", amount=eur(300), at=selling.at)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT -sum(e.amount_minor) FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id "
            "WHERE a.kind IN ('stripe_balance', 'hold', 'seller_clearing', 'seller_available', 'transfer_clearing', "
            "'refund_clearing', 'buyer_payable', 'seller_debt', 'dispute_clearing')"
        )
        assert platform_funds("EUR").own.amount_minor == cursor.fetchone()[0]
    assert release.seller_fee_minor > 0


@pytest.mark.django_db
def test_goodwill_is_released_cleared_and_waits_for_the_transfer(selling: Scene, treasurer: User, second: User) -> None:
    deed = ask(wanted(DeedKind.GOODWILL, 1_500, selling.seller.pk), treasurer, selling)
    confirm(deed, second, selling)
    release = Release.objects.get()
    assert (release.payee, release.net_minor, release.state) == (selling.seller, 1_500, ReleaseState.AVAILABLE)
    assert entries(f"promotion:{release.charge_id}") == {
        ("promotion_expense", 0, ""): -1_500,
        ("hold", 0, str(release.charge_id)): 1_500,
    }
    assert books.differences() == []


@pytest.mark.django_db
def test_a_bounced_refund_is_paid_from_the_bank_whole(selling: Scene, treasurer: User, second: User) -> None:
    charge = selling.captured()
    refund = selling.refund(charge, 1_000)
    from payments.services.refunds import record_refund

    record_refund(refund.id, objects.Refund("re_1", "failed", "closed", {}), selling.at)
    with pytest.raises(InvalidInput):
        ask(wanted(DeedKind.PAID_BY_BANK, 999, refund.id), treasurer, selling)
    deed = ask(wanted(DeedKind.PAID_BY_BANK, 1_000, refund.id), treasurer, selling)
    confirm(deed, second, selling)
    refund.refresh_from_db()
    assert refund.state == RefundState.SETTLED
    assert entries(f"paid_by_bank:{refund.id}") == {("buyer_payable", selling.buyer.pk, ""): -1_000, BANK: 1_000}


@pytest.mark.django_db
def test_a_debt_is_written_off_by_two(selling: Scene, treasurer: User, second: User) -> None:
    release = selling.released()
    debt = SellerDebt.objects.create(
        seller=selling.seller, release=release, key="d", currency="EUR", amount_minor=900, created_at=selling.at
    )
    deed = ask(wanted(DeedKind.WRITE_OFF, 400, debt.id), treasurer, selling)
    confirm(deed, second, selling)
    debt.refresh_from_db()
    assert debt.left_minor == 500
    assert entries(f"debt_written_off:{debt.id}:0") == {LOSS: -400, ("seller_debt", selling.seller.pk, "order:1"): 400}


@pytest.mark.django_db
@pytest.mark.parametrize(("limit", "state"), [(WHOLE, DeedState.DONE), (WHOLE - 1, DeedState.ASKED)])
def test_a_warning_above_the_limit_is_cleared_by_two(
    limit: int, state: DeedState, selling: Scene, treasurer: User, second: User, settings: Any
) -> None:
    settings.CURRENCY_RULES = {"EUR": {"second_person_above_minor": limit}}
    charge = selling.captured()
    found = objects.FraudWarning(id="issfr_1", charge_id="ch", fraud_type="stolen", actionable=True, livemode=False)
    with transaction.atomic():
        record_warning(charge.id, found, selling.at)
    warning = FraudWarning.objects.get()
    deed = ask(wanted(DeedKind.CLEAR_WARNING, 0, warning.id), treasurer, selling)
    assert (deed.state, deed.amount_minor) == (state, WHOLE)
    if state == DeedState.ASKED:
        assert FraudWarning.objects.get().cleared_at is None
        confirm(deed, second, selling)
    warning.refresh_from_db()
    assert warning.cleared_by_id == deed.ended_by_id or warning.cleared_by_id == second.pk
    assert Charge.objects.get().warned_at is None


def at_once(*doings: Callable[[], object]) -> list[object]:
    """Runs each in its own thread and connection; what it returned or raised."""
    results: list[object] = [None] * len(doings)

    def run(position: int, doing: Callable[[], object]) -> None:
        try:
            results[position] = doing()
        except Exception as error:
            results[position] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_who_confirm_at_once_do_it_once(selling: Scene, treasurer: User, second: User) -> None:
    third = User.objects.create_user("tom@example.org", display_name="Tom Third", is_treasurer=True)
    assert len(people.treasurers()) == 3
    deed = ask(wanted(DeedKind.DEPOSIT, 700), treasurer, selling)
    seen = manual.review(deed, by_id=second.pk, at=selling.at).seen
    doings = [
        lambda by=by: manual.confirm(deed.pk, by_id=by.pk, seen=seen, at=selling.at)  # type: ignore[misc]
        for by in (second, third)
    ]
    results = at_once(*doings)
    assert sorted(type(result).__name__ for result in results) == ["DeedEnded", "ManualDeed"]
    assert ledger_size() == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_two_withdrawals_at_once_do_not_take_the_same_money(selling: Scene, treasurer: User, second: User) -> None:
    record_deposit(key="tu_1", amount=eur(1_000), at=selling.at)
    deeds = [ask(wanted(DeedKind.WITHDRAWAL, 700, key=f"f{n}"), treasurer, selling) for n in range(2)]
    seen = manual.review(deeds[0], by_id=second.pk, at=selling.at).seen
    doings = [
        lambda deed=deed: manual.confirm(deed.pk, by_id=second.pk, seen=seen, at=selling.at)  # type: ignore[misc]
        for deed in deeds
    ]
    results = at_once(*doings)
    assert sorted(type(result).__name__ for result in results) == ["ManualDeed", "NotThePlatforms"]
    assert StripeOperation.objects.filter(kind=OperationKind.CREATE_WITHDRAWAL).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_leaves_once_and_is_posted_under_stripes_id(
    live_scene: Scene, treasurer: User, second: User
) -> None:
    record_deposit(key="tu_1", amount=eur(1_000), at=live_scene.at)
    deed = ask(wanted(DeedKind.WITHDRAWAL, 700), treasurer, live_scene)
    confirm(deed, second, live_scene)
    live_scene.run()
    live_scene.run()
    op = StripeOperation.objects.get(kind=OperationKind.CREATE_WITHDRAWAL)
    assert op.stripe_id.startswith("po_")
    assert entries(f"withdrawal:{op.stripe_id}") == {BANK: -700, STRIPE: 700}
    funds = platform_funds("EUR")
    assert (funds.own, funds.under_way) == (eur(300), eur(0))
