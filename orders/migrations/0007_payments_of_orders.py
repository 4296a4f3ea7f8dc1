"""Every order's first payment as a row, what decisions left to sellers, and the timers of orders that rest."""

from django.db import migrations

from marketplace.kernel.money import Money

PAYMENTS = """
INSERT INTO orders_orderpayment
    (order_id, charge_id, purpose, step, state, price_minor, buyer_fee_minor, asked_at, closes_at, settled_at)
SELECT id, charge_id, 'order', 0,
       CASE WHEN paid_at IS NOT NULL THEN 'paid' WHEN state = 'expired' THEN 'lapsed' ELSE 'asked' END,
       price_minor, buyer_fee_minor, placed_at, placed_at + interval '30 minutes',
       CASE WHEN paid_at IS NOT NULL THEN paid_at WHEN state = 'expired' THEN closed_at END
FROM orders_order WHERE charge_id IS NOT NULL;
UPDATE orders_orderpayment p SET state = 'returned' FROM orders_orderevent e
WHERE e.order_id = p.order_id AND e.action = 'reject_payment';
UPDATE orders_order SET rests_since = charged_back_at WHERE charged_back_at IS NOT NULL;
UPDATE orders_timer t SET stopped = 'rest', time_left = t.due_at - o.rests_since, due_at = NULL
FROM orders_order o WHERE o.id = t.order_id AND o.rests_since IS NOT NULL;
"""


def keep_shares(apps, schema_editor):
    order_model = apps.get_model("orders", "Order")
    for order in order_model.objects.filter(percent__isnull=False).iterator():
        kept = Money(order.price_minor, order.currency).portion(order.percent, 100)
        order_model.objects.filter(pk=order.pk).update(kept_minor=kept.amount_minor)


class Migration(migrations.Migration):
    dependencies = [("orders", "0006_life")]

    operations = [
        migrations.RunSQL(PAYMENTS, migrations.RunSQL.noop),
        migrations.RunPython(keep_shares, migrations.RunPython.noop),
    ]
