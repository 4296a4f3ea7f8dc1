"""What PostgreSQL itself refuses in the ledger, and the one statement that posts."""

from django.db import migrations

COMPOSITE_KEY = """
ALTER TABLE ledger_entry ADD CONSTRAINT ledger_entry_same_currency
    FOREIGN KEY (account_id, currency) REFERENCES ledger_account (id, currency);
"""
COMPOSITE_KEY_REVERSE = "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_same_currency;"

# Which transaction made a transfer: entries may join it in that one only.
MADE_IN = "ALTER TABLE ledger_transfer ADD COLUMN made_in xid8 NOT NULL DEFAULT pg_current_xact_id();"
MADE_IN_REVERSE = "ALTER TABLE ledger_transfer DROP COLUMN made_in;"

APPEND_ONLY = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct it by a reversal', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_transfer_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_account_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_balance_stays BEFORE DELETE OR TRUNCATE ON ledger_balance
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
APPEND_ONLY_REVERSE = """
DROP TRIGGER ledger_balance_stays ON ledger_balance;
DROP TRIGGER ledger_account_append_only ON ledger_account;
DROP TRIGGER ledger_transfer_append_only ON ledger_transfer;
DROP TRIGGER ledger_entry_append_only ON ledger_entry;
DROP FUNCTION ledger_refuse_change();
"""

NO_LATE_ENTRIES = """
CREATE FUNCTION ledger_refuse_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM fresh JOIN ledger_transfer t ON t.id = fresh.transfer_id WHERE t.made_in <> pg_current_xact_id()
    ) THEN
        RAISE EXCEPTION 'a committed transfer takes no more entries' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_not_late AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_late();
"""
NO_LATE_ENTRIES_REVERSE = """
DROP TRIGGER ledger_entry_not_late ON ledger_entry;
DROP FUNCTION ledger_refuse_late();
"""

# Checked when the transaction commits; from both sides, so that neither a transfer without entries
# nor an entry added after an early check slips through.
BALANCED = """
CREATE FUNCTION ledger_require_balance(p_transfer bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_entries bigint;
    v_balanced boolean;
BEGIN
    SELECT coalesce(sum(n), 0), coalesce(bool_and(total = 0), false) INTO v_entries, v_balanced
    FROM (SELECT count(*) AS n, sum(amount_minor) AS total FROM ledger_entry
          WHERE transfer_id = p_transfer GROUP BY currency) per_currency;
    IF v_entries < 2 OR NOT v_balanced THEN
        RAISE EXCEPTION 'transfer % does not balance', p_transfer
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';
    END IF;
END $$;
CREATE FUNCTION ledger_transfer_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM ledger_require_balance(NEW.id); RETURN NULL; END $$;
CREATE FUNCTION ledger_entry_check() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM ledger_require_balance(NEW.transfer_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER ledger_transfer_balanced AFTER INSERT ON ledger_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_transfer_check();
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_check();
"""
BALANCED_REVERSE = """
DROP TRIGGER ledger_entry_balanced ON ledger_entry;
DROP TRIGGER ledger_transfer_balanced ON ledger_transfer;
DROP FUNCTION ledger_entry_check();
DROP FUNCTION ledger_transfer_check();
DROP FUNCTION ledger_require_balance(bigint);
"""

# True: posted. False: the key was posted before, with the same contents.
POST = """
CREATE FUNCTION ledger_post(
    p_op_key text, p_kind text, p_reference text, p_currency text, p_at timestamptz,
    p_kinds text[], p_owners bigint[], p_references text[], p_guarded boolean[], p_amounts bigint[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_accounts bigint[];
    v_posted boolean;
BEGIN
    INSERT INTO ledger_account (kind, owner_id, reference, currency, shard)
    SELECT DISTINCT leg.kind, leg.owner_id, leg.reference, p_currency, 0
    FROM unnest(p_kinds, p_owners, p_references) AS leg (kind, owner_id, reference)
    WHERE NOT EXISTS (
        SELECT FROM ledger_account a
        WHERE (a.kind, a.owner_id, a.reference, a.currency, a.shard)
            = (leg.kind, leg.owner_id, leg.reference, p_currency, 0))
    ON CONFLICT DO NOTHING;

    SELECT array_agg(a.id ORDER BY leg.n) INTO v_accounts
    FROM unnest(p_kinds, p_owners, p_references) WITH ORDINALITY AS leg (kind, owner_id, reference, n)
    JOIN ledger_account a ON (a.kind, a.owner_id, a.reference, a.currency, a.shard)
        = (leg.kind, leg.owner_id, leg.reference, p_currency, 0);

    INSERT INTO ledger_balance (account_id, posted_minor, version)
    SELECT DISTINCT leg.account_id, 0, 0 FROM unnest(v_accounts, p_guarded) AS leg (account_id, guarded)
    WHERE leg.guarded AND NOT EXISTS (SELECT FROM ledger_balance b WHERE b.account_id = leg.account_id)
    ORDER BY leg.account_id
    ON CONFLICT DO NOTHING;

    PERFORM FROM ledger_balance WHERE account_id = ANY (v_accounts) ORDER BY account_id FOR UPDATE;

    WITH made AS (
        INSERT INTO ledger_transfer (op_key, kind, reference, effective_at)
        VALUES (p_op_key, p_kind, p_reference, p_at)
        ON CONFLICT (op_key) DO NOTHING RETURNING id
    ), written AS (
        INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, currency)
        SELECT made.id, leg.account_id, leg.amount, p_currency
        FROM made, unnest(v_accounts, p_amounts) AS leg (account_id, amount)
        RETURNING account_id, amount_minor
    ), moved AS (
        UPDATE ledger_balance b SET posted_minor = b.posted_minor + w.amount, version = b.version + 1
        FROM (SELECT account_id, sum(amount_minor)::bigint AS amount FROM written GROUP BY account_id) w
        WHERE b.account_id = w.account_id
    )
    SELECT EXISTS (SELECT FROM made) INTO v_posted;

    IF NOT v_posted AND NOT EXISTS (
        SELECT FROM ledger_transfer t
        WHERE t.op_key = p_op_key AND t.kind = p_kind AND t.reference = p_reference
          AND (SELECT array_agg((e.account_id, e.amount_minor) ORDER BY e.account_id, e.amount_minor)
               FROM ledger_entry e WHERE e.transfer_id = t.id)
            = (SELECT array_agg((leg.account_id, leg.amount) ORDER BY leg.account_id, leg.amount)
               FROM unnest(v_accounts, p_amounts) AS leg (account_id, amount))
    ) THEN
        RAISE EXCEPTION '% was posted with other contents', p_op_key
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_transfer_key_reused';
    END IF;
    RETURN v_posted;
END $$;
"""
POST_REVERSE = "DROP FUNCTION ledger_post;"


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.RunSQL(COMPOSITE_KEY, COMPOSITE_KEY_REVERSE),
        migrations.RunSQL(MADE_IN, MADE_IN_REVERSE),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_REVERSE),
        migrations.RunSQL(NO_LATE_ENTRIES, NO_LATE_ENTRIES_REVERSE),
        migrations.RunSQL(BALANCED, BALANCED_REVERSE),
        migrations.RunSQL(POST, POST_REVERSE),
    ]
