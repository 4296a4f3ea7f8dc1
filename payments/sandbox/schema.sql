-- Stripe's objects as JSON; seq orders lists whose objects share a second.
CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    created INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS objects_list ON objects (kind, account, seq, created);
-- Members that lists are filtered by.
CREATE INDEX IF NOT EXISTS objects_type ON objects (kind, account, json_extract(body, '$.type'))
    WHERE json_extract(body, '$.type') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_transfer_group ON objects (kind, json_extract(body, '$.transfer_group'))
    WHERE json_extract(body, '$.transfer_group') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_source_transaction ON objects (kind, json_extract(body, '$.source_transaction'))
    WHERE json_extract(body, '$.source_transaction') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_charge ON objects (kind, json_extract(body, '$.charge'))
    WHERE json_extract(body, '$.charge') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_payment_intent ON objects (kind, json_extract(body, '$.payment_intent'))
    WHERE json_extract(body, '$.payment_intent') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_destination ON objects (kind, json_extract(body, '$.destination'))
    WHERE json_extract(body, '$.destination') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_source ON objects (kind, json_extract(body, '$.source'))
    WHERE json_extract(body, '$.source') IS NOT NULL;
CREATE INDEX IF NOT EXISTS objects_transfer ON objects (kind, json_extract(body, '$.transfer'))
    WHERE json_extract(body, '$.transfer') IS NOT NULL;

-- What was uploaded, beside the object "file" of the same id.
CREATE TABLE IF NOT EXISTS contents (id TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;

-- What an account owns, so that a balance is one row; what is pending stands beside it until its day.
CREATE TABLE IF NOT EXISTS balances (
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    available INTEGER NOT NULL DEFAULT 0,
    pending INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account, currency)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending_funds (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    net INTEGER NOT NULL,
    available_on INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pending_funds_day ON pending_funds (available_on);

CREATE TABLE IF NOT EXISTS idempotency (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    request_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (account, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_created ON idempotency (created);

CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    argument TEXT NOT NULL,
    due INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due);

CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due REAL NOT NULL,
    made REAL NOT NULL,
    answer TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS deliveries_queue ON deliveries (status, endpoint, due);

CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    match TEXT NOT NULL,
    kind TEXT NOT NULL,
    times INTEGER NOT NULL,
    skip INTEGER NOT NULL,
    seconds REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id TEXT NOT NULL,
    at REAL NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    account TEXT NOT NULL,
    params TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    status INTEGER NOT NULL,
    replayed INTEGER NOT NULL,
    fault TEXT NOT NULL,
    answer TEXT
);

CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

PRAGMA user_version = 2;
