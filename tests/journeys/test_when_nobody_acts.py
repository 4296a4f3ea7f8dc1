"""Deadlines come by themselves: Celery accepts for a silent buyer, and a late order can be cancelled.

Collected last (its name), because both orders wait while the other journeys run.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.books import ledger_of, paid_as_posted, returned_as_posted, sent_as_posted
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

    buyer.confirm("Cancel and get €7.50 back")
    buyer.sees("Cancelled: the work was very late.")
    buyer.waits_for("€7.50 went back to you.")
    seller.opens(left_alone.late)
    seller.sees("Everything went back to the buyer.")
    buyer.gets_letter("Cancelled: Write a limerick")
    seller.gets_letter("Cancelled: Write a limerick")

    paid = paid_as_posted(site, left_alone.late, all_in=all_in)
    assert (paid.amount_refunded, paid.refunded) == (all_in, True)
    returned_as_posted(site, left_alone.late, amount=all_in)
    assert ledger_of(site, left_alone.late) == {}
