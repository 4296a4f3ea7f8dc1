"""What happens by itself when its time has come. Due rows live in the state file, so a restart forgets none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from payments.sandbox import identifiers, runtime
from payments.sandbox.core import checkout, payouts, refunds
from payments.sandbox.store import Tx

logger = logging.getLogger("sandbox")
TICK_SECONDS = 0.25


def _fail_refund(tx: Tx, refund_id: str) -> None:
    refund = tx.find("refund", refund_id)
    if refund and refund["status"] == "succeeded":
        refunds.fail(tx, refund_id)


JOBS: dict[str, Callable[[Tx, str], None]] = {
    "session.expire": checkout.expire_when_due,
    "payout.settle": payouts.settle,
    "refund.fail": _fail_refund,
    "refund.succeed": refunds.succeed,
}


def start() -> None:
    threading.Thread(target=_loop, name="sandbox-clock", daemon=True).start()


def run_due() -> None:
    with runtime.store().transaction() as tx:
        for row in tx.rows("SELECT id, name, argument FROM jobs WHERE due <= ? ORDER BY due, id", identifiers.now()):
            tx.run("DELETE FROM jobs WHERE id = ?", row["id"])
            JOBS[row["name"]](tx, row["argument"])


def _loop() -> None:
    pause = threading.Event()
    while not pause.wait(TICK_SECONDS):
        try:
            run_due()
        except Exception:
            logger.exception("a due job of the sandbox failed")
