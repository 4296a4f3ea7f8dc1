"""A seller asks for their money now."""

from __future__ import annotations

from datetime import datetime

from payments.errors import NotPayable, ProviderAway
from payments.gateway.errors import GatewayError
from payments.models import ConnectedAccount, OperationKind, Payout
from payments.operations import executor, queue
from payments.payability import Hindrance
from payments.services.payouts.asking import ask
from payments.services.payouts.running import look_into


def pay_now(*, user_id: int, currency: str, at: datetime) -> Payout:
    """Sends everything that lies in the seller's account in one currency to their bank. Outside any transaction.

    Sent at once, or by the next sweep where Stripe is asked too much. Raises NotPayable with the reasons,
    ProviderAway.
    """
    account = ConnectedAccount.objects.filter(user_id=user_id, replaced_at=None).exclude(stripe_id="").first()
    if account is None:
        raise NotPayable((Hindrance.NO_ACCOUNT,))
    try:
        account, found = look_into(account.id, at)
    except GatewayError as error:
        raise ProviderAway from error
    if currency not in found:
        raise NotPayable((Hindrance.NOTHING if found else Hindrance.REQUIREMENTS,))
    answer = ask(account.id, found[currency], at, by_hand=True)
    if not isinstance(answer, Payout):
        raise NotPayable(answer)
    op = queue.latest(OperationKind.CREATE_PAYOUT, answer.id)
    if op:
        executor.execute(op.id, at)
    answer.refresh_from_db()
    return answer
