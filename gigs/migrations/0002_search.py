"""The search column is written by a trigger, so that no writer can forget it; opening hours can be asked in SQL."""

from django.db import migrations

TRIGGER = """
CREATE FUNCTION gigs_search_of(title text, tags text[], category_id bigint, description text) RETURNS tsvector
LANGUAGE sql STABLE AS $$
    SELECT setweight(to_tsvector('english', coalesce(title, '')), 'A')
        || setweight(to_tsvector('english', array_to_string(coalesce(tags, '{}'), ' ')), 'B')
        || setweight(to_tsvector('english', coalesce((SELECT name FROM gigs_category WHERE id = category_id), '')), 'C')
        || setweight(to_tsvector('english', left(coalesce(description, ''), 12000)), 'D')
$$;

CREATE FUNCTION gigs_keep_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.search := gigs_search_of(NEW.title, NEW.tags::text[], NEW.category_id, NEW.description);
    RETURN NEW;
END
$$;

CREATE TRIGGER gig_keeps_search BEFORE INSERT OR UPDATE OF title, tags, category_id, description, search ON gigs_gig
FOR EACH ROW EXECUTE FUNCTION gigs_keep_search();

CREATE FUNCTION gigs_follow_category_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE gigs_gig SET search = NULL WHERE category_id = NEW.id;  -- the trigger above fills it
    RETURN NULL;
END
$$;

CREATE TRIGGER category_name_reaches_search AFTER UPDATE OF name ON gigs_category
FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION gigs_follow_category_name();
"""

TRIGGER_BACK = """
DROP TRIGGER category_name_reaches_search ON gigs_category;
DROP FUNCTION gigs_follow_category_name();
DROP TRIGGER gig_keeps_search ON gigs_gig;
DROP FUNCTION gigs_keep_search();
DROP FUNCTION gigs_search_of(text, text[], bigint, text);
"""

# The SQL twin of orders.deadlines.ready_at: how many minutes of a seller's weekly hours lie between two moments.
OPEN_MINUTES = """
CREATE FUNCTION gigs_open_minutes(hours jsonb, since timestamptz, until timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN until <= since THEN 0
        WHEN hours IS NULL OR jsonb_typeof(hours) <> 'object'
            THEN floor(extract(epoch FROM until - since) / 60)::integer
        ELSE (
            SELECT coalesce(floor(sum(greatest(extract(epoch FROM
                least(until, (day + make_interval(mins => (span->>2)::integer)) AT TIME ZONE (hours->>'time_zone'))
                - greatest(since, (day + make_interval(mins => (span->>1)::integer)) AT TIME ZONE (hours->>'time_zone'))
            ), 0)) / 60), 0)::integer
            FROM generate_series(
                date_trunc('day', since AT TIME ZONE (hours->>'time_zone')),
                date_trunc('day', until AT TIME ZONE (hours->>'time_zone')),
                interval '1 day'
            ) AS day
            CROSS JOIN jsonb_array_elements(hours->'spans') AS span
            WHERE (span->>0)::integer = extract(isodow FROM day)::integer - 1
        )
    END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("gigs", "0001_initial")]

    operations = [
        migrations.RunSQL(TRIGGER, TRIGGER_BACK),
        migrations.RunSQL(OPEN_MINUTES, "DROP FUNCTION gigs_open_minutes(jsonb, timestamptz, timestamptz);"),
    ]
