from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_payments_of_orders")]

    operations = [
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("charged_back_at__isnull", True), ("on_hold_at__isnull", True), ("rests_since__isnull", True)
                    ),
                    models.Q(
                        ("rests_since__isnull", False),
                        models.Q(("charged_back_at__isnull", False), ("on_hold_at__isnull", False), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="order_rests_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="timer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("stopped", ""), ("time_left__isnull", True)),
                    models.Q(
                        models.Q(("stopped", ""), _negated=True), ("due_at__isnull", True), ("time_left__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="timer_runs_or_stands",
            ),
        ),
    ]
