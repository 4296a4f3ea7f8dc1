"""How a transaction is committed."""

from __future__ import annotations

from django.db.models import CharField, Func


class WithoutWaiting(Func):
    """Beside the columns of a query: where it finds a row, the commit of its transaction does not wait for the disk.

    A statement of its own would be sent for each order of a sweep. See ADR 25 for who may ask for it.
    """

    template = "set_config('synchronous_commit', 'off', true)"
    output_field = CharField()
