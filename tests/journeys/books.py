"""The ledger of a site beside the provider's record of the same order, to the minor unit."""

from __future__ import annotations

from typing import Any

from tests.support.site import Site

LEDGER = """
    SELECT a.kind, sum(e.amount_minor)::bigint AS total
    FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id JOIN ledger_account a ON a.id = e.account_id
    WHERE t.reference = %s AND {which} GROUP BY a.kind HAVING sum(e.amount_minor) <> 0
"""


def ledger_of(site: Site, order_id: str) -> dict[str, int]:
    """Minor units by kind of account, a credit positive, without what the provider took for itself."""
    return _sums(site, order_id, "t.kind <> 'stripe_fee'")


def charge_of(site: Site, order_id: str) -> dict[str, Any]:
    [row] = site.rows("SELECT * FROM payments_charge WHERE reference = %s", f"order:{order_id}")
    return row


def paid_as_posted(site: Site, order_id: str, *, all_in: int) -> Any:
    """One Checkout session and one charge, both of what the buyer was shown; the provider's fee as posted."""
    charge = charge_of(site, order_id)
    session = site.stripe.v1.checkout.sessions.retrieve(charge["session_id"])
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert (session.amount_total, session.currency) == (all_in, charge["currency"].lower())
    asked = [one for one in _all(site.stripe.v1.checkout.sessions.list({"limit": 100})) if _names(one, order_id)]
    assert [one.id for one in asked] == [session.id]
    paid = site.stripe.v1.charges.retrieve(charge["stripe_charge_id"], {"expand": ["balance_transaction"]})
    assert (paid.amount, paid.amount_captured, paid.currency, paid.paid) == (all_in, all_in, session.currency, True)
    assert paid.payment_intent == session.payment_intent == charge["payment_intent_id"]
    booked: Any = paid.balance_transaction
    site.wait_for_row("SELECT 1 FROM payments_charge WHERE id = %s AND stripe_fee_minor IS NOT NULL", charge["id"])
    assert _sums(site, order_id, "t.kind = 'stripe_fee'") == {
        "stripe_balance": booked.fee,
        "stripe_fee_expense": -booked.fee,
    }
    return paid


def sent_as_posted(site: Site, order_id: str, *, share: int) -> Any:
    """One transfer of the seller's share, out of this order's charge, to the seller's own account."""
    charge = charge_of(site, order_id)
    [release] = site.rows("SELECT * FROM payments_release WHERE charge_id = %s", charge["id"])
    [account] = site.rows("SELECT * FROM payments_connectedaccount WHERE user_id = %s", release["payee_id"])
    sent = [one for one in _all(site.stripe.v1.transfers.list({"limit": 100})) if _names(one, order_id)]
    assert [one.id for one in sent] == [release["stripe_transfer_id"]]
    [transfer] = sent
    assert (transfer.amount, transfer.currency, transfer.amount_reversed) == (share, charge["currency"].lower(), 0)
    assert transfer.destination == account["stripe_id"]
    assert transfer.source_transaction == charge["stripe_charge_id"]
    return transfer


def returned_as_posted(site: Site, order_id: str, *, amount: int) -> None:
    """One refund of this order's charge."""
    charge = charge_of(site, order_id)
    refunds = _all(site.stripe.v1.refunds.list({"charge": charge["stripe_charge_id"]}))
    assert [(one.amount, one.status, one.currency) for one in refunds] == [
        (amount, "succeeded", charge["currency"].lower())
    ]
    rows = site.rows("SELECT amount_minor, state FROM payments_refund WHERE charge_id = %s", charge["id"])
    assert rows == [{"amount_minor": amount, "state": "succeeded"}]


def _sums(site: Site, order_id: str, which: str) -> dict[str, int]:
    rows = site.rows(LEDGER.format(which=which), f"order:{order_id}")
    return {str(row["kind"]): int(str(row["total"])) for row in rows}


def _all(listed: Any) -> list[Any]:
    return list(listed.auto_paging_iter())


def _names(found: Any, order_id: str) -> bool:
    """Whether the provider's object says that it belongs to the order."""
    return order_id in str(found.metadata.to_dict() if found.metadata else "") or order_id in str(
        getattr(found, "transfer_group", "")
    )
