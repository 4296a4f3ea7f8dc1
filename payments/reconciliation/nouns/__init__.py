"""Each of Stripe's lists, in the order in which they are compared: payments before what goes out of them."""

from payments.reconciliation.nouns.charges import CHARGES
from payments.reconciliation.nouns.disputes import DISPUTES
from payments.reconciliation.nouns.noun import Noun
from payments.reconciliation.nouns.payouts import PAYOUTS
from payments.reconciliation.nouns.refunds import REFUNDS
from payments.reconciliation.nouns.sessions import SESSIONS
from payments.reconciliation.nouns.transfers import TRANSFERS

NOUNS = (SESSIONS, CHARGES, TRANSFERS, REFUNDS, DISPUTES, PAYOUTS)
BY_NAME = {noun.name: noun for noun in NOUNS}

__all__ = ["BY_NAME", "NOUNS", "Noun"]
