-- One posting of the yardstick: the rows of ledger_post for two guarded accounts (a pgbench script).
\set order random(1, 100000)
\set payer 2 * :order - 1
\set payee 2 * :order
\set amount random(500, 20000)
\set debit 0 - :amount
BEGIN;
INSERT INTO yardstick_transfer (order_id, kind) VALUES (:order, 1) RETURNING id AS transfer \gset
INSERT INTO yardstick_entry (transfer_id, account_id, amount_minor)
VALUES (:transfer, :payer, :debit), (:transfer, :payee, :amount);
UPDATE yardstick_account SET posted_minor = posted_minor - :amount, version = version + 1 WHERE id = :payer;
UPDATE yardstick_account SET posted_minor = posted_minor + :amount, version = version + 1 WHERE id = :payee;
COMMIT;
