from django.db import migrations

# Pictures are recognised by the rows of galleries: nothing writes or asks these any more.
FUNCTION = """
CREATE FUNCTION gigs_with_parts(wanted integer[]) RETURNS TABLE (gig_id bigint, picture bigint)
LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT one.gig_id, one.picture FROM gigs_fingerprint one
    WHERE one.picture_parts && wanted AND one.picture IS NOT NULL LIMIT 500
$$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gigs", "0020_synonyms"),
    ]

    operations = [
        migrations.RunSQL("DROP FUNCTION gigs_with_parts(integer[])", FUNCTION),
        migrations.RemoveIndex(model_name="fingerprint", name="gigs_by_picture"),
        migrations.RemoveField(model_name="fingerprint", name="picture"),
        migrations.RemoveField(model_name="fingerprint", name="picture_parts"),
    ]
