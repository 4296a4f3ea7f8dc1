"""Categories as a tree: a trigger keeps the path, the order and what is inherited, and lets no circle in."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# What is written of a parent reaches its children through the second trigger, level by level.
PLACE = """
CREATE FUNCTION gigs_place_category() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    above gigs_category;
BEGIN
    -- One writer at a time: what is read of the parent stays true until the commit.
    PERFORM pg_advisory_xact_lock(hashtext('gigs_category'));
    SELECT * INTO above FROM gigs_category WHERE id = NEW.parent_id;
    IF NEW.id = NEW.parent_id OR NEW.id = ANY(above.path) THEN
        RAISE EXCEPTION 'category % would stand below itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'category_in_no_circle';
    END IF;
    NEW.path := coalesce(above.path, '{}') || NEW.id::bigint;
    NEW.place := coalesce(above.place, '{}') || (lpad(NEW.position::text, 5, '0') || NEW.name)::varchar;
    NEW.applied_fee_bp := coalesce(NEW.seller_fee_bp, above.applied_fee_bp);
    NEW.applied_minimum_minor := coalesce(NEW.minimum_price_minor, above.applied_minimum_minor);
    RETURN NEW;
END
$$;

CREATE TRIGGER category_has_its_place BEFORE INSERT OR UPDATE ON gigs_category
FOR EACH ROW EXECUTE FUNCTION gigs_place_category();

CREATE FUNCTION gigs_place_children() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gigs_category SET path = '{}' WHERE parent_id = NEW.id;  -- the trigger above fills it
    RETURN NULL;
END
$$;

CREATE TRIGGER category_children_follow AFTER UPDATE ON gigs_category FOR EACH ROW WHEN (
    OLD.path IS DISTINCT FROM NEW.path OR OLD.place IS DISTINCT FROM NEW.place
    OR OLD.applied_fee_bp IS DISTINCT FROM NEW.applied_fee_bp
    OR OLD.applied_minimum_minor IS DISTINCT FROM NEW.applied_minimum_minor
) EXECUTE FUNCTION gigs_place_children();

UPDATE gigs_category SET path = '{}' WHERE parent_id IS NULL;
"""

PLACE_BACK = """
DROP TRIGGER category_children_follow ON gigs_category;
DROP FUNCTION gigs_place_children();
DROP TRIGGER category_has_its_place ON gigs_category;
DROP FUNCTION gigs_place_category();
"""

SLUGS = """
CREATE FUNCTION gigs_keep_category_slug() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM gigs_categoryslug WHERE slug = NEW.slug;  -- whoever has it now is who is meant
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO gigs_categoryslug (slug, category_id) VALUES (OLD.slug, NEW.id)
        ON CONFLICT (slug) DO UPDATE SET category_id = EXCLUDED.category_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER category_takes_its_slug AFTER INSERT ON gigs_category
FOR EACH ROW EXECUTE FUNCTION gigs_keep_category_slug();

CREATE TRIGGER category_keeps_former_slugs AFTER UPDATE OF slug ON gigs_category
FOR EACH ROW WHEN (OLD.slug IS DISTINCT FROM NEW.slug) EXECUTE FUNCTION gigs_keep_category_slug();
"""

SLUGS_BACK = """
DROP TRIGGER category_keeps_former_slugs ON gigs_category;
DROP TRIGGER category_takes_its_slug ON gigs_category;
DROP FUNCTION gigs_keep_category_slug();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("gigs", "0010_search_entries"),
    ]

    operations = [
        migrations.CreateModel(
            name="CategoryActivity",
            fields=[
                (
                    "category",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="activity",
                        serialize=False,
                        to="gigs.category",
                    ),
                ),
                ("gigs_by_currency", models.JSONField(default=dict)),
                ("lowest_by_currency", models.JSONField(default=dict)),
                ("wanted_values", models.JSONField(default=list)),
                ("gigs_counted_at", models.DateTimeField(null=True)),
                ("finished", models.PositiveIntegerField(default=0)),
                ("median_minutes", models.PositiveIntegerField(null=True)),
                ("median_by_currency", models.JSONField(default=dict)),
                ("promised", models.PositiveIntegerField(default=0)),
                ("on_time", models.PositiveIntegerField(default=0)),
                ("orders_counted_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="CategorySlug",
            fields=[
                ("slug", models.SlugField(max_length=40, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name="ShippedCategory",
            fields=[
                ("slug", models.SlugField(max_length=40, primary_key=True, serialize=False)),
                ("values", models.JSONField(default=dict)),
            ],
        ),
        migrations.AlterModelOptions(
            name="category",
            options={"ordering": ["place"], "verbose_name": "category", "verbose_name_plural": "categories"},
        ),
        migrations.AddField(
            model_name="category",
            name="applied_fee_bp",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="category",
            name="applied_minimum_minor",
            field=models.PositiveIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="category",
            name="merging_into",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="gigs.category",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="path",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, editable=False, size=None
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="place",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=70), default=list, editable=False, size=None
            ),
        ),
        migrations.AlterField(
            model_name="category",
            name="parent",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="gigs.category",
                verbose_name="below",
            ),
        ),
        migrations.AddField(
            model_name="categoryslug",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="former_slugs", to="gigs.category"
            ),
        ),
        migrations.AddField(
            model_name="shippedcategory",
            name="category",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="gigs.category"
            ),
        ),
        migrations.RunSQL(PLACE, PLACE_BACK),
        migrations.RunSQL(SLUGS, SLUGS_BACK),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(("path__len__range", (1, 3))), name="category_at_most_three_levels"
            ),
        ),
        migrations.AddConstraint(
            model_name="category",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merging_into", None), models.Q(("merging_into", models.F("pk")), _negated=True), _connector="OR"
                ),
                name="category_not_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="categoryactivity",
            constraint=models.CheckConstraint(
                condition=models.Q(("on_time__lte", models.F("promised"))), name="activity_on_time_within"
            ),
        ),
    ]
