"""Tax details, numbers without gaps, and documents that never change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.kernel.ids

IMMUTABLE = """
CREATE FUNCTION document_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% cannot be changed once issued: issue a credit note', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER document_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON payments_document
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
CREATE TRIGGER document_series_stays BEFORE DELETE OR TRUNCATE ON payments_series
    FOR EACH STATEMENT EXECUTE FUNCTION document_refuse_change();
"""
IMMUTABLE_REVERSE = """
DROP TRIGGER document_series_stays ON payments_series;
DROP TRIGGER document_immutable ON payments_document;
DROP FUNCTION document_refuse_change();
"""

# A series counts on by one, and whoever counts takes that number: checked when the transaction commits, so that
# a number without a document is as impossible as a document without a number.
NO_GAPS = """
CREATE FUNCTION document_series_counts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.last_number <> 0 OR TG_OP = 'UPDATE' AND (
        NEW.code <> OLD.code OR NEW.last_issued_at < OLD.last_issued_at
        OR NEW.last_number NOT IN (OLD.last_number, OLD.last_number + 1)
    ) THEN
        RAISE EXCEPTION 'series % counts on by one', NEW.code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_series_counts BEFORE INSERT OR UPDATE ON payments_series
    FOR EACH ROW EXECUTE FUNCTION document_series_counts();
CREATE FUNCTION document_takes_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.position <> (SELECT last_number FROM payments_series WHERE id = NEW.series_id) THEN
        RAISE EXCEPTION '% is not the next number of its series', NEW.number USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER document_takes_next BEFORE INSERT ON payments_document
    FOR EACH ROW EXECUTE FUNCTION document_takes_next();
CREATE FUNCTION document_number_is_taken() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last_number > 0 AND NOT EXISTS (
        SELECT FROM payments_document WHERE series_id = NEW.id AND position = NEW.last_number
    ) THEN
        RAISE EXCEPTION 'number % of series % has no document', NEW.last_number, NEW.code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'document_series_no_gap';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER document_series_no_gap AFTER UPDATE ON payments_series
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION document_number_is_taken();
"""
NO_GAPS_REVERSE = """
DROP TRIGGER document_series_no_gap ON payments_series;
DROP FUNCTION document_number_is_taken();
DROP TRIGGER document_takes_next ON payments_document;
DROP FUNCTION document_takes_next();
DROP TRIGGER document_series_counts ON payments_series;
DROP FUNCTION document_series_counts();
"""

# The job that issues what is missing looks at the last days by these.
LATEST = """
CREATE INDEX charge_captured_at ON payments_charge (captured_at) WHERE captured_at IS NOT NULL;
CREATE INDEX refund_succeeded_at ON payments_refund (succeeded_at) WHERE succeeded_at IS NOT NULL;
CREATE INDEX release_released_at ON payments_release (released_at);
CREATE INDEX release_undone ON payments_release (id) WHERE undone_minor > 0;
"""
LATEST_REVERSE = "DROP INDEX release_undone, release_released_at, refund_succeeded_at, charge_captured_at;"


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0007_amounts_in_range"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=32, unique=True)),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("last_issued_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "series",
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=120, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("receipt", "receipt"),
                            ("refund_receipt", "refund receipt"),
                            ("refund_returned", "refund returned"),
                            ("seller_invoice", "invoice of a seller"),
                            ("seller_credit", "credit note of a seller"),
                            ("buyer_fee", "invoice for the buyer's fee"),
                            ("buyer_fee_credit", "credit note for the buyer's fee"),
                            ("seller_fees", "invoice for a seller's fees of a month"),
                        ],
                        max_length=20,
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("number", models.CharField(max_length=40, unique=True)),
                ("reference", models.CharField(blank=True, default="", max_length=120)),
                ("subject", models.CharField(max_length=64)),
                ("title", models.CharField(blank=True, default="", max_length=200)),
                ("code", models.CharField(blank=True, default="", max_length=40)),
                ("currency", models.CharField(max_length=3)),
                ("total_minor", models.BigIntegerField()),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("content", models.JSONField()),
                ("effective_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField()),
                (
                    "issuer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="payments.series"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["recipient", "-issued_at", "-id"], name="document_recipient"),
                    models.Index(
                        condition=models.Q(("issuer", None), _negated=True),
                        fields=["issuer", "-issued_at", "-id"],
                        name="document_issuer",
                    ),
                    models.Index(fields=["-issued_at", "-id"], name="document_newest"),
                    models.Index(fields=["subject", "kind"], name="document_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("series", "position"), name="document_number_once"),
                    models.CheckConstraint(condition=models.Q(("position__gt", 0)), name="document_number_from_one"),
                ],
            },
        ),
        migrations.CreateModel(
            name="TaxProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("is_business", models.BooleanField()),
                ("legal_name", models.CharField(max_length=200)),
                ("street", models.CharField(max_length=200)),
                ("street_more", models.CharField(blank=True, default="", max_length=200)),
                ("postcode", models.CharField(blank=True, default="", max_length=20)),
                ("city", models.CharField(max_length=100)),
                ("country", models.CharField(max_length=2)),
                ("tax_id", models.CharField(blank=True, default="", max_length=40)),
                (
                    "vat_scheme",
                    models.CharField(
                        choices=[
                            ("none", "charges no VAT"),
                            ("small", "exempt as a small business"),
                            ("charged", "charges VAT"),
                        ],
                        default="none",
                        max_length=8,
                    ),
                ),
                ("vat_basis_points", models.PositiveIntegerField(default=0)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "version"), name="tax_profile_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("vat_scheme", "charged"), ("vat_basis_points__gt", 0)),
                            models.Q(models.Q(("vat_scheme", "charged"), _negated=True), ("vat_basis_points", 0)),
                            _connector="OR",
                        ),
                        name="tax_profile_rate_goes_with_scheme",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("vat_basis_points__lte", 5000)), name="tax_profile_rate_at_most_half"
                    ),
                ],
            },
        ),
        migrations.RunSQL(IMMUTABLE, IMMUTABLE_REVERSE),
        migrations.RunSQL(NO_GAPS, NO_GAPS_REVERSE),
        migrations.RunSQL(LATEST, LATEST_REVERSE),
    ]
