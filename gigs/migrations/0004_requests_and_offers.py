"""The switch for requests, and custom offers."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("gigs", "0003_currency"),
        ("inbox", "0002_message_cards"),
        ("orders", "0010_payments_clear"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="gig",
            name="asks_first",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="CustomOffer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("chain", models.UUIDField(default=marketplace.kernel.ids.new_id)),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("by_seller", models.BooleanField()),
                ("key", models.CharField(max_length=100)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("sent", "sent"),
                            ("countered", "countered"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                            ("expired", "expired"),
                        ],
                        default="sent",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("scope", models.TextField(max_length=5000)),
                ("currency", models.CharField(max_length=3)),
                ("price_minor", models.BigIntegerField()),
                ("promised_minutes", models.PositiveIntegerField()),
                ("revisions", models.PositiveSmallIntegerField()),
                ("checklist", models.JSONField(default=list)),
                ("steps", models.JSONField(default=list)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=500)),
                ("orders_placed", models.PositiveSmallIntegerField(default=0)),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "conversation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inbox.conversation"
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.order"
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "sent")), fields=["expires_at"], name="open_offers")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("chain", "number"), name="offer_version_numbered"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["sent", "accepted"])),
                        fields=("chain",),
                        name="one_open_version",
                    ),
                    models.UniqueConstraint(fields=("conversation", "key"), name="offer_sent_once"),
                    models.CheckConstraint(
                        condition=models.Q(("seller", models.F("buyer")), _negated=True), name="offer_to_somebody_else"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price_minor__range", (1, 999999999999)), ("promised_minutes__gte", 1)),
                        name="offer_in_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("sent_at"))), name="offer_expires_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "accepted"), _negated=True), ("order__isnull", False), _connector="OR"
                        ),
                        name="accepted_offer_has_an_order",
                    ),
                ],
            },
        ),
    ]
