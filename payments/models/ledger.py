"""The ledger's tables. Rows come only from ``payments.ledger.posting``; PostgreSQL itself refuses the rest.

Triggers (migrations 0002 and 0012): entries come balanced per currency in one statement, a transfer has at least
two of them when its transaction commits and takes none later, and nothing is updated, deleted or truncated.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Account(models.Model):
    """One named place where money can be: ``hold`` of a charge, ``fee_revenue`` in EUR …"""

    kind = models.CharField(max_length=24)
    owner_id = models.BigIntegerField(default=0)  # the person it is owed to; 0: nobody in particular
    reference = models.CharField(max_length=120, default="", blank=True)
    currency = models.CharField(max_length=3)
    shard = models.SmallIntegerField(default=0)

    class Meta:
        db_table = "ledger_account"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "owner_id", "reference", "currency", "shard"], name="ledger_account_once"
            ),
            # The target of the entries' composite key, by which an entry has its account's currency.
            models.UniqueConstraint(fields=["id", "currency"], name="ledger_account_currency"),
        ]

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, str(self.owner_id or ""), self.reference, self.currency) if part)


class LedgerTransfer(models.Model):
    """A posting: two or more entries that sum to zero per currency."""

    op_key = models.CharField(max_length=200)  # what makes it happen once
    kind = models.CharField(max_length=32)
    reference = models.CharField(max_length=120)
    # The transfer that this one takes back, entry by entry. No index but the constraint's, which leaves out the rest.
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    effective_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_transfer"
        indexes: ClassVar = [models.Index(fields=["reference", "id"], name="ledger_transfer_reference")]
        constraints: ClassVar = [
            # Not unique=True, which brings along a second index, for searching by prefix.
            models.UniqueConstraint(fields=["op_key"], name="ledger_transfer_once"),
            models.UniqueConstraint(
                fields=["reverses"], condition=models.Q(reverses__isnull=False), name="ledger_transfer_reversed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.op_key}"


class Entry(models.Model):
    """A signed leg: credit is positive (the platform owes or earned it), debit negative."""

    # No index of its own on the account: (account, id) below serves both.
    transfer = models.ForeignKey(LedgerTransfer, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        db_table = "ledger_entry"
        verbose_name_plural = "entries"
        # The amount stands in it, so that a balance is read from the index alone.
        indexes: ClassVar = [
            models.Index(fields=["account", "id"], include=["amount_minor"], name="ledger_entry_of_account")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(amount_minor=0), name="ledger_entry_not_zero")
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}"


class Balance(models.Model):
    """Kept only where overdrawing must be impossible: holds and sellers. Platform accounts have no such hot row."""

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, related_name="balance")
    posted_minor = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "ledger_balance"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(posted_minor__gte=0), name="ledger_balance_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.posted_minor}"


class Snapshot(models.Model):
    """What an account without a balance row came to, up to and with one entry: a balance is this and what follows."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    through_entry_id = models.BigIntegerField()
    posted_minor = models.BigIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_snapshot"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "through_entry_id"], include=["posted_minor"], name="ledger_snapshot_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["through_entry_id"], name="ledger_snapshot_newest")]

    def __str__(self) -> str:
        return f"{self.account_id} through {self.through_entry_id}: {self.posted_minor}"
