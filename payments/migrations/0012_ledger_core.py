"""The ledger's guards in cheaper form, reversals, snapshots, and posting as the owner's privilege."""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

before = import_module("payments.migrations.0002_ledger_guards")

# Updated in place as long as a page has room; and an append-only table is vacuumed by what was added to it, so
# that its index alone answers for all but the newest entries.
STORAGE = """
ALTER TABLE ledger_balance SET (fillfactor = 70);
ALTER TABLE ledger_entry SET (autovacuum_vacuum_insert_scale_factor = 0.02);
"""
STORAGE_REVERSE = """
ALTER TABLE ledger_entry RESET (autovacuum_vacuum_insert_scale_factor);
ALTER TABLE ledger_balance RESET (fillfactor);
"""

# Once per statement: entries come whole, balanced per currency in themselves, and only into a transfer of the same
# transaction. So none can unbalance a transfer after its check at commit was made early (SET CONSTRAINTS).
# One transfer in one currency is the rule; only where there are more is anything grouped.
ENTRIES = """
CREATE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v_late boolean;
    v_transfer bigint;
    v_total numeric;
    v_is_one boolean;
BEGIN
    SELECT bool_or(t.made_in IS DISTINCT FROM pg_current_xact_id()), min(e.transfer_id), sum(e.amount_minor),
           (min(e.transfer_id), min(e.currency)) = (max(e.transfer_id), max(e.currency))
    INTO v_late, v_transfer, v_total, v_is_one
    FROM fresh e LEFT JOIN ledger_transfer t ON t.id = e.transfer_id;
    IF v_late THEN
        RAISE EXCEPTION 'a committed transfer takes no more entries' USING ERRCODE = 'restrict_violation';
    END IF;
    IF v_total <> 0 OR NOT v_is_one AND EXISTS (
        SELECT FROM fresh GROUP BY transfer_id, currency HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'transfer % does not balance', v_transfer
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entries_checked AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();
"""
ENTRIES_REVERSE = """
DROP TRIGGER ledger_entries_checked ON ledger_entry;
DROP FUNCTION ledger_check_entries();
"""

# Once per transfer, when its transaction commits: also one without entries is found. A reversal is the mirror of
# one transfer that is no reversal itself; that it is the only one is a unique constraint.
TRANSFERS = """
CREATE FUNCTION ledger_check_transfer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v_entries bigint;
    v_total numeric;
    v_is_one boolean;
BEGIN
    SELECT count(*), sum(amount_minor), min(currency) = max(currency) INTO v_entries, v_total, v_is_one
    FROM ledger_entry WHERE transfer_id = NEW.id;
    IF v_entries < 2 OR v_total <> 0 OR NOT v_is_one AND EXISTS (
        SELECT FROM ledger_entry WHERE transfer_id = NEW.id GROUP BY currency HAVING sum(amount_minor) <> 0
    ) THEN
        RAISE EXCEPTION 'transfer % does not balance', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND NOT ledger_is_mirror(NEW.id, NEW.reverses_id) THEN
        RAISE EXCEPTION 'transfer % is no mirror of %', NEW.id, NEW.reverses_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_is_mirror';
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION ledger_is_mirror(p_transfer bigint, p_original bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT FROM ledger_transfer WHERE id = p_original AND reverses_id IS NOT NULL)
       AND (SELECT array_agg((account_id, currency, amount_minor) ORDER BY account_id, currency, amount_minor)
            FROM ledger_entry WHERE transfer_id = p_transfer)
         = (SELECT array_agg((account_id, currency, -amount_minor) ORDER BY account_id, currency, -amount_minor)
            FROM ledger_entry WHERE transfer_id = p_original)
$$;
CREATE CONSTRAINT TRIGGER ledger_transfer_checked AFTER INSERT ON ledger_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_transfer();
"""
TRANSFERS_REVERSE = """
DROP TRIGGER ledger_transfer_checked ON ledger_transfer;
DROP FUNCTION ledger_check_transfer();
DROP FUNCTION ledger_is_mirror(bigint, bigint);
"""

# True: posted. False: the key was posted before, with the same contents.
# p_legs: [{"kind", "owner_id", "reference", "guarded", "amount_minor"}, …], credit positive.
POST = """
CREATE FUNCTION ledger_post(
    p_op_key text, p_kind text, p_reference text, p_currency text, p_at timestamptz, p_reverses bigint, p_legs jsonb
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v_leg jsonb;
    v_account bigint;
    v_amount bigint;
    v_accounts bigint[] := '{}';
    v_amounts bigint[] := '{}';
    v_guarded boolean[] := '{}';
    v_transfer bigint;
BEGIN
    -- One look-up by index per leg: a join with all of them is planned anew each time, which takes twice as long.
    FOR i IN 0 .. jsonb_array_length(p_legs) - 1 LOOP
        v_leg := p_legs->i;
        SELECT id INTO v_account FROM ledger_account
        WHERE kind = v_leg->>'kind' AND owner_id = (v_leg->>'owner_id')::bigint AND reference = v_leg->>'reference'
          AND currency = p_currency AND shard = 0;
        IF NOT FOUND THEN
            PERFORM ledger_open_accounts(p_currency, p_legs);
            SELECT id INTO STRICT v_account FROM ledger_account
            WHERE kind = v_leg->>'kind' AND owner_id = (v_leg->>'owner_id')::bigint AND reference = v_leg->>'reference'
              AND currency = p_currency AND shard = 0;
        END IF;
        v_accounts := v_accounts || v_account;
        v_amounts := v_amounts || (v_leg->>'amount_minor')::bigint;
        v_guarded := v_guarded || (v_leg->>'guarded')::boolean;
    END LOOP;

    -- Transfer and entries in one statement: it stands also where the checks are not left to the commit.
    WITH made AS (
        INSERT INTO ledger_transfer (op_key, kind, reference, effective_at, reverses_id)
        VALUES (p_op_key, p_kind, p_reference, p_at, p_reverses)
        ON CONFLICT (op_key) DO NOTHING RETURNING id
    ), written AS (
        INSERT INTO ledger_entry (transfer_id, account_id, amount_minor, currency)
        SELECT made.id, leg.account_id, leg.amount, p_currency
        FROM made, unnest(v_accounts, v_amounts) AS leg (account_id, amount)
    )
    SELECT id INTO v_transfer FROM made;
    IF NOT FOUND THEN
        PERFORM ledger_require_same(p_op_key, p_kind, p_reference, p_currency, p_reverses, p_legs);
        RETURN false;
    END IF;

    -- By account id, which is the order of locks. An account's first posting makes its row.
    FOR v_account, v_amount IN
        SELECT leg.account_id, sum(leg.amount)
        FROM unnest(v_accounts, v_amounts, v_guarded) AS leg (account_id, amount, guarded)
        WHERE leg.guarded GROUP BY leg.account_id ORDER BY leg.account_id
    LOOP
        UPDATE ledger_balance SET posted_minor = posted_minor + v_amount, version = version + 1
        WHERE account_id = v_account;
        IF NOT FOUND THEN
            INSERT INTO ledger_balance AS b (account_id, posted_minor, version) VALUES (v_account, v_amount, 1)
            ON CONFLICT (account_id) DO UPDATE
            SET posted_minor = b.posted_minor + excluded.posted_minor, version = b.version + 1;
        END IF;
    END LOOP;
    RETURN true;
END $$;

-- All that are missing, in the order of their names, so that two who open the same do not wait for each other.
CREATE FUNCTION ledger_open_accounts(p_currency text, p_legs jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger_account (kind, owner_id, reference, currency, shard)
    SELECT DISTINCT leg.kind, leg.owner_id, leg.reference, p_currency, 0
    FROM jsonb_to_recordset(p_legs) AS leg (kind text, owner_id bigint, reference text)
    ORDER BY leg.kind, leg.owner_id, leg.reference
    ON CONFLICT DO NOTHING
$$;

CREATE FUNCTION ledger_require_same(
    p_op_key text, p_kind text, p_reference text, p_currency text, p_reverses bigint, p_legs jsonb
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger_transfer t
        WHERE t.op_key = p_op_key AND t.kind = p_kind AND t.reference = p_reference
          AND t.reverses_id IS NOT DISTINCT FROM p_reverses
          AND ARRAY(SELECT (a.kind::text, a.owner_id, a.reference::text, e.currency::text, e.amount_minor)::text
                    FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
                    WHERE e.transfer_id = t.id ORDER BY 1)
            = ARRAY(SELECT (leg.kind, leg.owner_id, leg.reference, p_currency, leg.amount_minor)::text
                    FROM jsonb_to_recordset(p_legs)
                        AS leg (kind text, owner_id bigint, reference text, amount_minor bigint)
                    ORDER BY 1)
    ) THEN
        RAISE EXCEPTION '% was posted with other contents', p_op_key
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_transfer_key_reused';
    END IF;
END $$;
"""
POST_REVERSE = """
DROP FUNCTION ledger_post;
DROP FUNCTION ledger_open_accounts;
DROP FUNCTION ledger_require_same;
"""

# Entries get their ids before their transactions commit, so "up to the highest id I see" may leave out one that is
# about to appear below it. Who has an id of an entry has locked the table for writing before, until the end of its
# transaction: when those that held such a lock after the highest id was read have ended, what is up to it is settled.
# (CREATE INDEX CONCURRENTLY waits in the same way.) Nobody waits for this.
SNAPSHOTS = """
CREATE TRIGGER ledger_snapshot_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_snapshot
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();

CREATE FUNCTION ledger_settled_through(p_patience interval) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_through bigint;
    v_writers text[];
    v_deadline timestamptz := clock_timestamp() + p_patience;
BEGIN
    SELECT max(id) INTO v_through FROM ledger_entry;
    SELECT array_agg(writer) INTO v_writers FROM ledger_writers() AS writer;
    WHILE EXISTS (SELECT FROM ledger_writers() AS writer WHERE writer = ANY (v_writers)) LOOP
        IF clock_timestamp() > v_deadline THEN
            RETURN NULL;
        END IF;
        PERFORM pg_sleep(0.02);
    END LOOP;
    RETURN v_through;
END $$;

-- Transactions that may have written entries, this one apart.
CREATE FUNCTION ledger_writers() RETURNS SETOF text LANGUAGE sql VOLATILE AS $$
    SELECT virtualtransaction FROM pg_locks
    WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND granted
      AND relation = 'ledger_entry'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND pid IS DISTINCT FROM pg_backend_pid()
$$;

CREATE FUNCTION ledger_take_snapshots(p_at timestamptz, p_least bigint, p_patience interval)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    v_through bigint := ledger_settled_through(p_patience);
    v_since bigint := (SELECT coalesce(max(through_entry_id), 0) FROM ledger_snapshot);
    v_account bigint;
    v_last ledger_snapshot;
    v_entries bigint;
    v_total bigint;
    v_taken bigint := 0;
BEGIN
    FOR v_account IN
        SELECT DISTINCT e.account_id FROM ledger_entry e WHERE e.id > v_since AND e.id <= v_through
          AND NOT EXISTS (SELECT FROM ledger_balance b WHERE b.account_id = e.account_id)
    LOOP
        v_last := ledger_last_snapshot(v_account);
        SELECT count(*), sum(amount_minor) INTO v_entries, v_total FROM ledger_entry
        WHERE account_id = v_account AND id > coalesce(v_last.through_entry_id, 0) AND id <= v_through;
        CONTINUE WHEN v_entries < p_least;
        INSERT INTO ledger_snapshot (account_id, through_entry_id, posted_minor, taken_at)
        VALUES (v_account, v_through, coalesce(v_last.posted_minor, 0) + v_total, p_at)
        ON CONFLICT (account_id, through_entry_id) DO NOTHING;
        v_taken := v_taken + 1;
    END LOOP;
    RETURN v_taken;
END $$;

CREATE FUNCTION ledger_last_snapshot(p_account bigint) RETURNS ledger_snapshot LANGUAGE sql STABLE AS $$
    SELECT * FROM ledger_snapshot WHERE account_id = p_account ORDER BY through_entry_id DESC LIMIT 1
$$;

-- In two steps, because the planner must know how short the tail is to read it by the index of the account: in one
-- statement it assumes a third of all there is.
CREATE FUNCTION ledger_sum(p_account bigint) RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER AS $$
DECLARE
    v_last ledger_snapshot := ledger_last_snapshot(p_account);
    v_tail bigint;
BEGIN
    SELECT sum(amount_minor) INTO v_tail FROM ledger_entry
    WHERE account_id = p_account AND id > coalesce(v_last.through_entry_id, 0);
    RETURN coalesce(v_last.posted_minor, 0) + coalesce(v_tail, 0);
END $$;
"""
SNAPSHOTS_REVERSE = """
DROP FUNCTION ledger_sum;
DROP FUNCTION ledger_take_snapshots;
DROP FUNCTION ledger_last_snapshot;
DROP FUNCTION ledger_settled_through;
DROP FUNCTION ledger_writers;
DROP TRIGGER ledger_snapshot_append_only ON ledger_snapshot;
"""

# Each sees this schema's tables alone: a temporary table of the same name must not take the place of one. Those
# that write do so as the owner, and nobody else may call them without a grant (payments/ledger/role.sql).
SEALED = """
DO $$
DECLARE v_function regprocedure;
BEGIN
    FOR v_function IN SELECT p.oid FROM pg_proc p
        WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'ledger\\_%'
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', v_function, current_schema());
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v_function);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_payouts_data")]

    operations = [
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("through_entry_id", models.BigIntegerField()),
                ("posted_minor", models.BigIntegerField()),
                ("taken_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="payments.account",
                    ),
                ),
            ],
            options={
                "db_table": "ledger_snapshot",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "through_entry_id"), include=("posted_minor",), name="ledger_snapshot_once"
                    )
                ],
                "indexes": [models.Index(fields=["through_entry_id"], name="ledger_snapshot_newest")],
            },
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["account", "id"], include=("amount_minor",), name="ledger_entry_of_account"),
        ),
        migrations.RemoveIndex(model_name="entry", name="ledger_entry_account"),
        migrations.AlterField(model_name="ledgertransfer", name="op_key", field=models.CharField(max_length=200)),
        migrations.AddConstraint(
            model_name="ledgertransfer",
            constraint=models.UniqueConstraint(fields=("op_key",), name="ledger_transfer_once"),
        ),
        # Before the constraint: giving up the field's index drops any other on the column as well.
        migrations.AlterField(
            model_name="ledgertransfer",
            name="reverses",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="payments.ledgertransfer",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgertransfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reverses__isnull", False)),
                fields=("reverses",),
                name="ledger_transfer_reversed_once",
            ),
        ),
        migrations.RunSQL(STORAGE, STORAGE_REVERSE),
        migrations.RunSQL(before.BALANCED_REVERSE, before.BALANCED),
        migrations.RunSQL(before.NO_LATE_ENTRIES_REVERSE, before.NO_LATE_ENTRIES),
        migrations.RunSQL(before.POST_REVERSE, before.POST),
        migrations.RunSQL(ENTRIES, ENTRIES_REVERSE),
        migrations.RunSQL(TRANSFERS, TRANSFERS_REVERSE),
        migrations.RunSQL(POST, POST_REVERSE),
        migrations.RunSQL(SNAPSHOTS, SNAPSHOTS_REVERSE),
        migrations.RunSQL(SEALED, migrations.RunSQL.noop),
    ]
