-- What must hold at every moment. Each query returns the rows that violate it: none is right.
-- Amounts are minor units; in the ledger a credit is positive. Run by services/books.py.

-- name: entries_sum_to_zero
SELECT currency, sum(amount_minor) AS sum FROM ledger_entry GROUP BY currency HAVING sum(amount_minor) <> 0;

-- name: every_transfer_balances
SELECT t.id AS transfer, count(e.id) AS entries, coalesce(sum(e.amount_minor), 0) AS sum
FROM ledger_transfer t LEFT JOIN ledger_entry e ON e.transfer_id = t.id
GROUP BY t.id, e.currency HAVING count(e.id) < 2 OR sum(e.amount_minor) <> 0;

-- name: entries_in_their_accounts_currency
SELECT e.id AS entry, e.currency, a.currency AS account_currency
FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id WHERE e.currency <> a.currency;

-- name: balance_is_sum_of_entries
SELECT a.id AS account, a.kind, b.posted_minor AS balance, coalesce(s.total, 0) AS entries
FROM ledger_account a
LEFT JOIN ledger_balance b ON b.account_id = a.id
LEFT JOIN (SELECT account_id, sum(amount_minor) AS total FROM ledger_entry GROUP BY account_id) s ON s.account_id = a.id
WHERE a.kind IN ('hold', 'seller_clearing', 'seller_available')
  AND b.posted_minor IS DISTINCT FROM coalesce(s.total, 0);

-- name: guarded_accounts_not_negative
SELECT a.id AS account, a.kind, b.posted_minor AS balance
FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id WHERE b.posted_minor < 0;

-- name: charge_never_overdrawn
SELECT id AS charge, captured_minor, released_minor, refunded_minor, lost_minor FROM payments_charge
WHERE released_minor + refunded_minor + lost_minor > captured_minor;

-- name: hold_is_what_is_left_of_the_charge
SELECT c.id AS charge, c.captured_minor - c.released_minor - c.refunded_minor - c.lost_minor AS left_of_charge,
       coalesce(b.posted_minor, 0) AS hold
FROM payments_charge c
LEFT JOIN ledger_account a ON a.kind = 'hold' AND a.owner_id = 0 AND a.reference = c.id::text
    AND a.currency = c.currency AND a.shard = 0
LEFT JOIN ledger_balance b ON b.account_id = a.id
WHERE c.captured_minor - c.released_minor - c.refunded_minor - c.lost_minor <> coalesce(b.posted_minor, 0);

-- name: charge_columns_are_sums_of_their_rows
SELECT c.id AS charge, c.released_minor, coalesce(r.released, 0) AS releases, c.refunded_minor,
       coalesce(f.refunded, 0) AS refunds
FROM payments_charge c
LEFT JOIN (SELECT charge_id, sum(price_minor + buyer_fee_minor - undone_minor) AS released
           FROM payments_release GROUP BY charge_id) r ON r.charge_id = c.id
LEFT JOIN (SELECT charge_id, sum(amount_minor) AS refunded
           FROM payments_refund WHERE state <> 'refused' GROUP BY charge_id) f ON f.charge_id = c.id
WHERE c.released_minor <> coalesce(r.released, 0) OR c.refunded_minor <> coalesce(f.refunded, 0);

-- name: captured_charges_are_posted
SELECT c.id AS charge, c.captured_minor, coalesce(sum(e.amount_minor), 0) AS posted
FROM payments_charge c
LEFT JOIN ledger_transfer t ON t.op_key = 'capture:' || c.id
LEFT JOIN ledger_entry e ON e.transfer_id = t.id AND e.amount_minor > 0
GROUP BY c.id HAVING c.captured_minor <> coalesce(sum(e.amount_minor), 0);

-- name: stripe_fees_are_posted
SELECT c.id AS charge, c.stripe_fee_minor, coalesce(sum(e.amount_minor), 0) AS posted
FROM payments_charge c
LEFT JOIN ledger_transfer t ON t.op_key = 'stripe_fee:' || c.id
LEFT JOIN ledger_entry e ON e.transfer_id = t.id AND e.amount_minor > 0
GROUP BY c.id HAVING coalesce(c.stripe_fee_minor, 0) <> coalesce(sum(e.amount_minor), 0);

-- name: sellers_shares_stand_in_their_accounts
WITH share AS (
    SELECT r.payee_id, c.reference, c.currency,
           CASE r.state WHEN 'clearing' THEN 'seller_clearing' ELSE 'seller_available' END AS kind,
           sum(r.price_minor - r.seller_fee_minor - r.undone_minor
               + (2 * (r.seller_fee_minor + r.buyer_fee_minor) * r.undone_minor + r.price_minor + r.buyer_fee_minor)
                 / (2 * (r.price_minor + r.buyer_fee_minor))) AS net
    FROM payments_release r JOIN payments_charge c ON c.id = r.charge_id
    WHERE r.state IN ('clearing', 'available') GROUP BY 1, 2, 3, 4
), standing AS (
    SELECT a.owner_id AS payee_id, a.reference, a.currency, a.kind, b.posted_minor
    FROM ledger_balance b JOIN ledger_account a ON a.id = b.account_id
    WHERE a.kind IN ('seller_clearing', 'seller_available') AND b.posted_minor <> 0
)
SELECT kind, payee_id, reference, share.net, standing.posted_minor AS balance
FROM share FULL JOIN standing USING (payee_id, reference, currency, kind)
WHERE coalesce(share.net, 0) <> coalesce(standing.posted_minor, 0);

-- name: transfers_under_way
SELECT coalesce(sending.currency, posted.currency) AS currency, sending.net, posted.clearing
FROM (SELECT c.currency, sum(r.price_minor - r.seller_fee_minor - r.undone_minor
               + (2 * (r.seller_fee_minor + r.buyer_fee_minor) * r.undone_minor + r.price_minor + r.buyer_fee_minor)
                 / (2 * (r.price_minor + r.buyer_fee_minor))) AS net
      FROM payments_release r JOIN payments_charge c ON c.id = r.charge_id
      WHERE r.state = 'sending' GROUP BY c.currency) sending
FULL JOIN (SELECT e.currency, sum(e.amount_minor) AS clearing
           FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
           WHERE a.kind = 'transfer_clearing' GROUP BY e.currency) posted USING (currency)
WHERE coalesce(sending.net, 0) <> coalesce(posted.clearing, 0);

-- name: refunds_under_way
SELECT coalesce(asked.currency, posted.currency) AS currency, asked.amount, posted.clearing
FROM (SELECT c.currency, sum(r.amount_minor) AS amount
      FROM payments_refund r JOIN payments_charge c ON c.id = r.charge_id
      WHERE r.state IN ('asked', 'pending') GROUP BY c.currency) asked
FULL JOIN (SELECT e.currency, sum(e.amount_minor) AS clearing
           FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
           WHERE a.kind = 'refund_clearing' GROUP BY e.currency) posted USING (currency)
WHERE coalesce(asked.amount, 0) <> coalesce(posted.clearing, 0);

-- name: one_operation_per_object
SELECT 'release' AS what, r.id, count(o.id) AS operations
FROM payments_release r LEFT JOIN payments_stripeoperation o
    ON o.kind = 'create_transfer' AND o.subject = r.id::text AND o.state <> 'failed'
WHERE r.state IN ('sending', 'transferred') GROUP BY r.id HAVING count(o.id) <> 1
UNION ALL
SELECT 'refund', r.id, count(o.id)
FROM payments_refund r LEFT JOIN payments_stripeoperation o
    ON o.kind = 'create_refund' AND o.subject = r.id::text AND o.state <> 'failed'
WHERE r.state <> 'refused' GROUP BY r.id HAVING count(o.id) <> 1
UNION ALL
SELECT 'charge', c.id, count(o.id)
FROM payments_charge c LEFT JOIN payments_stripeoperation o
    ON o.kind = 'create_session' AND o.subject = c.id::text AND o.state = 'done'
WHERE c.session_id <> '' GROUP BY c.id HAVING count(o.id) <> 1
UNION ALL
SELECT 'payout', p.id, count(o.id)
FROM payments_payout p LEFT JOIN payments_stripeoperation o
    ON o.kind = 'create_payout' AND o.subject = p.id::text AND o.state <> 'failed'
WHERE p.state <> 'failed' GROUP BY p.id HAVING count(o.id) <> 1;

-- name: one_object_per_operation
SELECT o.id AS operation, o.kind, o.subject
FROM payments_stripeoperation o
LEFT JOIN payments_release r ON o.kind = 'create_transfer' AND r.id::text = o.subject
    AND (o.state <> 'done' OR r.stripe_transfer_id = o.stripe_id)
LEFT JOIN payments_refund f ON o.kind = 'create_refund' AND f.id::text = o.subject
    AND (o.state <> 'done' OR f.stripe_refund_id = o.stripe_id)
LEFT JOIN payments_charge c ON o.kind = 'create_session' AND c.id::text = o.subject
    AND (o.state <> 'done' OR c.session_id = o.stripe_id)
LEFT JOIN payments_payout p ON o.kind = 'create_payout' AND p.id::text = o.subject
    AND (o.state <> 'done' OR p.stripe_payout_id = o.stripe_id)
WHERE o.kind IN ('create_transfer', 'create_refund', 'create_session', 'create_payout')
  AND r.id IS NULL AND f.id IS NULL AND c.id IS NULL AND p.id IS NULL;

-- name: debts_settle_to_zero
SELECT e.currency, sum(e.amount_minor) AS sum
FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
WHERE a.kind = 'debt_settlement' GROUP BY e.currency HAVING sum(e.amount_minor) <> 0;

-- name: every_cent_is_in_one_known_place
WITH came AS (
    SELECT reference, currency, sum(captured_minor) AS amount FROM payments_charge GROUP BY 1, 2
), gone AS (
    SELECT c.reference, c.currency, sum(g.amount) AS amount
    FROM payments_charge c JOIN (
        SELECT charge_id, amount_minor AS amount FROM payments_refund WHERE state = 'succeeded'
        UNION ALL
        SELECT charge_id, price_minor - seller_fee_minor - undone_minor
            + (2 * (seller_fee_minor + buyer_fee_minor) * undone_minor + price_minor + buyer_fee_minor)
              / (2 * (price_minor + buyer_fee_minor))
        FROM payments_release WHERE state = 'transferred'
    ) g ON g.charge_id = c.id GROUP BY 1, 2
), standing AS (
    SELECT t.reference, e.currency, sum(e.amount_minor) AS amount
    FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id
    WHERE a.kind NOT IN ('stripe_balance', 'stripe_fee_expense', 'dispute_fee_expense', 'platform_bank', 'platform_equity')
    GROUP BY 1, 2
)
SELECT reference, came.amount AS captured, gone.amount AS gone, standing.amount AS here
FROM came FULL JOIN gone USING (reference, currency) FULL JOIN standing USING (reference, currency)
WHERE coalesce(came.amount, 0) <> coalesce(gone.amount, 0) + coalesce(standing.amount, 0);
