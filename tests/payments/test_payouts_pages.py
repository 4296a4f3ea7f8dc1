"""The seller's pages about payouts, and the staff's: who sees what, what can be done there, in how many queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from accounts import api as people
from accounts.models import User
from payments import api, owners
from payments.contracts import PayoutGate, Schedule
from payments.models import (
    ConnectedAccount,
    Outflow,
    Payout,
    PayoutPlan,
    PayoutState,
    Release,
    ReleaseState,
    SellerDebt,
    SteadyAmount,
    StripeOperation,
)
from payments.operations import brakes
from payments.services import payouts
from tests.payments.payout_scenes import DAY, transferred
from tests.payments.scenes import NET, Scene, eur
from tests.payments.test_pages import EARNINGS, Owner, client_of

PLAN, NOW, ALL = "/earnings/payouts/plan/", "/earnings/payouts/now/", "/earnings/payouts/"
STAFF = "/staff/payouts/"


@pytest.fixture
def selling(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Scene:
    people.become_seller(user_id=scene.seller.pk, country="IE", at=scene.at)
    monkeypatch.setattr(owners, "_owners", {"job": Owner(scene)})
    return scene


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("mo@example.org", display_name="Mo Staff", country="IE", is_treasurer=True)


def in_account(scene: Scene, reference: str = "job:1", **changes: Any) -> ConnectedAccount:
    """A share in the seller's account, as if it had been sent."""
    account = ConnectedAccount.objects.filter(user=scene.seller, replaced_at=None).first() or scene.open_account()
    release = scene.released(reference)
    Release.objects.filter(pk=release.pk).update(
        state=ReleaseState.TRANSFERRED, sent_minor=NET, transferred_at=scene.at, available_at=scene.at, account=account
    )
    given = {"opened_at": scene.at, "bank_label": "ALLIED ···· 5678", "payout_due_at": scene.at + 3650 * DAY, **changes}
    ConnectedAccount.objects.filter(pk=account.pk).update(**given)
    account.refresh_from_db()
    return account


def failed(account: ConnectedAccount, scene: Scene, **changes: Any) -> Payout:
    given = {"amount_minor": NET, "currency": "EUR", "state": PayoutState.FAILED, "asked_at": scene.at, **changes}
    return Payout.objects.create(account=account, failed_at=scene.at, failure_code="account_closed", **given)


def page(user: User, address: str = EARNINGS) -> str:
    return client_of(user).get(address).content.decode()


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["It goes to your bank", "Pay out now", "€52.20"]),
        ({"gate": PayoutGate.INCOMPLETE}, ["The provider has stopped payments to you", "Continue with the provider"]),
        ({"gate": PayoutGate.CLOSED}, ["It was closed.", "Make a new payout account"]),
        ({"bank_refused_since": "at"}, ["Your bank did not take the last payout.", "Change the bank account"]),
        ({"stopped_until": "tomorrow"}, ["Your bank account was changed.", "Nothing is paid out before"]),
    ],
)
def test_the_page_says_why_not(selling: Scene, changes: dict[str, Any], words: list[str]) -> None:
    moments = {"at": selling.at, "tomorrow": selling.at + 3650 * DAY}
    in_account(selling, **{name: moments.get(str(value), value) for name, value in changes.items()})
    shown = page(selling.seller)
    assert [word for word in words if word in shown] == words
    assert ("Pay out now" in shown) == (not changes)


@pytest.mark.django_db
def test_the_page_says_that_a_brake_is_pulled(selling: Scene) -> None:
    in_account(selling)
    brakes.pull(Outflow.PAYOUTS, reason="secret", by_id=None, at=selling.at)
    shown = page(selling.seller)
    assert "We are holding all payouts for a moment." in shown
    assert "secret" not in shown


@pytest.mark.django_db
def test_a_payout_that_came_back_says_what_to_do(selling: Scene) -> None:
    account = in_account(selling)
    failed(account, selling, paid_at=selling.at)
    shown = page(selling.seller)
    for words in ("Came back after it was paid", "Your bank sent the payout back: the account is closed."):
        assert words in shown
    assert "Change the bank account at the provider." in page(selling.seller, ALL)


@pytest.mark.django_db
def test_debts_are_seen_with_their_order_and_their_cap(selling: Scene, settings: Any) -> None:
    settings.DEBT_RECOVERY_CAP_BP = 3_000
    in_account(selling)
    SellerDebt.objects.create(
        seller=selling.seller, release=Release.objects.get(), key="one", currency="EUR", amount_minor=NET,
        recovered_minor=1_000, created_at=selling.at,
    )  # fmt: skip
    shown = page(selling.seller)
    assert [word for word in ("You owe", "at most 30 %", "€42.20", "Job job:1") if word not in shown] == []


@pytest.mark.django_db
def test_a_reserve_is_seen(selling: Scene, settings: Any) -> None:
    settings.RESERVE_BP = 1_000
    charge = selling.captured("job:1")
    api.release(selling.release_request(charge), selling.at)
    shown = page(selling.seller)
    assert "€5.22 is in your reserve." in shown
    assert "Reserve, yours" in shown


@pytest.mark.django_db
def test_several_currencies_stand_side_by_side(selling: Scene, settings: Any) -> None:
    account = in_account(selling)
    Payout.objects.create(
        account=account,
        amount_minor=700,
        currency="USD",
        state=PayoutState.PAID,
        asked_at=selling.at,
        paid_at=selling.at,
    )
    shown = page(selling.seller)
    assert ">Euro</h2>" in shown
    assert ">US Dollar</h2>" in shown
    assert "$7.00" in shown


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 30])
def test_the_page_takes_as_many_queries_however_much_there_is(
    selling: Scene, count: int, django_assert_num_queries: Any
) -> None:
    client = client_of(selling.seller)
    for number in range(count):
        account = in_account(selling, f"job:{number}")
        failed(account, selling)
    client.get(EARNINGS)
    with django_assert_num_queries(25):
        shown = client.get(EARNINGS)
    assert ("Show more" in shown.content.decode()) == (count > 25)


@pytest.mark.django_db
def test_older_rows_follow_without_a_gap(selling: Scene) -> None:
    for number in range(30):
        selling.at += timedelta(minutes=1)
        selling.released(f"job:{number}")
    first = api.earnings(selling.seller.pk)
    second = api.earnings(selling.seller.pk, before=first.more)
    shown = [row.reference for row in first.rows + second.rows]
    assert shown == [f"job:{number}" for number in range(29, -1, -1)]
    assert second.more == ""
    assert [row.reference for row in api.earnings(selling.seller.pk, before="nonsense").rows] == shown[:25]
    assert "Newest" in page(selling.seller, f"{EARNINGS}?before={first.more.replace('+', '%2B')}")


@pytest.mark.django_db
def test_payouts_page_by_page(selling: Scene) -> None:
    account = in_account(selling)
    for number in range(25):
        failed(account, selling, amount_minor=100 + number, asked_at=selling.at + timedelta(minutes=number))
    first = client_of(selling.seller).get(ALL)
    assert len(first.context["payouts"]) == 20
    second = client_of(selling.seller).get(ALL, {"before": first.context["more"]})
    amounts = [row.amount.amount_minor for one in (first, second) for row, *_ in one.context["payouts"]]
    assert amounts == list(range(124, 99, -1))


@pytest.mark.django_db
def test_a_plan_is_saved_and_shown(selling: Scene) -> None:
    in_account(selling)
    given = {"schedule": "weekly", "weekday": "4", "steady_eur": "40,00"}
    answer = client_of(selling.seller).post(PLAN, given)
    assert answer["Location"] == EARNINGS
    row = PayoutPlan.objects.get()
    assert (row.schedule, row.weekday) == (Schedule.WEEKLY, 4)
    assert SteadyAmount.objects.get().amount_minor == 4_000
    assert "Every Friday" in page(selling.seller)
    assert 'value="40.00"' in page(selling.seller, PLAN)
    # Another schedule has no steady amount.
    client_of(selling.seller).post(PLAN, {**given, "schedule": "daily"})
    assert (PayoutPlan.objects.get().schedule, SteadyAmount.objects.count()) == (Schedule.DAILY, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"steady_eur": "lots"}, "Write an amount"),
        ({"steady_eur": "9.99"}, "The smallest payout is €10.00."),
        ({"steady_eur": "-5"}, "Write an amount"),
        ({"weekday": "7"}, "Select a valid choice"),
        ({"schedule": "hourly"}, "Select a valid choice"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_at_its_field(selling: Scene, changes: dict[str, str], words: str) -> None:
    answer = client_of(selling.seller).post(PLAN, {"schedule": "weekly", "weekday": "1", "steady_eur": "", **changes})
    assert (answer.status_code, words in answer.content.decode()) == (400, True)
    assert (PayoutPlan.objects.count(), SteadyAmount.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_pay_out_now_says_what_came_of_it(selling: Scene, live_scene: Scene) -> None:
    transferred(live_scene)
    client = client_of(live_scene.seller)
    assert said(client.post(NOW, {"currency": "EUR"})) == ["€52.20 is on its way to STRIPE TEST BANK ···· 3000."]
    again = said(client.post(NOW, {"currency": "EUR"}))
    assert again[-1].startswith("There is nothing to pay out.")
    assert said(client.post(NOW, {"currency": "XXX"}))[-1].startswith("There is nothing to pay out.")
    assert Payout.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_pay_out_now_when_the_provider_is_away(selling: Scene, live_scene: Scene) -> None:
    transferred(live_scene)
    live_scene.stripe.faults("GET /v1/balance", "drop_before")  # type: ignore[union-attr]
    answer = client_of(live_scene.seller).post(NOW, {"currency": "EUR"})
    assert said(answer)[0].startswith("The payment provider does not answer just now.")
    assert Payout.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["earnings", "payouts", "plan", "replace_account", "onboarding_return"])
def test_a_buyer_is_told_how_to_sell(selling: Scene, name: str) -> None:
    assert "You are not selling yet" in page(selling.buyer, reverse(f"payments:{name}"))


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["onboarding", "provider", "pay_out_now", "plan", "replace_account"])
def test_nothing_is_done_for_a_buyer_or_a_visitor(selling: Scene, name: str) -> None:
    for client in (Client(), client_of(selling.buyer)):
        answer = client.post(reverse(f"payments:{name}"), {"currency": "EUR", "schedule": "daily", "weekday": "1"})
        assert answer.status_code == 302
    counts = [model.objects.count() for model in (ConnectedAccount, Payout, PayoutPlan, StripeOperation)]
    assert counts == [0, 0, 0, 0]


@pytest.mark.django_db(transaction=True)
def test_a_new_account_asks_for_the_password_first(selling: Scene, live_scene: Scene) -> None:
    old = live_scene.open_account()
    live_scene.seller.set_password("correct horse battery")
    live_scene.seller.save()
    client, address = client_of(live_scene.seller), reverse("payments:replace_account")
    answer = client.post(address)
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert ConnectedAccount.objects.count() == 1
    wrong = client.post(answer["Location"], {"password": "wrong"})
    assert (wrong.status_code, ConnectedAccount.objects.count()) == (200, 1)
    client.post(answer["Location"], {"password": "correct horse battery"})
    new = ConnectedAccount.objects.get(replaced_at=None)
    old.refresh_from_db()
    assert old.replaced_at is not None
    assert new.stopped_until is not None
    assert new.stopped_until == old.replaced_at + DAY


@pytest.mark.django_db(transaction=True)
def test_another_persons_link_is_said_to_be_theirs(selling: Scene, live_scene: Scene) -> None:
    from tests.payments.test_onboarding import mark_of, onboarding_url

    onboarding_url(live_scene)
    stranger = User.objects.create_user("stranger@example.org", display_name="Nobody", country="IE")
    people.become_seller(user_id=stranger.pk, country="IE", at=live_scene.at)
    answer = client_of(stranger).get(reverse("payments:onboarding_return"), {"account": mark_of(live_scene)})
    assert said(answer) == ["That page belonged to another person's payout account. Nothing of yours was changed."]
    assert ConnectedAccount.objects.filter(user=stranger).count() == 0


@pytest.mark.django_db(transaction=True)
def test_to_the_sellers_pages_at_the_provider(selling: Scene, live_scene: Scene) -> None:
    account = live_scene.open_account()
    answer = client_of(live_scene.seller).post(reverse("payments:provider"))
    assert answer["Location"] == f"{live_scene.stripe.url}/express/{account.stripe_id}"  # type: ignore[union-attr]


# Staff


@pytest.mark.django_db
def test_only_staff_see_all_payouts(selling: Scene) -> None:
    assert Client().get(STAFF).status_code == 302
    for user in (selling.seller, selling.buyer):
        assert client_of(user).get(STAFF).status_code == 404
        assert client_of(user).post(reverse("payments:retry_payout")).status_code == 404


@pytest.mark.django_db
def test_each_pile_says_what_is_in_it_and_why(selling: Scene, staff: User) -> None:
    account = in_account(selling, bank_refused_since=selling.at)
    failed(account, selling, stripe_payout_id="po_1")
    selling.released("job:2")
    api.clear("job:2", selling.at)
    Release.objects.filter(charge__reference="job:2").update(state=ReleaseState.AVAILABLE, note="No such destination")

    def pile(name: str, term: str = "") -> str:
        return client_of(staff).get(STAFF, {"pile": name, "q": term}).content.decode()

    assert "The bank did not take the last payout." in pile("parked")
    assert "€52.20" in pile("parked", selling.seller.email)
    assert "Nothing here" in pile("parked", "nobody@example.org")
    assert "po_1" in pile("failed", "po_1")
    assert "No such destination" in pile("unsent")
    assert "Nothing here" in pile("running")
    ConnectedAccount.objects.update(bank_refused_since=None, payout_due_at=None)
    assert account.stripe_id in pile("due")


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 12])
def test_the_staffs_page_takes_as_many_queries_however_much_there_is(
    selling: Scene, staff: User, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        account = in_account(selling, f"job:{number}", bank_refused_since=selling.at)
        failed(account, selling)
    client = client_of(staff)
    client.get(STAFF)
    with django_assert_num_queries(16):
        assert client.get(STAFF).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_another_try_by_staff_pays_once(selling: Scene, live_scene: Scene, staff: User) -> None:
    transferred(live_scene)
    payouts.run_payouts(live_scene.at)
    account = ConnectedAccount.objects.get()
    client, address = client_of(staff), reverse("payments:retry_payout")
    for _ in range(2):
        client.post(address, {"pile": "parked", "id": account.pk})
    assert Payout.objects.count() == 1
    assert client.post(address, {"pile": "parked", "id": staff.pk}).status_code == 404
    assert client.post(address, {"pile": "unsent", "id": account.pk}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_refused_transfer_is_sent_again_by_staff(selling: Scene, live_scene: Scene, staff: User) -> None:
    live_scene.open_account()
    live_scene.released()
    api.clear("order:1", live_scene.at)
    op = StripeOperation.objects.get(kind="create_transfer")
    StripeOperation.objects.filter(pk=op.pk).update(params={**op.frozen, "destination": "acct_1nobody"})
    live_scene.run()
    release = Release.objects.get()
    assert (release.state, release.note != "") == (ReleaseState.AVAILABLE, True)
    client_of(staff).post(reverse("payments:retry_payout"), {"pile": "unsent", "id": release.pk})
    live_scene.run(timedelta(minutes=1))
    release.refresh_from_db()
    assert (release.state, release.sent_minor, api.position("order:1", "EUR").transferred) == (
        ReleaseState.TRANSFERRED,
        NET,
        eur(NET),
    )
