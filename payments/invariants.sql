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

-- name: newest_snapshots_are_sums_of_entries
SELECT s.account_id AS account, s.through_entry_id, s.posted_minor AS snapshot, coalesce(e.total, 0) AS entries
FROM (SELECT DISTINCT ON (account_id) account_id, through_entry_id, posted_minor
      FROM ledger_snapshot ORDER BY account_id, through_entry_id DESC) s
CROSS JOIN LATERAL (SELECT sum(amount_minor) AS total FROM ledger_entry
                    WHERE account_id = s.account_id AND id <= s.through_entry_id) e
WHERE s.posted_minor <> coalesce(e.total, 0);

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
       coalesce(f.refunded, 0) AS refunds, c.waiting_minor,
       coalesce(f.waiting, 0) + coalesce(b.waiting, 0) AS waiting, c.lost_minor, coalesce(b.lost, 0) AS lost
FROM payments_charge c
LEFT JOIN (SELECT charge_id, sum(price_minor + buyer_fee_minor - undone_minor) AS released
           FROM payments_release GROUP BY charge_id) r ON r.charge_id = c.id
LEFT JOIN (SELECT charge_id, sum(amount_minor) FILTER (WHERE state NOT IN ('refused', 'waiting')) AS refunded,
                  sum(amount_minor) FILTER (WHERE state = 'waiting') AS waiting
           FROM payments_refund WHERE reissues_id IS NULL GROUP BY charge_id) f ON f.charge_id = c.id
LEFT JOIN (SELECT charge_id, sum(lost_minor) FILTER (WHERE settled_at IS NOT NULL) AS lost,
                  sum(lost_minor) FILTER (WHERE settled_at IS NULL) AS waiting
           FROM payments_chargeback GROUP BY charge_id) b ON b.charge_id = c.id
WHERE (c.released_minor, c.refunded_minor, c.waiting_minor, c.lost_minor)
   <> (coalesce(r.released, 0), coalesce(f.refunded, 0), coalesce(f.waiting, 0) + coalesce(b.waiting, 0),
       coalesce(b.lost, 0));

-- name: captured_charges_are_posted
SELECT c.id AS charge, c.captured_minor, coalesce(sum(e.amount_minor), 0) AS posted
FROM payments_charge c
LEFT JOIN ledger_transfer t
    ON t.op_key = CASE c.funding WHEN 'platform' THEN 'promotion:' ELSE 'capture:' END || c.id
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
           sum(greatest(release_net(r, c.currency) - r.recovered_minor, 0)) AS net
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
SELECT coalesce(sending.currency, posted.currency) AS currency, sending.amount, posted.clearing
FROM (SELECT c.currency, sum(r.sent_minor) AS amount
      FROM payments_release r JOIN payments_charge c ON c.id = r.charge_id
      WHERE r.state = 'sending' GROUP BY c.currency) sending
FULL JOIN (SELECT e.currency, sum(e.amount_minor) AS clearing
           FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
           WHERE a.kind = 'transfer_clearing' GROUP BY e.currency) posted USING (currency)
WHERE coalesce(sending.amount, 0) <> coalesce(posted.clearing, 0);

-- name: transfers_came_back_as_far_as_reversed
SELECT r.id AS release, r.sent_minor, r.reversed_minor, coalesce(sum(v.amount_minor), 0) AS reversals
FROM payments_release r LEFT JOIN payments_transferreversal v ON v.release_id = r.id AND v.state = 'done'
GROUP BY r.id HAVING r.reversed_minor <> coalesce(sum(v.amount_minor), 0) OR r.reversed_minor > r.sent_minor;

-- name: refunds_under_way
SELECT coalesce(asked.currency, posted.currency) AS currency, asked.amount, posted.clearing
FROM (SELECT c.currency, sum(r.amount_minor) AS amount
      FROM payments_refund r JOIN payments_charge c ON c.id = r.charge_id
      WHERE r.state IN ('asked', 'pending') GROUP BY c.currency) asked
FULL JOIN (SELECT e.currency, sum(e.amount_minor) AS clearing
           FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
           WHERE a.kind = 'refund_clearing' GROUP BY e.currency) posted USING (currency)
WHERE coalesce(asked.amount, 0) <> coalesce(posted.clearing, 0);

-- name: chargebacks_under_way
SELECT coalesce(open.currency, posted.currency) AS currency, open.withdrawn, posted.clearing
FROM (SELECT currency, sum(withdrawn_minor) AS withdrawn
      FROM payments_chargeback WHERE settled_at IS NULL GROUP BY currency) open
FULL JOIN (SELECT e.currency, -sum(e.amount_minor) AS clearing
           FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
           WHERE a.kind = 'dispute_clearing' GROUP BY e.currency) posted USING (currency)
WHERE coalesce(open.withdrawn, 0) <> coalesce(posted.clearing, 0);

-- name: debts_are_posted
SELECT owed.seller_id, owed.reference, owed.amount, posted.balance
FROM (SELECT d.seller_id, c.reference, d.currency,
             sum(d.amount_minor - d.recovered_minor - d.written_off_minor) AS amount
      FROM payments_sellerdebt d JOIN payments_release r ON r.id = d.release_id JOIN payments_charge c ON c.id = r.charge_id
      GROUP BY 1, 2, 3) owed
FULL JOIN (SELECT a.owner_id AS seller_id, a.reference, a.currency, -sum(e.amount_minor) AS balance
           FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
           WHERE a.kind = 'seller_debt' GROUP BY 1, 2, 3) posted USING (seller_id, reference, currency)
WHERE coalesce(owed.amount, 0) <> coalesce(posted.balance, 0);

-- name: debts_are_recovered_by_releases
SELECT (SELECT coalesce(sum(recovered_minor), 0) FROM payments_sellerdebt) AS of_debts,
       (SELECT coalesce(sum(recovered_minor), 0) FROM payments_release) AS by_releases
WHERE (SELECT coalesce(sum(recovered_minor), 0) FROM payments_sellerdebt)
   <> (SELECT coalesce(sum(recovered_minor), 0) FROM payments_release);

-- name: bounced_refunds_are_owed
SELECT owed.payer_id, owed.currency, owed.amount, posted.balance
FROM (SELECT c.payer_id, c.currency, sum(f.amount_minor) AS amount
      FROM payments_refund f JOIN payments_charge c ON c.id = f.charge_id WHERE f.state = 'bounced' GROUP BY 1, 2) owed
FULL JOIN (SELECT a.owner_id AS payer_id, a.currency, sum(e.amount_minor) AS balance
           FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
           WHERE a.kind = 'buyer_payable' GROUP BY 1, 2) posted USING (payer_id, currency)
WHERE coalesce(owed.amount, 0) <> coalesce(posted.balance, 0);

-- name: losses_have_a_cause
SELECT coalesce(borne.currency, posted.currency) AS currency, borne.amount, posted.loss
FROM (SELECT currency, sum(amount) AS amount FROM (
          SELECT currency, written_off_minor AS amount FROM payments_chargeback WHERE settled_at IS NOT NULL
          UNION ALL
          SELECT currency, written_off_minor FROM payments_sellerdebt) causes GROUP BY currency) borne
FULL JOIN (SELECT e.currency, -sum(e.amount_minor) AS loss
           FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
           JOIN ledger_transfer t ON t.id = e.transfer_id
           WHERE a.kind = 'platform_loss' AND t.kind <> 'manual' GROUP BY e.currency) posted USING (currency)
WHERE coalesce(borne.amount, 0) <> coalesce(posted.loss, 0);

-- name: one_operation_per_object
SELECT 'release' AS what, r.id, count(o.id) AS operations
FROM payments_release r LEFT JOIN payments_stripeoperation o
    ON o.kind = 'create_transfer' AND o.subject = r.id::text AND o.state <> 'failed'
WHERE r.sent_minor > 0 GROUP BY r.id HAVING count(o.id) <> 1
UNION ALL
SELECT 'reversal', v.id, count(o.id)
FROM payments_transferreversal v LEFT JOIN payments_stripeoperation o
    ON o.kind = 'reverse_transfer' AND o.subject = v.id::text AND o.state <> 'failed'
WHERE v.state IN ('asked', 'done') GROUP BY v.id HAVING count(o.id) <> 1
UNION ALL
SELECT 'refund', f.id, count(o.id)
FROM payments_refund f JOIN payments_charge c ON c.id = f.charge_id AND c.funding = 'buyer'
LEFT JOIN payments_stripeoperation o
    ON o.kind = 'create_refund' AND o.subject = f.id::text AND o.state <> 'failed'
WHERE f.state NOT IN ('refused', 'waiting') GROUP BY f.id HAVING count(o.id) <> 1
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
LEFT JOIN payments_transferreversal v ON o.kind = 'reverse_transfer' AND v.id::text = o.subject
    AND (o.state <> 'done' OR v.stripe_reversal_id = o.stripe_id)
LEFT JOIN payments_refund f ON o.kind = 'create_refund' AND f.id::text = o.subject
    AND (o.state <> 'done' OR f.stripe_refund_id = o.stripe_id)
LEFT JOIN payments_charge c ON o.kind = 'create_session' AND c.id::text = o.subject
    AND (o.state <> 'done' OR c.session_id = o.stripe_id)
LEFT JOIN payments_payout p ON o.kind = 'create_payout' AND p.id::text = o.subject
    AND (o.state <> 'done' OR p.stripe_payout_id = o.stripe_id)
WHERE o.kind IN ('create_transfer', 'reverse_transfer', 'create_refund', 'create_session', 'create_payout')
  AND coalesce(r.id, v.id, f.id, c.id, p.id) IS NULL;

-- name: debts_settle_to_zero
SELECT e.currency, sum(e.amount_minor) AS sum
FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
WHERE a.kind = 'debt_settlement' GROUP BY e.currency HAVING sum(e.amount_minor) <> 0;

-- name: every_cent_is_in_one_known_place
WITH came AS (
    SELECT c.reference, c.currency, sum(c.captured_minor - coalesce(f.returned, 0)) AS amount
    FROM payments_charge c LEFT JOIN (
        SELECT charge_id, sum(amount_minor) AS returned FROM payments_refund WHERE state = 'succeeded' GROUP BY 1
    ) f ON f.charge_id = c.id AND c.funding = 'platform'
    GROUP BY 1, 2
), gone AS (
    SELECT c.reference, c.currency, sum(g.amount) AS amount
    FROM payments_charge c JOIN (
        SELECT f.charge_id, f.amount_minor AS amount FROM payments_refund f
        WHERE f.state = 'succeeded' AND EXISTS (SELECT FROM payments_stripeoperation o
            WHERE o.kind = 'create_refund' AND o.subject = f.id::text)
        UNION ALL -- bounced, and paid from the operator's bank account instead
        SELECT f.charge_id, f.amount_minor FROM payments_refund f
        WHERE f.state = 'settled' AND NOT EXISTS (SELECT FROM payments_refund again
            WHERE again.reissues_id = f.id AND again.state <> 'refused')
        UNION ALL
        SELECT charge_id, sent_minor - reversed_minor FROM payments_release WHERE stripe_transfer_id <> ''
        UNION ALL
        SELECT charge_id, withdrawn_minor FROM payments_chargeback
    ) g ON g.charge_id = c.id GROUP BY 1, 2
), standing AS (
    SELECT t.reference, e.currency, sum(e.amount_minor) AS amount
    FROM ledger_transfer t JOIN ledger_entry e ON e.transfer_id = t.id JOIN ledger_account a ON a.id = e.account_id
    WHERE a.kind NOT IN ('stripe_balance', 'stripe_fee_expense', 'dispute_fee_expense', 'platform_bank',
                         'platform_equity', 'promotion_expense', 'suspense')
      AND t.kind <> 'manual'
    GROUP BY 1, 2
)
SELECT reference, came.amount AS captured, gone.amount AS gone, standing.amount AS here
FROM came FULL JOIN gone USING (reference, currency) FULL JOIN standing USING (reference, currency)
WHERE coalesce(came.amount, 0) <> coalesce(gone.amount, 0) + coalesce(standing.amount, 0);
