from django.db import migrations

_FORWARD = """
CREATE FUNCTION orders_event_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an order event is never changed or deleted (order %, event %)', OLD.order_id, OLD.version
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER orders_event_is_immutable BEFORE UPDATE OR DELETE ON orders_orderevent
    FOR EACH ROW EXECUTE FUNCTION orders_event_is_immutable();
"""
_BACKWARD = """
DROP TRIGGER orders_event_is_immutable ON orders_orderevent;
DROP FUNCTION orders_event_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunSQL(_FORWARD, _BACKWARD)]
