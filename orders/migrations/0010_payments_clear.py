"""Each payment clears by itself: what the orders said until now moves to what was paid for them."""

from django.db import migrations, models

CLEARS = """
UPDATE orders_orderpayment p
SET released_at = o.completed_at, clears_at = o.clears_at, cleared_at = o.cleared_at, cleared_fast = o.cleared_fast
FROM orders_order o
WHERE o.id = p.order_id AND p.state = 'paid'
  AND o.state = 'completed' AND o.completed_at IS NOT NULL AND o.clears_at IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0009_proposals"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderpayment",
            name="cleared_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="orderpayment",
            name="cleared_fast",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="orderpayment",
            name="clears_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="orderpayment",
            name="released_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="orderpayment",
            index=models.Index(
                condition=models.Q(("cleared_fast", True)), fields=["released_at"], name="payment_cleared_fast"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cleared_at__isnull", True), ("clears_at__isnull", True), ("released_at__isnull", True)),
                    models.Q(("clears_at__isnull", False), ("released_at__isnull", False), ("state", "paid")),
                    _connector="OR",
                ),
                name="order_payment_clears_when",
            ),
        ),
        migrations.RunSQL(CLEARS, migrations.RunSQL.noop),
    ]
