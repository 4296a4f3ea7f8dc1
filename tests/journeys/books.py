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


def charges_of(site: Site, order_id: str) -> list[dict[str, Any]]:
    """One for each time the buyer was asked to pay, the oldest first."""
    return site.rows("SELECT * FROM payments_charge WHERE reference = %s ORDER BY created_at", f"order:{order_id}")


def charge_of(site: Site, order_id: str) -> dict[str, Any]:
    [row] = charges_of(site, order_id)
    return row


def paid_as_posted(site: Site, order_id: str, *, all_in: int) -> Any:
    """The same of an order that is paid in one payment."""
    [paid] = all_paid_as_posted(site, order_id, all_in)
    return paid


def all_paid_as_posted(site: Site, order_id: str, *amounts: int, unpaid: int = 0) -> list[Any]:
    """For each payment one Checkout session and one charge of what the buyer was shown, the oldest first.

    ``unpaid`` more were asked for: their sessions are closed. What the provider took for itself is posted.
    """
    charges = [one for one in charges_of(site, order_id) if one["state"] == "captured"]
    sessions = {one.id: one for one in _all(site.stripe.v1.checkout.sessions.list({"limit": 100}))}
    asked = {key: one for key, one in sessions.items() if _names(one, order_id)}
    paid = [
        _paid(site, charge, asked.pop(charge["session_id"]), amount)
        for charge, amount in zip(charges, amounts, strict=True)
    ]
    assert [one.status for one in asked.values()] == ["expired"] * unpaid
    took = sum(one.balance_transaction.fee for one in paid)
    assert _sums(site, order_id, "t.kind = 'stripe_fee'") == {"stripe_balance": took, "stripe_fee_expense": -took}
    return paid


def _paid(site: Site, charge: dict[str, Any], session: Any, amount: int) -> Any:
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert (session.amount_total, session.currency) == (amount, charge["currency"].lower())
    paid = site.stripe.v1.charges.retrieve(charge["stripe_charge_id"], {"expand": ["balance_transaction"]})
    assert (paid.amount, paid.amount_captured, paid.currency, paid.paid) == (amount, amount, session.currency, True)
    assert paid.payment_intent == session.payment_intent == charge["payment_intent_id"]
    site.wait_for_row("SELECT 1 FROM payments_charge WHERE id = %s AND stripe_fee_minor IS NOT NULL", charge["id"])
    return paid


def sent_as_posted(site: Site, order_id: str, *, share: int) -> Any:
    """The same of an order that is paid in one payment."""
    [transfer] = all_sent_as_posted(site, order_id, share)
    return transfer


def all_sent_as_posted(site: Site, order_id: str, *shares: int) -> list[Any]:
    """For each payment one transfer of the seller's share, out of its charge, to the seller's own account."""
    sent = {one.id: one for one in _all(site.stripe.v1.transfers.list({"limit": 100})) if _names(one, order_id)}
    charges = [one for one in charges_of(site, order_id) if one["state"] == "captured"]
    transfers = [_sent(site, charge, sent, share) for charge, share in zip(charges, shares, strict=True)]
    assert sent == {}
    return transfers


def _sent(site: Site, charge: dict[str, Any], sent: dict[str, Any], share: int) -> Any:
    [release] = site.rows("SELECT * FROM payments_release WHERE charge_id = %s", charge["id"])
    [account] = site.rows("SELECT * FROM payments_connectedaccount WHERE user_id = %s", release["payee_id"])
    transfer = sent.pop(str(release["stripe_transfer_id"]))
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
