"""Money from the platform's balance to a connected account's, and back."""

from __future__ import annotations

from payments.sandbox import currencies, identifiers
from payments.sandbox.core import accounts, funds
from payments.sandbox.errors import invalid
from payments.sandbox.events import emit
from payments.sandbox.store import Obj, Tx

TOO_LITTLE = (
    "You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance."
)


def create(tx: Tx, params: Obj) -> Obj:
    amount, currency = params["amount"], currencies.check(params["currency"])
    destination = _destination(tx, params["destination"])
    charge = _source(tx, params, amount, currency) if params.get("source_transaction") else None
    arrives = funds.availability(tx, charge["balance_transaction"]) if charge else identifiers.now()
    funds.demand(
        tx,
        account="",
        currency=currency,
        amount=amount,
        pending_too=arrives > identifiers.now(),
        message=TOO_LITTLE,
    )
    transfer = _transfer(params, amount, currency, destination["id"], charge)
    transfer["destination_payment"] = _arrival(tx, transfer, arrives)
    transfer["balance_transaction"] = funds.book(
        tx, kind="transfer", amount=-amount, currency=currency, source=transfer["id"], available_on=arrives
    )["id"]
    tx.add("transfer", transfer)
    emit(tx, "transfer.created", transfer)
    return transfer


def reverse(tx: Tx, transfer: Obj, amount: int, metadata: Obj, description: str | None) -> Obj:
    """Take ``amount`` minor units back; refused when the connected balance does not hold them."""
    account, currency = transfer["destination"], transfer["currency"]
    pending = identifiers.now() < funds.availability(tx, transfer["balance_transaction"])
    funds.demand(
        tx,
        account=account,
        currency=currency,
        amount=amount,
        pending_too=pending,
        message=f"The connected account {account} has insufficient funds to reverse this transfer.",
    )
    identifier, arrives = identifiers.new("trr_"), funds.availability(tx, transfer["balance_transaction"])
    refund = _payment_refund(transfer, amount)
    tx.add("refund", refund, account)
    back = funds.book(
        tx, kind="transfer_refund", amount=amount, currency=currency, source=identifier, available_on=arrives
    )
    refund["balance_transaction"] = funds.book(
        tx,
        kind="payment_refund",
        amount=-amount,
        currency=currency,
        source=refund["id"],
        account=account,
        available_on=arrives,
    )["id"]
    tx.save(refund)
    _count_refund(tx, transfer, amount)
    reversal: Obj = {
        "id": identifier,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": back["id"],
        "created": identifiers.now(),
        "currency": currency,
        "destination_payment_refund": refund["id"],
        "metadata": metadata,
        "source_refund": None,
        "transfer": transfer["id"],
    } | ({"_description": description} if description else {})
    tx.add("transfer_reversal", reversal)
    before = {"amount_reversed": transfer["amount_reversed"], "reversed": False}
    transfer["amount_reversed"] += amount
    transfer["reversed"] = transfer["amount_reversed"] == transfer["amount"]
    tx.save(transfer)
    emit(tx, "transfer.reversed", transfer, previous=before)
    return reversal


def _payment_refund(transfer: Obj, amount: int) -> Obj:
    """What the connected account sees of a reversal."""
    return {
        "id": identifiers.new("pyr_"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": transfer["destination_payment"],
        "created": identifiers.now(),
        "currency": transfer["currency"],
        "metadata": {},
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "status": "succeeded",
    }


def _count_refund(tx: Tx, transfer: Obj, amount: int) -> None:
    payment = tx.find("charge", transfer["destination_payment"], transfer["destination"])
    if payment:
        payment["amount_refunded"] += amount
        payment["refunded"] = payment["amount_refunded"] == payment["amount"]
        tx.save(payment)


def _destination(tx: Tx, identifier: str) -> Obj:
    account = tx.find("account", identifier)
    if account is None:
        raise invalid(f"No such destination: '{identifier}'", code="resource_missing", param="destination")
    if not accounts.can_receive(account):
        message = (
            "Your destination account needs to have at least one of the following capabilities enabled: "
            "transfers, crypto_transfers, legacy_payments"
        )
        raise invalid(message, code="insufficient_capabilities_for_transfer")
    return account


def _source(tx: Tx, params: Obj, amount: int, currency: str) -> Obj:
    """Transfers of one charge stay within it together, in the currency that the charge settled in."""
    charge = tx.find("charge", params["source_transaction"])
    if charge is None:
        message = f"No such charge: '{params['source_transaction']}'"
        raise invalid(message, code="resource_missing", param="source_transaction")
    if not charge["paid"]:
        raise invalid("The source charge has not succeeded.", param="source_transaction")
    if charge["currency"] != currency:
        message = (
            f"The currency of source_transaction's balance transaction ({charge['currency']}) "
            f"must be the same as the transfer currency ({currency})"
        )
        raise invalid(message, param="source_transaction")
    others = tx.select("transfer", where={"source_transaction": charge["id"]})
    left = charge["amount"] - sum(other["amount"] - other["amount_reversed"] for other in others)
    if amount > left:
        message = (
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"{charge['amount']} {currency}. (There is {left} left.)"
        )
        raise invalid(message, code="transfer_source_balance_parameters_mismatch", param="amount")
    return charge


def _transfer(params: Obj, amount: int, currency: str, destination: str, charge: Obj | None) -> Obj:
    identifier = identifiers.new("tr_")
    return {
        "id": identifier,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": identifiers.now(),
        "currency": currency,
        "description": params.get("description"),
        "destination": destination,
        "destination_payment": None,
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "reversed": False,
        "source_transaction": charge["id"] if charge else None,
        "source_type": params.get("source_type", "card"),
        "transfer_group": params.get("transfer_group") or (charge or {}).get("transfer_group"),
    }


def _arrival(tx: Tx, transfer: Obj, arrives: int) -> str:
    """The payment that the connected account sees; its funds come when the charge's do."""
    identifier = identifiers.new("py_")
    entry = funds.book(
        tx,
        kind="payment",
        amount=transfer["amount"],
        currency=transfer["currency"],
        source=identifier,
        account=transfer["destination"],
        available_on=arrives,
    )
    payment: Obj = {
        "id": identifier,
        "object": "charge",
        "amount": transfer["amount"],
        "amount_captured": transfer["amount"],
        "amount_refunded": 0,
        "balance_transaction": entry["id"],
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "captured": True,
        "created": identifiers.now(),
        "currency": transfer["currency"],
        "description": transfer["description"],
        "disputed": False,
        "livemode": False,
        "metadata": {},
        "outcome": None,
        "paid": True,
        "payment_intent": None,
        "refunded": False,
        "source_transfer": transfer["id"],
        "status": "succeeded",
        "transfer_group": None,
    }
    tx.add("charge", payment, transfer["destination"])
    return identifier
