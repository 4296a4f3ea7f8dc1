"""What a restored database holds from its first moment on: no money leaves before both sides agree again.

Written as SQL because it stands in the same transaction as the restored rows: no worker ever sees the one
without the other. ``operations.brakes`` lifts it.
"""

from __future__ import annotations

from payments.models import OperationState, Outflow

_FREEZE = """
DO $$ BEGIN
    IF to_regclass('public.payments_brake') IS NULL THEN
        RAISE EXCEPTION 'this backup is older than the brakes on outflows: restore it with the release that made it';
    END IF;
END $$;

INSERT INTO public.payments_brake (outflow, reason, pulled_by_id, pulled_at, until_reconciled)
SELECT outflow, 'A backup was restored: Stripe may know more than these books.', NULL, clock_timestamp(), true
FROM unnest(ARRAY[{outflows}]) AS outflow
ON CONFLICT (outflow) DO UPDATE SET until_reconciled = true, pulled_at = excluded.pulled_at;

-- Each may have been sent since: with a key that Stripe has forgotten it is looked for before it is sent.
UPDATE public.payments_stripeoperation
SET tries = greatest(tries, 1), first_sent_at = clock_timestamp() - interval '2 days',
    leased_until = NULL, due_at = clock_timestamp(), version = version + 1
WHERE state = '{pending}';

-- Comparisons that the dump interrupted knew another database.
DO $$ BEGIN
    IF to_regclass('public.payments_reconciliationrun') IS NOT NULL THEN
        UPDATE public.payments_reconciliationrun
        SET ended_at = clock_timestamp(), leased_until = NULL, trouble = 'a backup was restored' WHERE ended_at IS NULL;
    END IF;
END $$;
"""


def sql() -> str:
    outflows = ", ".join(f"'{outflow}'" for outflow in Outflow.values)
    return _FREEZE.format(outflows=outflows, pending=OperationState.PENDING.value)
