from importlib import import_module

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations, models

before = import_module("gigs.migrations.0002_search")


OLD_TRIGGERS = """
DROP TRIGGER category_name_reaches_search ON gigs_category;
DROP FUNCTION gigs_follow_category_name();
DROP TRIGGER gig_keeps_search ON gigs_gig;
DROP FUNCTION gigs_keep_search();
DROP FUNCTION gigs_search_of(text, text[], bigint, text);
"""

# What somebody else notes in the same moment is waited for, and locked until the commit: whoever writes entries
# takes a note away only after the change that it tells of can be read.
CHANGES = """
CREATE FUNCTION gigs_note_change(changed bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO gigs_searchchange (gig_id) VALUES (changed) ON CONFLICT (gig_id) DO UPDATE SET gig_id = excluded.gig_id
$$;

CREATE FUNCTION gigs_gig_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gigs_note_change(NEW.id);
    RETURN NULL;
END
$$;

CREATE TRIGGER gig_changed AFTER INSERT OR UPDATE OF
    state, title, slug, tags, category_id, description, cover, currency, is_private, queue_limit, away_until, language,
    languages, ai_use, hours, stars, review_count, active_orders, completed_orders, from_all_in_minor, published_at
ON gigs_gig FOR EACH ROW EXECUTE FUNCTION gigs_gig_changed();

CREATE FUNCTION gigs_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gigs_note_change(CASE TG_OP WHEN 'DELETE' THEN OLD.gig_id ELSE NEW.gig_id END);
    RETURN NULL;
END
$$;

CREATE TRIGGER value_changed AFTER INSERT OR DELETE ON gigs_gigvalue
FOR EACH ROW EXECUTE FUNCTION gigs_part_changed();

CREATE TRIGGER package_changed AFTER INSERT OR DELETE OR UPDATE OF all_in_minor, promised_minutes ON gigs_package
FOR EACH ROW EXECUTE FUNCTION gigs_part_changed();

CREATE FUNCTION gigs_category_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM gigs_note_change(gig.id) FROM gigs_gig AS gig
    JOIN gigs_category AS own ON own.id = gig.category_id
    LEFT JOIN gigs_category AS above ON above.id = own.parent_id
    WHERE NEW.id IN (own.id, own.parent_id, above.parent_id) ORDER BY gig.id;
    RETURN NULL;
END
$$;

CREATE TRIGGER category_changed AFTER UPDATE OF name, parent_id ON gigs_category FOR EACH ROW
WHEN (OLD.name IS DISTINCT FROM NEW.name OR OLD.parent_id IS DISTINCT FROM NEW.parent_id)
EXECUTE FUNCTION gigs_category_changed();

INSERT INTO gigs_searchchange (gig_id) SELECT id FROM gigs_gig WHERE state = 'active' ON CONFLICT DO NOTHING;
"""

CHANGES_BACK = """
DROP TRIGGER category_changed ON gigs_category;
DROP TRIGGER package_changed ON gigs_package;
DROP TRIGGER value_changed ON gigs_gigvalue;
DROP TRIGGER gig_changed ON gigs_gig;
DROP FUNCTION gigs_category_changed();
DROP FUNCTION gigs_part_changed();
DROP FUNCTION gigs_gig_changed();
DROP FUNCTION gigs_note_change(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gigs", "0007_catalogue"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(OLD_TRIGGERS, before.TRIGGER),
        migrations.CreateModel(
            name="SearchChange",
            fields=[
                ("gig_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="SearchConfig",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "gig",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="gigs.gig",
                    ),
                ),
                ("stamp", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("prices", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("minutes", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("lowest_minor", models.BigIntegerField()),
                ("fastest_minutes", models.IntegerField()),
                ("hours", models.JSONField(null=True)),
                ("is_open", models.BooleanField(default=True)),
                ("standing", models.SmallIntegerField()),
                ("price_fit", models.SmallIntegerField()),
                ("rating", models.SmallIntegerField()),
                ("review_count", models.IntegerField()),
                ("published_at", models.DateTimeField()),
                ("labels", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ("doc", django.contrib.postgres.search.SearchVectorField()),
                ("written_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchPhrase",
            fields=[
                ("text", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("gigs", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("gigs", models.IntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="Synonym",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "words",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        help_text="With commas between: cv, resume, curriculum vitae.",
                        size=None,
                        verbose_name="words",
                    ),
                ),
            ],
            options={
                "verbose_name": "synonyms",
                "verbose_name_plural": "synonyms",
            },
        ),
        migrations.RemoveIndex(
            model_name="gig",
            name="gig_search",
        ),
        migrations.RemoveIndex(
            model_name="gig",
            name="active_gigs_by_speed",
        ),
        migrations.RemoveIndex(
            model_name="gig",
            name="active_gigs_by_rating",
        ),
        migrations.RemoveIndex(
            model_name="gig",
            name="active_gigs_by_age",
        ),
        migrations.RemoveIndex(
            model_name="gig",
            name="active_gigs_by_price",
        ),
        migrations.RemoveField(
            model_name="gig",
            name="search",
        ),
        migrations.AddField(
            model_name="gig",
            name="last_ordered_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="seller",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="searchphrase",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("text", name="text_pattern_ops"), name="phrases_by_beginning"
            ),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=django.contrib.postgres.indexes.GinIndex(
                django.contrib.postgres.indexes.OpClass("word", name="gin_trgm_ops"), name="words_like_another"
            ),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass("word", name="text_pattern_ops"), name="words_by_beginning"
            ),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["labels", "doc"], name="entries_by_label_and_word"
            ),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["-standing", "-gig"], name="entries_by_standing"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["currency", "lowest_minor", "gig"], name="entries_by_price"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["fastest_minutes", "gig"], name="entries_by_speed"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["-rating", "-review_count", "-gig"], name="entries_by_rating"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["-published_at", "-gig"], name="entries_by_age"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["written_at"], name="entries_by_writing"),
        ),
        migrations.RunSQL(CHANGES, CHANGES_BACK),
    ]
