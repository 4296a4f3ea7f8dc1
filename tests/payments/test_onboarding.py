"""Sellers' accounts at the provider: made, opened, closed, replaced; in both shapes of its API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.models import User
from inbox.models import Notification
from payments import api
from payments.contracts import PayoutGate
from payments.events import PayoutGateChanged
from payments.gateway import accounts as gateway
from payments.gateway.objects import Bank, Due, Requirement
from payments.gateway.objects import ConnectedAccount as Read
from payments.models import ConnectedAccount, OperationKind, Payout, Release, StripeOperation
from payments.requirements import in_words
from payments.selectors.gate import asked_of
from payments.services import payouts
from payments.services.onboarding import record_account
from payments.services.transfers import send_waiting
from tests.payments.payout_scenes import DAY, change_bank, transferred
from tests.payments.scenes import NET, Scene, eur

SHAPES = pytest.mark.parametrize("shape", ["v1", "v2"])
CREATE = {"v1": "POST /v1/accounts", "v2": "POST /v2/core/accounts"}
LINK = {"v1": "POST /v1/account_links", "v2": "POST /v2/core/account_links"}


def onboarding_url(scene: Scene, seller: User | None = None) -> str:
    who = seller or scene.seller
    return api.onboarding_url(user_id=who.pk, email=who.email, country="IE", at=scene.at)


def mark_of(scene: Scene, number: int = -1) -> str:
    """What the provider sends a seller back with."""
    assert scene.stripe
    asked = [row["params"] for row in scene.stripe.requests() if row["path"].endswith("account_links")][number]
    address = asked.get("return_url") or asked["use_case"]["account_onboarding"]["return_url"]
    return parse_qs(urlsplit(address).query)["account"][0]


@pytest.mark.django_db
def test_nobody_has_an_account_at_first(scene: Scene) -> None:
    assert api.payout_status(scene.seller.pk).gate == PayoutGate.NONE
    assert api.refresh_gate(scene.seller.pk, scene.at).gate == PayoutGate.NONE


@SHAPES
@pytest.mark.django_db(transaction=True)
def test_one_account_and_a_new_link_each_time(live_scene: Scene, settings: Any, shape: str) -> None:
    settings.STRIPE_ACCOUNTS_API = shape
    assert len({onboarding_url(live_scene) for _ in range(2)}) == 2
    account = ConnectedAccount.objects.get()
    sandbox = live_scene.stripe
    assert sandbox
    assert account.stripe_id.startswith("acct_")
    assert [len(sandbox.requests(match)) for match in (CREATE[shape], LINK[shape])] == [1, 2]
    status = api.refresh_gate(live_scene.seller.pk, live_scene.at)
    assert status.gate == PayoutGate.INCOMPLETE
    assert status.requirements == ("Your bank account", "Your legal name", "Your agreement to the provider's terms")
    account.refresh_from_db()
    assert [item.is_late for item in asked_of(account)] == [True] * 3


@SHAPES
@pytest.mark.django_db(transaction=True)
def test_it_opens_and_is_paid_out_by_us(live_scene: Scene, settings: Any, shape: str) -> None:
    settings.STRIPE_ACCOUNTS_API = shape
    transferred(live_scene)
    account = ConnectedAccount.objects.get()
    assert (account.gate, account.opened_at, len(account.bank_marks)) == (PayoutGate.OPEN, live_scene.at, 1)
    assert account.bank_label.endswith("3000")
    found = live_scene.stripe.client().v1.balance_settings.retrieve(None, {"stripe_account": account.stripe_id})  # type: ignore[union-attr]
    assert found.payments.payouts.schedule.interval == "manual"
    assert payouts.run_payouts(live_scene.at) == 1
    assert Payout.objects.get().amount == eur(NET)


@SHAPES
@pytest.mark.django_db(transaction=True)
def test_an_account_whose_answer_was_lost_is_not_made_twice(live_scene: Scene, settings: Any, shape: str) -> None:
    settings.STRIPE_ACCOUNTS_API = shape
    live_scene.stripe.faults(CREATE[shape], "drop_answer")  # type: ignore[union-attr]
    with pytest.raises(api.ProviderAway):
        onboarding_url(live_scene)
    onboarding_url(live_scene)
    made = live_scene.stripe.client().v1.accounts.list().data  # type: ignore[union-attr]
    assert [account.id for account in made] == [ConnectedAccount.objects.get().stripe_id]


@SHAPES
@pytest.mark.django_db(transaction=True)
def test_an_account_is_found_again_by_its_operation(live_scene: Scene, settings: Any, shape: str) -> None:
    settings.STRIPE_ACCOUNTS_API = shape
    onboarding_url(live_scene)
    op = StripeOperation.objects.get(kind=OperationKind.CREATE_ACCOUNT)
    found = gateway.find(str(op.id))
    assert found
    assert found.id == ConnectedAccount.objects.get().stripe_id
    assert gateway.find("another") is None


@SHAPES
@pytest.mark.django_db(transaction=True)
def test_a_capability_that_is_lost_is_told_once(
    live_scene: Scene, settings: Any, shape: str, facts: list[object]
) -> None:
    settings.STRIPE_ACCOUNTS_API = shape
    account = live_scene.open_account()
    live_scene.stripe.control("accounts/judge", account=account.stripe_id, status="restricted")  # type: ignore[union-attr]
    for _ in range(2):
        status = api.refresh_gate(live_scene.seller.pk, live_scene.at)
    assert (status.gate, status.requirements) == (PayoutGate.INCOMPLETE, ("A photo of an identity document",))
    assert [fact.gate for fact in facts if isinstance(fact, PayoutGateChanged)] == [
        PayoutGate.OPEN,
        PayoutGate.INCOMPLETE,
    ]
    title = "The payment provider has stopped payments to you"
    assert Notification.objects.filter(recipient=live_scene.seller, title=title).count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_waited_leaves_when_the_account_opens(live_scene: Scene, facts: list[object]) -> None:
    live_scene.released()
    api.clear("order:1", live_scene.at)
    assert send_waiting(live_scene.at) == 0
    assert api.position("order:1", "EUR").available == eur(NET)
    live_scene.open_account()
    assert PayoutGateChanged(live_scene.seller.pk, PayoutGate.OPEN, live_scene.at) in facts
    live_scene.run()
    assert api.position("order:1", "EUR").transferred == eur(NET)


@pytest.mark.django_db(transaction=True)
def test_an_account_that_left_the_platform_reads_as_closed(live_scene: Scene) -> None:
    account = live_scene.open_account()
    ConnectedAccount.objects.filter(pk=account.pk).update(stripe_id="acct_1gone")
    assert api.refresh_gate(live_scene.seller.pk, live_scene.at).gate == PayoutGate.CLOSED
    with pytest.raises(api.ProviderRefused):
        api.provider_url(live_scene.seller.pk)


@pytest.mark.django_db(transaction=True)
def test_a_new_account_takes_what_comes_and_the_old_one_keeps_what_it_has(live_scene: Scene) -> None:
    (old_share,) = transferred(live_scene)
    old = ConnectedAccount.objects.get()
    seller = live_scene.seller
    api.replace_account(user_id=seller.pk, email=seller.email, country="DE", at=live_scene.at)
    assert api.payout_status(seller.pk).gate == PayoutGate.NONE
    onboarding_url(live_scene)
    new = ConnectedAccount.objects.get(replaced_at=None)
    live_scene.stripe.control("onboard", account=new.stripe_id)  # type: ignore[union-attr]
    api.refresh_gate(seller.pk, live_scene.at)
    live_scene.released("order:2")
    api.clear("order:2", live_scene.at)
    live_scene.run()
    new_share = Release.objects.get(charge__reference="order:2")
    assert (old_share.account, new_share.account, new.country) == (old, new, "DE")
    # Nothing leaves the new one for 24 hours; the old one goes on to its own bank.
    assert payouts.run_payouts(live_scene.at) == 1
    assert Payout.objects.get().account == old
    assert payouts.run_payouts(live_scene.at + DAY - timedelta(seconds=1)) == 0
    assert payouts.run_payouts(live_scene.at + 8 * DAY) == 1
    assert Payout.objects.exclude(account=old).get().account == new


@pytest.mark.django_db(transaction=True)
def test_nothing_to_replace(live_scene: Scene) -> None:
    seller = live_scene.seller
    with pytest.raises(api.NothingToReplace):
        api.replace_account(user_id=seller.pk, email=seller.email, country="IE", at=live_scene.at)
    assert ConnectedAccount.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_link_that_another_person_used_is_not_theirs(live_scene: Scene) -> None:
    live_scene.open_account()
    onboarding_url(live_scene)
    mark = mark_of(live_scene)
    stranger = User.objects.create_user("stranger@example.org", display_name="Nobody", country="IE")
    account = ConnectedAccount.objects.get()
    change_bank(live_scene, account.stripe_id)
    assert api.came_back(stranger.pk, mark, live_scene.at) is False
    # Nothing of the stranger's was made; the account's owner is told of the bank, and protected from it.
    account.refresh_from_db()
    assert (ConnectedAccount.objects.count(), account.stopped_until) == (1, live_scene.at + DAY)
    assert Notification.objects.filter(recipient=live_scene.seller, title="Your bank account was changed").count() == 1
    assert Notification.objects.filter(recipient=stranger).count() == 0
    assert api.came_back(live_scene.seller.pk, mark, live_scene.at) is True
    assert api.came_back(stranger.pk, mark + "x", live_scene.at) is True
    assert api.came_back(stranger.pk, "", live_scene.at) is True


@pytest.mark.django_db(transaction=True)
def test_the_sellers_own_pages_at_the_provider(live_scene: Scene) -> None:
    with pytest.raises(api.ProviderRefused):
        api.provider_url(live_scene.seller.pk)
    account = live_scene.open_account()
    assert api.provider_url(live_scene.seller.pk).endswith(account.stripe_id)


def read(**changes: Any) -> Read:
    given: dict[str, Any] = {"id": "acct_1Test", "can_receive": True, "requirements": (), "livemode": False}
    return Read(**{**given, "metadata": {}, **changes})


def bank(mark: str, *, is_refused: bool = False) -> Bank:
    return Bank(mark, f"BANK ···· {mark}", "EUR", is_refused)


@pytest.mark.django_db
def test_a_bank_counts_as_changed_however_it_is_changed(scene: Scene) -> None:
    account = scene.open_account()

    def stop_after(*banks: Bank) -> datetime | None:
        ConnectedAccount.objects.update(stopped_until=None)
        record_account(account.id, read(banks=banks), scene.at)
        account.refresh_from_db()
        return account.stopped_until

    stop = scene.at + timedelta(hours=24)
    assert stop_after(bank("1")) is None  # the first
    assert stop_after(bank("1")) is None
    assert stop_after(bank("2")) == stop
    assert stop_after() is None  # taken away: nothing could be paid anyway
    assert stop_after(bank("1")) == stop  # and another put in its place
    assert stop_after(bank("1"), bank("2")) == stop  # one more
    assert stop_after(bank("2"), bank("1")) is None


@pytest.mark.django_db
def test_a_bank_that_the_provider_gave_up_waits_for_a_change(scene: Scene) -> None:
    account = scene.open_account()
    record_account(account.id, read(banks=(bank("1", is_refused=True),)), scene.at)
    account.refresh_from_db()
    assert account.bank_refused_since == scene.at
    record_account(account.id, read(banks=(bank("2"),)), scene.at)
    account.refresh_from_db()
    assert (account.bank_refused_since, account.stopped_until) == (None, scene.at + timedelta(hours=24))


@pytest.mark.django_db
def test_what_is_asked_for_with_its_urgency_and_its_day(scene: Scene) -> None:
    account = scene.open_account()
    asked = (
        Requirement("individual.verification.document", Due.LATER),
        Requirement("individual.first_name", Due.PAST, "The name does not match the document."),
        Requirement("individual.last_name", Due.NOW),
    )
    deadline = datetime(2026, 12, 1, tzinfo=UTC)
    record_account(account.id, read(can_receive=False, requirements=asked, deadline=deadline), scene.at)
    account.refresh_from_db()
    assert [(item.words, item.urgency, item.problem) for item in asked_of(account)] == [
        ("Your legal name", "Overdue", "The name does not match the document."),
        ("A photo of an identity document", "Needed later", ""),
    ]
    assert api.payout_status(scene.seller.pk).deadline == deadline


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("identity.individual.given_name", "Your legal name"),
        ("individual.last_name", "Your legal name"),
        ("identity.individual.date_of_birth.day", "Your date of birth"),
        ("individual.dob.year", "Your date of birth"),
        ("configuration.recipient.default_outbound_destination", "Your bank account"),
        ("external_account", "Your bank account"),
        ("identity.attestations.terms_of_service.account.date", "Your agreement to the provider's terms"),
        ("tos_acceptance.ip", "Your agreement to the provider's terms"),
        ("individual.address.postal_code", "Your address"),
        ("identity.individual.address.line1", "Your address"),
        ("individual.id_number", "Your national identity or tax number"),
        ("identity.individual.documents.primary_verification", "A photo of an identity document"),
        ("individual.verification.document", "A photo of an identity document"),
        ("individual.verification.additional_document", "A document with your address"),
        ("identity.individual.documents.secondary_verification", "A document with your address"),
        ("company.verification.document", "A document about your company"),
        ("identity.business_details.documents.company_license", "A document about your company"),
        ("company.name", "Your company's registered name and form"),
        ("identity.business_details.registered_name", "Your company's registered name and form"),
        ("company.tax_id", "Your company's registration or tax number"),
        ("business_profile.url", "A page where your work can be seen"),
        ("business_profile.mcc", "What you sell, in a sentence"),
        ("business_profile.product_description", "What you sell, in a sentence"),
        ("individual.email", "Your e-mail address"),
        ("individual.phone", "Your telephone number"),
        ("individual.political_exposure", "Whether you hold a public office"),
        ("company.owners_provided", "Who owns the company"),
        ("company.directors_provided", "Who directs the company"),
        ("representative.first_name", "Who represents the company"),
        ("something.new", "More about you or your work"),
    ],
)
def test_requirements_in_words(name: str, words: str) -> None:
    assert in_words(name) == words
