"""The ledger explorer: found by anything, read to the minor unit, now and as of a day, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from payments import api, owners
from payments.contracts import ReferenceCard
from payments.models import Account, Charge, Entry, Refund, Release, Snapshot, StripeOperation, WebhookEvent
from payments.selectors import balances, explorer, search
from payments.selectors.search import Lead, Target
from payments.services import goodwill
from tests.orders.scenes import Desk
from tests.payments.scenes import BUYER_FEE, NET, SELLER_FEE, WHOLE, Scene, eur

DAY = timedelta(days=1)
FEES = SELLER_FEE + BUYER_FEE
NONSENSE = ["", " ", "nobody@example.org", "tr_nothing", "order:nothing", "ABCDEFGH", "%", "a\x00b", "x" * 500]
NONSENSE += ["0190f7e0-0000-7000-8000-000000000000", "'; drop table", "txn_1", "po_1", "dp_1", "trr_1", "issfr_1"]


def standings(reference: str, **options: Any) -> dict[tuple[str, int], int]:
    found = explorer.standings_of(reference, **options)
    return {(row.account.kind, row.account.owner_id): row.balance.amount_minor for row in found if row.balance}


@pytest.mark.django_db
def test_a_reference_is_read_as_it_stands_and_as_it_stood(selling: Scene) -> None:
    charge = selling.captured()
    api.release(selling.release_request(charge), selling.at + DAY)
    api.clear("order:1", selling.at + 3 * DAY)
    assert standings("order:1") == {
        ("stripe_balance", 0): -WHOLE,
        ("seller_available", selling.seller.pk): NET,
        ("fee_revenue", 0): FEES,
    }
    assert standings("order:1", until=selling.at) == {("stripe_balance", 0): -WHOLE, ("hold", 0): WHOLE}
    assert standings("order:1", until=selling.at + 2 * DAY)[("seller_clearing", selling.seller.pk)] == NET
    assert standings("order:1", until=selling.at - DAY) == {}
    kinds = [movement.kind for movement in explorer.journal("order:1").movements]
    assert kinds == ["capture", "release", "clear"]
    assert [movement.kind for movement in explorer.journal("order:1", until=selling.at).movements] == ["capture"]


@pytest.mark.django_db
def test_a_statement_runs_back_page_by_page(selling: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "ENTRIES", 3)
    for number in range(7):
        selling.captured(f"order:{number}")
    account = Account.objects.get(kind="stripe_balance")
    seen, older = [], None
    while True:
        page = explorer.statement(account, older_than=older)
        seen += [line.balance.amount_minor for line in page.lines]
        assert page.balance == eur(-7 * WHOLE)
        if (older := page.older) is None:
            break
    assert seen == [-WHOLE * left for left in range(7, 0, -1)]
    assert len(explorer.statement(account, until=selling.at - DAY).lines) == 0


@pytest.mark.django_db
def test_the_statements_page_leads_on_by_a_signed_link(
    client: Client, selling: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explorer, "ENTRIES", 2)
    for number in range(3):
        selling.captured(f"order:{number}")
    address = reverse("money:account", args=[Account.objects.get(kind="stripe_balance").pk])
    page = client.get(address).content.decode()
    assert ("€179.22" in page, "€119.48" in page, "€59.74</td>" not in page.partition("Balance after")[2][-1:]) == (
        True, True, True,
    )  # fmt: skip
    link = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    older = client.get(address + link).content.decode()
    assert older.count("<tr>") == 2  # the heading and the one entry that is left
    forged = client.get(address + "?below=W1sxLDJdXQ:x:y").content.decode()
    assert "€179.22" in forged


@pytest.mark.django_db
def test_a_person_sees_their_accounts_summed(selling: Scene) -> None:
    selling.released("order:1")
    selling.released("order:2")
    api.clear("order:2", selling.at + DAY)
    seller = selling.seller.pk
    assert dict(explorer.totals_of(seller)) == {"seller_clearing": eur(NET), "seller_available": eur(NET)}
    assert explorer.totals_of(seller, until=selling.at) == [("seller_clearing", eur(2 * NET))]
    rows, after = explorer.accounts_of(seller, empty=True)
    assert [(row.account.kind, row.account.reference, row.balance.amount_minor) for row in rows] == [
        ("seller_clearing", "order:1", NET),
        ("seller_clearing", "order:2", 0),
        ("seller_available", "order:2", NET),
    ]
    assert after is None
    assert [row.balance.amount_minor for row in explorer.accounts_of(seller)[0]] == [NET, NET]
    assert explorer.accounts_of(selling.buyer.pk) == ([], None)


@pytest.mark.django_db
def test_platform_accounts_as_of_a_day(selling: Scene) -> None:
    selling.released()
    found = {row.account.kind: row.balance.amount_minor for row in explorer.platform_accounts()}
    assert found == {"stripe_balance": -WHOLE, "fee_revenue": FEES}
    assert {row.balance.amount_minor for row in explorer.platform_accounts(until=selling.at - DAY)} == {0}


@pytest.mark.django_db
def test_everything_leads_to_where_it_is_shown(selling: Scene) -> None:
    release = selling.released()
    charge = release.charge
    Release.objects.update(stripe_transfer_id="tr_1")
    refund = selling.refund(charge, 100)
    Refund.objects.update(stripe_refund_id="re_1")
    account = selling.open_account()
    event = WebhookEvent.objects.create(
        source="platform", event_id="evt_1", type="x", livemode=False, payload={}, received_at=selling.at,
        due_at=selling.at,
    )  # fmt: skip
    op = StripeOperation.objects.get(kind="create_refund")
    order, seller = [Lead(Target.REFERENCE, "order:1")], [Lead(Target.PERSON, str(selling.seller.pk))]
    for term in ("order:1", str(charge.id), str(release.id), str(refund.id), charge.stripe_charge_id, charge.session_id,
                 charge.payment_intent_id, " tr_1 ", "re_1"):  # fmt: skip
        assert search.leads(term) == order, term
    for term in (account.stripe_id, "SELLER@example.org", f"@{selling.seller.handle}"):
        assert search.leads(term) == seller, term
    assert search.leads(str(op.id)) == [Lead(Target.OPERATION, str(op.id))]
    assert search.leads("evt_1") == [Lead(Target.EVENT, str(event.pk))]


@pytest.mark.django_db
@pytest.mark.parametrize("term", NONSENSE)
def test_nothing_is_found_for_nonsense(term: str, selling: Scene) -> None:
    selling.captured()
    assert search.leads(term) == []


@pytest.mark.django_db
def test_an_order_is_found_by_its_code_and_its_id(selling: Scene, moderator: User) -> None:
    order = Desk(selling.buyer, selling.seller, moderator, selling.at).pending()
    for term in (order.code, order.code.lower(), str(order.pk)):
        assert search.leads(term) == [Lead(Target.REFERENCE, order.reference)]


@pytest.mark.django_db
def test_one_match_is_opened_at_once(client: Client, selling: Scene) -> None:
    selling.captured()
    address = reverse("money:find")
    found = client.get(address, {"q": Charge.objects.get().stripe_charge_id})
    assert found["Location"] == reverse("money:reference", args=["order:1"])
    assert "Nothing is known by “zzz”" in client.get(address, {"q": "zzz"}).content.decode()


@pytest.mark.django_db
def test_the_page_of_an_order_in_words(client: Client, selling: Scene) -> None:
    selling.released()
    page = client.get(reverse("money:reference", args=["order:1"])).content.decode()
    for words in (
        "The buyer&#x27;s payment came in",
        "Released: the seller&#x27;s share clears",
        "Sam Seller",
        "€52.20",
    ):
        assert words in page
    early = client.get(reverse("money:reference", args=["order:1"]), {"as_of": "2026-11-01"}).content.decode()
    assert "Nothing has moved" in early
    that_day = client.get(reverse("money:reference", args=["order:1"]), {"as_of": "2026-11-02"}).content.decode()
    assert "as it stood at the end of 2 November 2026" in that_day
    assert "The buyer&#x27;s payment came in" in that_day
    assert client.get(reverse("money:reference", args=["order:9"])).status_code == 404
    wrong = client.get(reverse("money:reference", args=["order:1"]), {"as_of": "yesterday"})
    assert (wrong.status_code, "Enter a valid date" in wrong.content.decode()) == (200, True)


class Owner(goodwill.Goodwill):
    def describe(self, references: list[str]) -> dict[str, ReferenceCard]:
        return {reference: ReferenceCard(f"Job {reference}", f"/{reference}/") for reference in references}


@pytest.mark.django_db
def test_many_rows_take_as_many_queries_as_one(
    client: Client, selling: Scene, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners, "_owners", {"job": Owner()})
    for number in range(12):
        selling.released(f"job:{number}")
    charge = Charge.objects.get(reference="job:1")
    for number in range(9):
        selling.refund(charge, 100, key=f"r{number}")
    assert Entry.objects.count() > 40
    account = Account.objects.get(kind="fee_revenue")
    with django_assert_num_queries(5):  # session, person, accounts, their balances, brakes
        client.get(reverse("money:ledger"))
    with django_assert_num_queries(15):
        client.get(reverse("money:reference", args=["job:1"]))
    with django_assert_num_queries(6):
        client.get(reverse("money:account", args=[account.pk]))
    with django_assert_num_queries(11):
        client.get(reverse("money:person", args=[selling.seller.pk]))


def _snapshot(account: Account, taken_at: Any) -> None:
    last = Entry.objects.filter(account=account).latest("id")
    minor = explorer.statement(account).balance.amount_minor
    Snapshot.objects.create(account=account, through_entry_id=last.pk, posted_minor=minor, taken_at=taken_at)


@pytest.mark.django_db
def test_snapshots_change_no_balance(selling: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(1, 7):
        monkeypatch.setattr(selling, "at", selling.at + DAY)
        selling.captured(f"order:{day}")
        if day in (2, 5):
            _snapshot(Account.objects.get(kind="stripe_balance"), selling.at + timedelta(hours=1))
    account, start = Account.objects.get(kind="stripe_balance"), selling.at - 6 * DAY
    for day in range(7):
        page = explorer.statement(account, until=start + day * DAY)
        assert (page.balance, len(page.lines)) == (eur(-WHOLE * day), day)
        assert explorer.platform_accounts(until=start + day * DAY)[0].balance == page.balance
    assert explorer.statement(account).balance == eur(-6 * WHOLE)


@pytest.mark.django_db
def test_an_old_day_is_read_between_two_snapshots(
    selling: Scene, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """What a snapshot says is believed: what stands before it is not read again."""
    for day in range(1, 7):
        monkeypatch.setattr(selling, "at", selling.at + DAY)
        selling.captured(f"order:{day}")
    account = Account.objects.get(kind="stripe_balance")
    ids = list(Entry.objects.filter(account=account).order_by("id").values_list("id", flat=True))
    start = selling.at - 6 * DAY
    Snapshot.objects.create(account=account, through_entry_id=ids[1], posted_minor=-7, taken_at=start + 2 * DAY)
    Snapshot.objects.create(account=account, through_entry_id=ids[4], posted_minor=-9, taken_at=start + 5 * DAY)
    assert balances.balance_of(account, start + 3 * DAY) == -7 - WHOLE
    assert balances.balance_of(account) == -9 - WHOLE
    assert balances.last_entry_by(account, start + 3 * DAY) == ids[4]
    assert balances.last_entry_by(account, start + 5 * DAY) is None
