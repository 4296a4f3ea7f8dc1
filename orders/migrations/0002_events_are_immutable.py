from django.db import migrations

_FORWARD = """
CREATE FUNCTION orders_event_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an order event is never changed or deleted'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER orders_event_is_immutable BEFORE UPDATE OR DELETE ON orders_orderevent
    FOR EACH ROW EXECUTE FUNCTION orders_event_is_immutable();
CREATE TRIGGER orders_events_are_kept BEFORE TRUNCATE ON orders_orderevent
    FOR EACH STATEMENT EXECUTE FUNCTION orders_event_is_immutable();
"""
_BACKWARD = """
DROP TRIGGER orders_events_are_kept ON orders_orderevent;
DROP TRIGGER orders_event_is_immutable ON orders_orderevent;
DROP FUNCTION orders_event_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
