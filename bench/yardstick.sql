-- The tables of a plain ledger, for what PostgreSQL itself can do: 200,000 accounts, no guards but keys.
CREATE TABLE yardstick_account (
    id bigint PRIMARY KEY,
    currency char(3) NOT NULL DEFAULT 'EUR',
    posted_minor bigint NOT NULL DEFAULT 0,
    version bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 70);
CREATE TABLE yardstick_transfer (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL,
    kind smallint NOT NULL,
    op_key uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    effective_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON yardstick_transfer (order_id);
CREATE TABLE yardstick_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transfer_id bigint NOT NULL REFERENCES yardstick_transfer,
    account_id bigint NOT NULL REFERENCES yardstick_account,
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON yardstick_entry (account_id, id);
CREATE INDEX ON yardstick_entry (transfer_id);
INSERT INTO yardstick_account (id) SELECT generate_series(1, 200000);
ANALYZE yardstick_account;
