-- 100,000 more postings like the first, through the guards, and the hold's balance with them.
WITH made AS (
    INSERT INTO ledger_transfer (op_key, kind, reference, effective_at)
    SELECT 'busy:' || n, 'bench', 'busy', now() FROM generate_series(1, 100000) n RETURNING id
)
INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, currency)
SELECT made.id, a.id, CASE a.kind WHEN 'stripe_balance' THEN -200 ELSE 100 END, 'EUR' FROM made, ledger_account a;

UPDATE ledger_balance SET posted_minor = posted_minor + 100 * 100000, version = version + 100000;

-- Other accounts besides.
INSERT INTO ledger_account (kind, owner_id, reference, currency, shard)
SELECT 'hold', 0, 'other:' || n, 'EUR', 0 FROM generate_series(1, 10000) n;
INSERT INTO ledger_balance (account_id, posted_minor, version)
SELECT id, 0, 0 FROM ledger_account WHERE reference LIKE 'other:%';
INSERT INTO ledger_snapshot (account_id, through_entry_id, posted_minor, taken_at)
SELECT id, 1, 0, now() FROM ledger_account WHERE reference LIKE 'other:%';
