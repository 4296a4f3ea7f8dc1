"""Levers: what happens in the world around Stripe, at somebody's word."""

from __future__ import annotations

from payments.sandbox import present
from payments.sandbox.actions import Given, action, number, one, required
from payments.sandbox.core import (
    accounts,
    banks,
    cards,
    checkout,
    debits,
    disputes,
    fraud_warnings,
    funds,
    payouts,
    refunds,
    topups,
)
from payments.sandbox.errors import invalid, no_such
from payments.sandbox.store import Obj, Tx


@action("pay")
def _pay(tx: Tx, given: Given) -> Obj:
    """Pay a session without a browser; ``error`` is the bank's refusal."""
    session = one(tx, given, "checkout.session")
    card = cards.find(given.get("card", "4242424242424242"))
    if card is None:
        raise invalid("The sandbox takes Stripe's test cards only.", param="card")
    payer = checkout.Payer(
        email=given.get("email") or session["customer_email"] or "buyer@example.org",
        name=given.get("name", "Test Buyer"),
    )
    checkout.pay(tx, session, card, payer)
    paid = session["status"] == "complete"
    return {"session": present.render(tx, session), "error": None if paid else checkout.refusal(tx, session)}


@action("pay/debit")
def _debit(tx: Tx, given: Given) -> Obj:
    """Pay a session by a debit that takes its time: complete, and unpaid until ``pay/settle``."""
    session = one(tx, given, "checkout.session")
    payer = checkout.Payer(email=session["customer_email"] or "buyer@example.org", name="Test Buyer")
    return present.render(tx, debits.agree(tx, session, payer))


@action("pay/settle")
def _settle_debit(tx: Tx, given: Given) -> Obj:
    """``outcome``: succeeded or failed, the bank's answer to a debit."""
    if given.get("outcome") not in ("succeeded", "failed"):
        raise invalid("outcome is succeeded or failed.", param="outcome")
    session = debits.settle(tx, one(tx, given, "checkout.session"), came=given["outcome"] == "succeeded")
    return present.render(tx, session)


@action("expire")
def _expire(tx: Tx, given: Given) -> Obj:
    session = one(tx, given, "checkout.session")
    if session["status"] != "open":
        raise invalid(f"The session is {session['status']}.")
    return present.render(tx, checkout.expire(tx, session))


@action("onboard")
def _onboard(tx: Tx, given: Given) -> Obj:
    """Fill in the onboarding page of an account."""
    account = one(tx, given, "account")
    country = account["country"] or given.get("country", "DE")
    details = accounts.Onboarding(
        name=given.get("name") or account["display_name"] or "Test Seller",
        country=country,
        bank_number=given.get("bank_number") or banks.suggestion(country),
        outcome=given.get("outcome", "active"),
    )
    return present.render(tx, accounts.onboard(tx, account, details))


@action("accounts/judge")
def _judge(tx: Tx, given: Given) -> Obj:
    """``status`` of the transfers capability; ``due``: names of what the account holder has to give, v1's."""
    if given.get("status") not in ("active", "pending", "restricted"):
        raise invalid("status is active, pending or restricted.", param="status")
    due = given.get("due") or None
    names = due.replace(",", " ").split() if isinstance(due, str) else due
    return present.render(tx, accounts.judge(tx, one(tx, given, "account"), given["status"], names))


@action("accounts/bank")
def _bank(tx: Tx, given: Given) -> Obj:
    """The account holder changes the bank account."""
    account = one(tx, given, "account")
    return present.render(tx, accounts.change_bank(tx, account, str(required(given, "bank_number"))))


@action("accounts/deauthorize")
def _deauthorize(tx: Tx, given: Given) -> Obj:
    return present.render(tx, accounts.deauthorize(tx, one(tx, given, "account")))


@action("accounts/close")
def _close(tx: Tx, given: Given) -> Obj:
    return present.render(tx, accounts.close(tx, one(tx, given, "account")))


@action("platform/bank")
def _platform_bank(tx: Tx, given: Given) -> Obj:
    """Where the platform's own payouts go; the number's ending says how they end."""
    number_ = str(required(given, "bank_number"))
    if not banks.valid(number_):
        raise invalid("Write an IBAN, or an account number of 5 to 17 digits.", param="bank_number")
    return present.public(payouts.platform_bank(tx, number_))


@action("funds/release")
def _release(tx: Tx, _given: Given) -> Obj:
    funds.release_all(tx)
    return {}


@action("funds/add")
def _add(tx: Tx, given: Given) -> Obj:
    """Money from nowhere: into the platform's balance as a top-up, into an account's, or (negative) out of it."""
    currency, amount, account = given.get("currency", "eur"), number(given, "amount") or 0, given.get("account", "")
    if amount > 0 and not account:
        return topups.create(tx, {"amount": amount, "currency": currency}, at_once=True)
    return funds.book(tx, kind="adjustment", amount=amount, currency=currency, source=None, account=account)


@action("disputes")
def _dispute(tx: Tx, given: Given) -> Obj:
    charge, seconds = _paid_charge(tx, given), number(given, "respond_seconds")
    made = disputes.open_dispute(
        tx,
        charge,
        reason=given.get("reason") or "fraudulent",
        inquiry=bool(given.get("inquiry")),
        amount=number(given, "amount"),
        respond_seconds=disputes.RESPONSE_SECONDS if seconds is None else seconds,
    )
    return present.render(tx, made)


@action("disputes/decide")
def _decide(tx: Tx, given: Given) -> Obj:
    if given.get("outcome") not in ("won", "lost"):
        raise invalid("outcome is won or lost.", param="outcome")
    return present.render(tx, disputes.decide(tx, one(tx, given, "dispute"), given["outcome"]))


@action("disputes/escalate")
def _escalate(tx: Tx, given: Given) -> Obj:
    return present.render(tx, disputes.escalate(tx, one(tx, given, "dispute")))


@action("fraud_warnings")
def _warn(tx: Tx, given: Given) -> Obj:
    charge = _paid_charge(tx, given)
    return present.render(tx, fraud_warnings.warn(tx, charge, given.get("fraud_type", "unauthorized_use_of_card")))


@action("payouts/fail")
def _fail_payout(tx: Tx, given: Given) -> Obj:
    """Also after it was paid: the bank returns the money."""
    payout, owner = _payout(tx, given)
    code = given.get("code", "account_closed")
    if code not in banks.FAILURES:
        raise invalid(f"Unknown code; there are {', '.join(banks.FAILURES)}.", param="code")
    return present.render(tx, payouts.fail(tx, payout, code, owner))


@action("payouts/settle")
def _settle_payout(tx: Tx, given: Given) -> Obj:
    """The bank answers now, as its account says."""
    payout, _ = _payout(tx, given)
    payouts.settle(tx, payout["id"])
    return present.render(tx, _payout(tx, given)[0])


@action("refunds/fail")
def _fail_refund(tx: Tx, given: Given) -> Obj:
    reason = given.get("reason", "expired_or_canceled_card")
    return present.render(tx, refunds.fail(tx, required(given, "refund"), reason))


@action("refunds/cancel")
def _cancel_refund(tx: Tx, given: Given) -> Obj:
    """What Stripe's dashboard can do and its API cannot."""
    return present.render(tx, refunds.cancel(tx, one(tx, given, "refund"), ("pending", "requires_action")))


@action("refunds/require_action")
def _ask_buyer(tx: Tx, given: Given) -> Obj:
    return present.render(tx, refunds.require_action(tx, one(tx, given, "refund")))


@action("refunds/policy")
def _policy(tx: Tx, given: Given) -> Obj:
    """What becomes of a refund that the balance does not cover: ``wait`` or ``refuse``."""
    if given.get("policy") not in refunds.POLICIES:
        raise invalid("policy is wait or refuse.", param="policy")
    tx.set(refunds.POLICY, given["policy"])
    return {"policy": given["policy"]}


@action("topups/fail")
def _fail_topup(tx: Tx, given: Given) -> Obj:
    """The bank refuses it, or takes it back after it had arrived."""
    return present.render(tx, topups.fail(tx, one(tx, given, "topup")))


@action("balance/drain")
def _drain(tx: Tx, given: Given) -> Obj:
    """Empty the platform's (or an account's) balance in one currency. What was pending anywhere arrives first."""
    currency, account = given.get("currency", "eur"), given.get("account", "")
    funds.release_all(tx)
    total = sum(funds.balance(tx, account, currency))
    if not total:
        raise invalid("There is nothing in this balance.")
    return funds.book(tx, kind="adjustment", amount=-total, currency=currency, source=None, account=account)


def _payout(tx: Tx, given: Given) -> tuple[Obj, str]:
    """A payout of whichever account, and that account."""
    found = tx.any(str(required(given, "payout")))
    if found is None or found[0] != "payout":
        raise no_such("payout", given["payout"])
    return found[2], found[1]


def _paid_charge(tx: Tx, given: Given) -> Obj:
    charge = one(tx, given, "charge")
    if not charge["paid"] or "card" not in charge["payment_method_details"]:
        raise invalid("Only a charge that was paid by card.", param="charge")
    return charge
