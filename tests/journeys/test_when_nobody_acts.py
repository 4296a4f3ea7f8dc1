"""Deadlines come by themselves: Celery accepts for a silent buyer (whose bank takes the money back later), and a late
order can be cancelled.

Collected last (its name), because both orders wait while the other journeys run.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.journeys.books import charge_of, ledger_of, paid_as_posted, returned_as_posted, sent_as_posted
from tests.journeys.cases import BANKS_FEE, at_the_bank, taken_as_posted, tops_up
from tests.journeys.left_alone import LeftAlone
from tests.journeys.people import Person
from tests.support.site import Site


def test_a_silent_buyer_accepts_when_the_time_to_check_ends(
    person: Callable[..., Person], site: Site, left_alone: LeftAlone
) -> None:
    buyer, seller = person("carl"), person("silas")
    # 30.50, the buyer's fee 0.92 (3 %, half up), the seller's 3.05.
    all_in, share = 3_142, 2_745
    seller.sets_up_payouts("Silas Brandt")
    buyer.opens(left_alone.silent)
    buyer.waits_for("The work was accepted when your time to check ended.", seconds=120)
    buyer.sees("Accepted, as the time to check ended")
    seller.opens(left_alone.silent)
    seller.waits_for("€27.45 has been sent to you.")
    buyer.gets_letter("Your check ends soon: Repair one broken spreadsheet")
    buyer.gets_letter("Accepted: Repair one broken spreadsheet")
    seller.gets_letter("Accepted: Repair one broken spreadsheet")
    seller.gets_letter("Your money is on its way: Repair one broken spreadsheet")
    actions = site.rows(
        "SELECT actor, person_id FROM orders_orderevent WHERE order_id = %s AND action = 'auto_accept'",
        left_alone.silent,
    )
    assert actions == [{"actor": "system", "person_id": None}]

    paid_as_posted(site, left_alone.silent, all_in=all_in)
    sent_as_posted(site, left_alone.silent, share=share)
    assert ledger_of(site, left_alone.silent) == {"stripe_balance": share - all_in, "fee_revenue": all_in - share}


def test_what_nobody_accepted_is_the_sellers_to_bear(
    person: Callable[..., Person], site: Site, left_alone: LeftAlone
) -> None:
    """The same order, once it is paid: the bank says that nothing came, and the seller's bank has the money."""
    buyer, seller = person("carl"), person("silas")
    all_in, share = 3_142, 2_745
    seller.page.goto("/earnings/")
    seller.waits_for("€27.45 paid to your bank", seconds=120)
    charge = charge_of(site, left_alone.silent)["stripe_charge_id"]
    claim = at_the_bank(site, "disputes", charge=charge, reason="product_not_received")["id"]
    seller.gets_letter("The buyer's bank claims the payment back: Repair one broken spreadsheet")
    at_the_bank(site, "disputes/decide", dispute=claim, outcome="lost")
    letter = seller.gets_letter("The bank has taken the payment back: Repair one broken spreadsheet")
    assert "What had reached you is kept back from later orders." in letter.text

    seller.opens(left_alone.silent)
    seller.sees(
        "The buyer's bank has taken €31.42 back, and your share with it.",
        "€27.45 had reached you: it is kept back from later orders, as your earnings page shows.",
        "You owe. €27.45 had been sent to you and went back to the buyer.",
    )
    buyer.opens(left_alone.silent)
    buyer.sees("Your bank has given you €31.42 back.")
    seller.page.goto("/earnings/")
    seller.sees("You owe", "We keep back at most 50 % of each later order until it is settled")
    debt = seller.page.get_by_role("region", name="Debts by order").get_by_role("row")
    expect(debt.last).to_contain_text(re.compile(r"Repair one broken spreadsheet.*€27\.45\s*€27\.45", re.DOTALL))
    seller.shows_balances(clearing="€0.00", ready="€0.00", paid="€27.45")

    transfer = sent_as_posted(site, left_alone.silent, share=share)
    balance = site.stripe.v1.balance.retrieve({}, {"stripe_account": transfer.destination})
    assert sum(part.amount for part in [*balance.available, *balance.pending]) == 0
    taken_as_posted(site, claim, amount=all_in)
    assert ledger_of(site, left_alone.silent) == {
        "stripe_balance": share + BANKS_FEE,
        "dispute_fee_expense": -BANKS_FEE,
        "seller_debt": -share,
    }
    tops_up(site, all_in + BANKS_FEE)


def test_a_late_order_is_cancelled_and_the_money_comes_back(
    person: Callable[..., Person], site: Site, left_alone: LeftAlone
) -> None:
    buyer, seller = person("ines"), person("lena")
    all_in = 750  # 7.00 and the smallest fee, 0.50
    buyer.opens(left_alone.late)
    buyer.waits_for("Lena Varga is very late. Wait, or cancel and get €7.50 back.", seconds=90)
    buyer.sees("The work is late", "The work is very late")
    seller.opens(left_alone.late)
    seller.sees("You are very late: Ines Duarte can cancel at any moment. Deliver now.")
    for subject in ("Late: Write a limerick", "Very late: Write a limerick"):
        buyer.gets_letter(subject)
        seller.gets_letter(subject)

    # The seller asks for a day more, and is about to deliver when the buyer has waited long enough.
    _asks_for_a_day(seller, left_alone.late)
    seller.follow("Deliver the work")
    seller.page.get_by_label("What is in it").fill("There was an old man from Peru.")
    buyer.opens(left_alone.late)
    buyer.sees("Lena Varga asks for 24 h more.")
    buyer.confirm("Cancel and get €7.50 back")
    buyer.sees("Cancelled: the work was very late.", "Review Lena Varga")
    buyer.waits_for("€7.50 went back to you.")
    seller.press("Deliver")
    seller.is_told("The order has moved on in the meantime. This is how it stands now.")
    seller.sees("Cancelled: the work was very late.", "Everything went back to the buyer.")
    seller.sees(re.compile(r"You receive\s*€0\.00"))
    buyer.gets_letter("Cancelled: Write a limerick")
    seller.gets_letter("Cancelled: Write a limerick")

    ended = site.rows("SELECT state, fault FROM orders_order WHERE id = %s", left_alone.late)
    assert ended == [{"state": "cancelled", "fault": "seller"}]
    proposed = site.rows("SELECT state FROM orders_proposal WHERE order_id = %s", left_alone.late)
    assert proposed == [{"state": "closed"}]
    paid = paid_as_posted(site, left_alone.late, all_in=all_in)
    assert (paid.amount_refunded, paid.refunded) == (all_in, True)
    returned_as_posted(site, left_alone.late, amount=all_in)
    assert ledger_of(site, left_alone.late) == {}


def _asks_for_a_day(seller: Person, order_id: str) -> None:
    seller.says_what_is_wrong(order_id, "Ask for more time")
    seller.page.get_by_label("How much more time?").fill("1")
    seller.page.get_by_label("Unit").select_option("days")
    seller.page.get_by_label("Why").fill("The last line does not come to me.")
    seller.press("Propose it")
    seller.sees("You asked for 24 h more.")
