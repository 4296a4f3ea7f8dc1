from django.db import migrations


class Migration(migrations.Migration):
    """How many entries are in a tier. Without it the planner takes a third for granted, and reads a common word's every
    match where the tier has an index of its own.
    """

    dependencies = [
        ("gigs", "0023_indexes_of_tiers"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS IF NOT EXISTS entries_by_tier ON (labels[1]) FROM gigs_searchentry",
            "DROP STATISTICS IF EXISTS entries_by_tier",
        ),
        migrations.RunSQL("ANALYZE gigs_searchentry", migrations.RunSQL.noop),
    ]
