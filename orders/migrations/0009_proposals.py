import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0008_rest_and_timers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="fault",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "none"),
                    ("neutral", "neutral"),
                    ("mutual", "mutual"),
                    ("seller", "seller"),
                    ("decision", "decision"),
                ],
                default="",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("extension", "more time"),
                            ("extra", "a paid extra"),
                            ("cancel", "to cancel"),
                            ("refund", "a part of the price back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("by_role", models.CharField(max_length=10)),
                ("title", models.CharField(blank=True, max_length=100)),
                ("text", models.TextField(blank=True)),
                ("amount_minor", models.BigIntegerField(null=True)),
                ("minutes", models.PositiveIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("answer_by", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "waits for an answer"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("taken_back", "taken back"),
                            ("expired", "not answered in time"),
                            ("closed", "closed: the order moved on"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="orders.order"
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposal",
                        to="orders.orderpayment",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("order", "kind"),
                        name="one_open_proposal_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposal_closed_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "extension"), ("amount_minor__isnull", True), ("minutes__range", (1, 43200))
                            ),
                            models.Q(
                                ("kind", "extra"),
                                ("amount_minor__range", (1, 999999999999)),
                                ("minutes__range", (0, 43200)),
                            ),
                            models.Q(("kind", "cancel"), ("amount_minor__isnull", True), ("minutes", 0)),
                            models.Q(("kind", "refund"), ("amount_minor__range", (1, 999999999999)), ("minutes", 0)),
                            _connector="OR",
                        ),
                        name="proposal_carries_what_its_kind_needs",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("by_role__in", ["buyer", "seller"])),
                        name="proposal_by_a_side",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "extra"), models.Q(("title", ""), _negated=True)),
                            models.Q(models.Q(("kind", "extra"), _negated=True), ("title", "")),
                            _connector="OR",
                        ),
                        name="extra_has_a_title",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agreed_at__isnull", True), ("payment__isnull", True)),
                            ("kind", "extra"),
                            _connector="OR",
                        ),
                        name="only_extras_are_paid",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("paused_at__isnull", True), ("state", "in_progress"), _connector="OR"),
                name="order_paused_in_progress",
            ),
        ),
    ]
