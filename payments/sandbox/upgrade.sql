-- From the first layout of the state file, which kept a row for every balance transaction.
CREATE TABLE balances (
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    available INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, currency)
) WITHOUT ROWID;
INSERT INTO balances SELECT account, currency, 0, sum(net) FROM funds GROUP BY account, currency;
-- All of it counts as pending for a moment: the days that have passed are counted at the first reading.
ALTER TABLE funds RENAME TO pending_funds;
ALTER TABLE requests ADD COLUMN answer TEXT;
DROP INDEX objects_kind;
DROP INDEX objects_group;
DROP INDEX funds_balance;
DROP INDEX deliveries_due;
UPDATE objects SET body = json_set(body, '$.connected', json('true'), '$.due', NULL, '$.deadline', NULL)
    WHERE kind = 'account';
UPDATE objects SET body = json_set(body, '$._data', NULL) WHERE kind = 'v2_event';
