-- 100,000 orders with much in each seller's clearing account: through every guard, as the owner of the tables.
INSERT INTO ledger_account (kind, owner_id, reference, currency, shard)
SELECT kind, n, 'order:' || n, 'EUR', 0
FROM generate_series(1, 100000) n, unnest(ARRAY['seller_clearing', 'seller_available']) kind
UNION ALL
SELECT kind, 0, '', 'EUR', 0 FROM unnest(ARRAY['stripe_balance', 'fee_revenue']) kind;

INSERT INTO ledger_balance (account_id, posted_minor, version)
SELECT id, CASE kind WHEN 'seller_clearing' THEN 1000000000 ELSE 0 END, 1 FROM ledger_account
WHERE kind IN ('seller_clearing', 'seller_available');

WITH made AS (
    INSERT INTO ledger_transfer (op_key, kind, reference, effective_at)
    SELECT 'opening:' || n, 'opening', 'order:' || n, now() FROM generate_series(1, 100000) n RETURNING id, reference
)
INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, currency)
SELECT made.id, a.id, 1000000000, 'EUR'
FROM made JOIN ledger_account a ON a.kind = 'seller_clearing' AND a.reference = made.reference
UNION ALL
SELECT made.id, a.id, -1000000000, 'EUR' FROM made, ledger_account a WHERE a.kind = 'stripe_balance';
