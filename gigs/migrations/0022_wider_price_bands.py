from django.db import migrations

# Bands of prices are twice as wide: half as many to look up for a range. The first label, the tier, stays the first.
WIDER = """
UPDATE gigs_searchentry SET labels = (
    SELECT array_agg(wider ORDER BY place) FROM (
        SELECT CASE WHEN one >= 1200000000 THEN 1200000000 + (one - 1200000000) / 2 ELSE one END AS wider,
            min(place) AS place
        FROM unnest(labels) WITH ORDINALITY AS each (one, place) GROUP BY 1
    ) AS every
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gigs", "0021_one_hash"),
    ]

    operations = [
        migrations.RunSQL(WIDER, migrations.RunSQL.noop),  # the way back needs `manage.py reindex`
    ]
