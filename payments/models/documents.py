"""Papers: people's tax details, numbers without gaps, and what was issued under them.

Triggers (migration 0008): a document is never updated, deleted or truncated, a series only counts on by one, and a
document takes the number that its series has just reached.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from payments.documents.months import in_business_zone


class VatScheme(models.TextChoices):
    NONE = "none", "charges no VAT"
    SMALL = "small", "exempt as a small business"
    CHARGED = "charged", "charges VAT"


class TaxProfile(models.Model):
    """What a person's papers say about them. Every change is a new version; the newest counts from then on."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    is_business = models.BooleanField()
    legal_name = models.CharField(max_length=200)
    street = models.CharField(max_length=200)
    street_more = models.CharField(max_length=200, default="", blank=True)
    postcode = models.CharField(max_length=20, default="", blank=True)
    city = models.CharField(max_length=100)
    country = models.CharField(max_length=2)
    tax_id = models.CharField(max_length=40, default="", blank=True)  # in the country's written form, checked
    vat_scheme = models.CharField(max_length=8, choices=VatScheme, default=VatScheme.NONE)
    vat_basis_points = models.PositiveIntegerField(default=0)  # 2300: 23 %, contained in their prices
    note = models.CharField(max_length=300, default="", blank=True)  # on every invoice in their name
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "version"], name="tax_profile_version_once"),
            models.CheckConstraint(
                condition=(Q(vat_scheme="charged") & Q(vat_basis_points__gt=0))
                | (~Q(vat_scheme="charged") & Q(vat_basis_points=0)),
                name="tax_profile_rate_goes_with_scheme",
            ),
            models.CheckConstraint(condition=Q(vat_basis_points__lte=5_000), name="tax_profile_rate_at_most_half"),
        ]

    def __str__(self) -> str:
        return f"{self.legal_name} ({self.version})"


class Series(models.Model):
    """Numbers of one issuer and year, one after the other. Its row is locked while a document is issued."""

    code = models.CharField(max_length=32, unique=True)  # "INV-2026", "S17-2026"
    last_number = models.PositiveIntegerField(default=0)
    last_issued_at = models.DateTimeField()  # so that dates do not run against numbers

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"{self.code}: {self.last_number}"


class DocumentKind(models.TextChoices):
    RECEIPT = "receipt", "receipt"  # the platform confirms a payment
    REFUND_RECEIPT = "refund_receipt", "refund receipt"
    REFUND_RETURNED = "refund_returned", "refund returned"  # the buyer's bank sent it back
    SELLER_INVOICE = "seller_invoice", "invoice of a seller"  # in the seller's name, made by the platform
    SELLER_CREDIT = "seller_credit", "credit note of a seller"
    BUYER_FEE = "buyer_fee", "invoice for the buyer's fee"
    BUYER_FEE_CREDIT = "buyer_fee_credit", "credit note for the buyer's fee"
    SELLER_FEES = "seller_fees", "invoice for a seller's fees of a month"


class Document(models.Model):
    """Issued once, numbered, frozen: ``content`` holds every word and amount that the paper shows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=120, unique=True)  # what makes it be issued once
    kind = models.CharField(max_length=20, choices=DocumentKind)
    series = models.ForeignKey(Series, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    number = models.CharField(max_length=40, unique=True)  # series and position as people write them
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # The seller in whose name it is; nobody: the platform.
    issuer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=120, default="", blank=True)
    subject = models.CharField(max_length=64)  # id of the charge, refund or release; the month of fees
    title = models.CharField(max_length=200, default="", blank=True)  # of the order, to be found by
    code = models.CharField(max_length=40, default="", blank=True)  # of the order, as people write it
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()  # a credit note's is negative
    fee_minor = models.BigIntegerField(default=0)  # the seller's fee that goes with it, for the invoice of the month
    content = models.JSONField()
    effective_at = models.DateTimeField()  # when it happened
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "position"], name="document_number_once"),
            models.CheckConstraint(condition=Q(position__gt=0), name="document_number_from_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-issued_at", "-id"], name="document_recipient"),
            models.Index(fields=["issuer", "-issued_at", "-id"], name="document_issuer", condition=~Q(issuer=None)),
            models.Index(fields=["-issued_at", "-id"], name="document_newest"),
            models.Index(fields=["subject", "kind"], name="document_subject"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def total(self) -> Money:
        return Money(self.total_minor, self.currency)

    @property
    def issued_on(self) -> date:
        """The day that the paper itself names, in the business's zone."""
        return in_business_zone(self.issued_at).date()
