from django.db import migrations, models

# The steps in which Stripe moves money (marketplace/kernel/money.py), and the rounding of Release.net_minor in them.
NET = """
CREATE FUNCTION payable_step(currency text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN currency IN ('BHD', 'JOD', 'KWD', 'OMR', 'TND') THEN 10
                WHEN currency IN ('ISK', 'UGX') THEN 100 ELSE 1 END;
$$;
CREATE FUNCTION release_net(r payments_release, currency text) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT r.price_minor - r.seller_fee_minor - r.undone_minor
        + (2 * (r.seller_fee_minor + r.buyer_fee_minor) * r.undone_minor
           + (r.price_minor + r.buyer_fee_minor) * payable_step(currency))
          / (2 * (r.price_minor + r.buyer_fee_minor) * payable_step(currency)) * payable_step(currency)
$$;
DROP FUNCTION release_net(payments_release);
"""
NET_BEFORE = """
DROP FUNCTION release_net(payments_release, text);
DROP FUNCTION payable_step(text);
CREATE FUNCTION release_net(r payments_release) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT r.price_minor - r.seller_fee_minor - r.undone_minor
        + (2 * (r.seller_fee_minor + r.buyer_fee_minor) * r.undone_minor + r.price_minor + r.buyer_fee_minor)
          / (2 * (r.price_minor + r.buyer_fee_minor))
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0006_claims"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="charge",
            name="charge_positive",
        ),
        migrations.AddConstraint(
            model_name="charge",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__range", (1, 999999999999))), name="charge_in_range"
            ),
        ),
        migrations.RunSQL(NET, NET_BEFORE),
    ]
