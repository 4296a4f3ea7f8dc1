-- What a role for web, worker and beat may do: read the books, and add to them by the functions that post.
-- Run by `manage.py ledger_role NAME`, as the owner of the tables, after each migrate; {role} and {schema} stand for names.

-- No more than below, whatever was granted before.
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {role};
REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {role};

GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role};

-- Without INSERT too: the functions write as their owner, and there is no other path to an entry.
REVOKE ALL ON ledger_account, ledger_transfer, ledger_entry, ledger_balance, ledger_snapshot FROM {role};
REVOKE ALL ON ledger_account_id_seq, ledger_transfer_id_seq, ledger_entry_id_seq, ledger_snapshot_id_seq FROM {role};
GRANT SELECT ON ledger_account, ledger_transfer, ledger_entry, ledger_balance, ledger_snapshot TO {role};
GRANT EXECUTE ON FUNCTION ledger_post, ledger_take_snapshots, ledger_sum TO {role};
