"""What happens by itself when its time has come. Due rows live in the state file, so a restart forgets none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from payments.sandbox import idempotency, identifiers, runtime
from payments.sandbox.core import checkout, disputes, payouts, refunds, topups
from payments.sandbox.store import Tx

logger = logging.getLogger("sandbox")
TICK_SECONDS = 0.25
PRUNE_SECONDS = 60


JOBS: dict[str, Callable[[Tx, str], None]] = {
    "session.expire": checkout.expire_when_due,
    "payout.settle": payouts.settle,
    "dispute.due": disputes.lose_unanswered,
    "refund.fail": refunds.fail_later,
    "refund.retry": refunds.retry,
    "refund.succeed": refunds.succeed,
    "topup.succeed": topups.succeed,
}


def start() -> None:
    threading.Thread(target=_loop, name="sandbox-clock", daemon=True).start()


def run_due() -> None:
    with runtime.store().transaction() as tx:
        for row in tx.rows("SELECT id, name, argument FROM jobs WHERE due <= ? ORDER BY due, id", identifiers.now()):
            tx.run("DELETE FROM jobs WHERE id = ?", row["id"])
            JOBS[row["name"]](tx, row["argument"])


def _loop() -> None:
    pause, pruned = threading.Event(), 0
    while not pause.wait(TICK_SECONDS):
        try:
            run_due()
            if pruned <= identifiers.now() - PRUNE_SECONDS:
                pruned = identifiers.now()
                with runtime.store().transaction() as tx:
                    idempotency.prune(tx)
        except Exception:
            logger.exception("a due job of the sandbox failed")
