"""Nobody leaves while something is begun that needs both sides."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from marketplace.kernel.postgresql.statements import Statement

_HELD = Statement(
    "accounts_held",
    "SELECT id FROM accounts_user WHERE id = ANY(%s) AND is_active ORDER BY id FOR SHARE",
    places=1,
)

_ALONE = Statement(
    "accounts_alone", "SELECT id FROM accounts_user WHERE id = %s AND is_active FOR NO KEY UPDATE", places=1
)


def held(user_ids: Iterable[int]) -> set[int]:
    """Those of them who are here (neither closed nor suspended): until the transaction ends nobody of them can close
    their account, which waits for it.

    A foreign key to them is not enough: its check waits for the commit, and a closed account's row stays. To be called
    before anything of theirs is locked, as closing locks the person first, then what is theirs. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_HELD.on(connection), [sorted(set(user_ids))])
        return {pk for (pk,) in cursor.fetchall()}


def alone_with(user_id: int) -> bool:
    """Whether they are here; until the transaction ends, whoever else calls this for them waits: so that two at once
    do not both find the last free place of what is limited per person.

    To be called first, as ``held``. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALONE.on(connection), [user_id])
        return bool(cursor.fetchall())
