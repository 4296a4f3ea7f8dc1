import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import marketplace.kernel.ids

# Who asked for a deed, who made it true and why stays as it was; so does the history of the rates.
ENDED = """
CREATE FUNCTION payments_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% keeps its history', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER deed_ended_stays BEFORE UPDATE ON payments_manualdeed
    FOR EACH ROW WHEN (OLD.state <> 'asked') EXECUTE FUNCTION payments_refuse_rewriting();
CREATE TRIGGER deed_stays BEFORE DELETE ON payments_manualdeed
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_rewriting();
CREATE TRIGGER brake_record_stays BEFORE UPDATE OR DELETE ON payments_brakerecord
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_rewriting();
CREATE TRIGGER margin_rates_stay BEFORE UPDATE OR DELETE ON payments_marginrates
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_rewriting();
"""
ENDED_REVERSE = """
DROP TRIGGER margin_rates_stay ON payments_marginrates;
DROP TRIGGER brake_record_stays ON payments_brakerecord;
DROP TRIGGER deed_stays ON payments_manualdeed;
DROP TRIGGER deed_ended_stays ON payments_manualdeed;
DROP FUNCTION payments_refuse_rewriting();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0012_ledger_core"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BrakeRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outflow",
                    models.CharField(
                        choices=[("refunds", "refunds"), ("transfers", "transfers"), ("payouts", "payouts")],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("pulled_by_id", models.BigIntegerField(null=True)),
                ("pulled_at", models.DateTimeField()),
                ("lifted_by_id", models.BigIntegerField(null=True)),
                ("lifted_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="CheckRun",
            fields=[
                (
                    "name",
                    models.CharField(
                        choices=[("books", "the ledger against itself"), ("stripe", "the ledger against Stripe")],
                        max_length=10,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("ran_at", models.DateTimeField()),
                ("difference_count", models.PositiveIntegerField()),
                ("differences", models.JSONField(blank=True, default=list)),
                ("differs_since", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ManualDeed",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("form_key", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("posting", "a posting in the ledger"),
                            ("refund", "a refund"),
                            ("write_off", "writing off what a seller owes"),
                            ("paid_by_bank", "a bounced refund paid from the bank"),
                            ("withdrawal", "a withdrawal to the platform's bank"),
                            ("deposit", "the operator's own money put in"),
                            ("goodwill", "money given to a seller by the platform"),
                            ("clear_warning", "letting a payment go on after a fraud warning"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "waits for a second person"),
                            ("done", "done"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn by whoever asked"),
                            ("expired", "expired"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("amount_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("subject", models.CharField(blank=True, default="", max_length=64)),
                ("reference", models.CharField(blank=True, default="", max_length=120)),
                ("legs", models.JSONField(blank=True, default=list)),
                ("reason", models.CharField(max_length=500)),
                ("needs_second", models.BooleanField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=500)),
            ],
        ),
        migrations.CreateModel(
            name="MarginRates",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("region_bp", models.PositiveIntegerField()),
                ("region_fixed_minor", models.PositiveIntegerField()),
                ("near_bp", models.PositiveIntegerField()),
                ("near_fixed_minor", models.PositiveIntegerField()),
                ("near_share_bp", models.PositiveIntegerField()),
                ("world_bp", models.PositiveIntegerField()),
                ("world_fixed_minor", models.PositiveIntegerField()),
                ("world_share_bp", models.PositiveIntegerField()),
                ("payout_bp", models.PositiveIntegerField()),
                ("payout_fixed_minor", models.PositiveIntegerField()),
                ("orders_per_payout", models.PositiveIntegerField()),
                ("account_month_minor", models.PositiveIntegerField()),
                ("orders_per_account_month", models.PositiveIntegerField()),
                ("refund_share_bp", models.PositiveIntegerField()),
                ("dispute_share_bp", models.PositiveIntegerField()),
                ("dispute_fee_minor", models.PositiveIntegerField()),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("key", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("first_seen_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
            ],
        ),
        migrations.AlterField(
            model_name="stripeoperation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("create_session", "create a Checkout session"),
                    ("expire_session", "expire a Checkout session"),
                    ("create_refund", "create a refund"),
                    ("create_transfer", "create a transfer"),
                    ("create_account", "create a connected account"),
                    ("set_payout_schedule", "set a connected account's payouts to manual"),
                    ("create_payout", "create a payout"),
                    ("reverse_transfer", "reverse a transfer"),
                    ("submit_evidence", "submit evidence for a dispute"),
                    ("create_withdrawal", "pay out to the platform's bank"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("payment_intent_id", ""), _negated=True),
                fields=["payment_intent_id"],
                name="charge_intent",
            ),
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("stripe_charge_id", ""), _negated=True),
                fields=["stripe_charge_id"],
                name="charge_object",
            ),
        ),
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("captured_at__isnull", False)), fields=["captured_at"], name="charge_captured"
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("state__in", ["refused", "bounced"])), fields=["id"], name="refund_trouble"
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                condition=models.Q(("stripe_transfer_id", ""), _negated=True),
                fields=["stripe_transfer_id"],
                name="release_object",
            ),
        ),
        migrations.AddIndex(
            model_name="release",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["released_at"], name="release_sending"
            ),
        ),
        migrations.AddIndex(
            model_name="stripeoperation",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["reference", "id"],
                name="operation_reference",
            ),
        ),
        migrations.AddIndex(
            model_name="stripeoperation",
            index=models.Index(
                condition=models.Q(("state", "done"), _negated=True), fields=["state", "id"], name="operation_not_done"
            ),
        ),
        migrations.AddIndex(
            model_name="stripeoperation",
            index=models.Index(
                condition=models.Q(("done_at__isnull", False)), fields=["done_at"], name="operation_ended"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookevent",
            index=models.Index(condition=models.Q(("parked_at__isnull", False)), fields=["id"], name="webhook_parked"),
        ),
        migrations.AddField(
            model_name="manualdeed",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="manualdeed",
            name="ended_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="marginrates",
            name="saved_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="sighting",
            name="done_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="manualdeed",
            index=models.Index(condition=models.Q(("state", "asked")), fields=["expires_at"], name="deed_open"),
        ),
        migrations.AddConstraint(
            model_name="manualdeed",
            constraint=models.CheckConstraint(condition=models.Q(("amount_minor__gt", 0)), name="deed_positive"),
        ),
        migrations.AddConstraint(
            model_name="manualdeed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    ("needs_second", False),
                    models.Q(("ended_by", models.F("asked_by")), _negated=True),
                    _connector="OR",
                ),
                name="deed_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualdeed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True), ("ended_by__isnull", False), _connector="OR"
                ),
                name="deed_done_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualdeed",
            constraint=models.CheckConstraint(
                condition=models.Q(("needs_second", True), ("kind__in", ["refund", "clear_warning"]), _connector="OR"),
                name="deed_alone_only_small",
            ),
        ),
        migrations.AddConstraint(
            model_name="manualdeed",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "asked")),
                    models.Q(models.Q(("state", "asked"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="deed_open_or_ended",
            ),
        ),
        migrations.AddIndex(
            model_name="marginrates",
            index=models.Index(fields=["currency", "-id"], name="margin_newest"),
        ),
        migrations.AddConstraint(
            model_name="marginrates",
            constraint=models.CheckConstraint(
                condition=models.Q(("orders_per_account_month__gt", 0), ("orders_per_payout__gt", 0)),
                name="margin_orders_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="marginrates",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "near_share_bp__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.Value(10000), "-", models.F("world_share_bp")
                        ),
                    ),
                    ("dispute_share_bp__lte", 10000),
                    ("refund_share_bp__lte", 10000),
                ),
                name="margin_shares_at_most_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", True), ("done_by__isnull", True)),
                    models.Q(("done_at__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="sighting_done_by_somebody",
            ),
        ),
        migrations.RunSQL(ENDED, ENDED_REVERSE),
    ]
