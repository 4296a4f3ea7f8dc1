"""Requirements get their urgency, shares the account that they went to, accounts the day on which they opened."""

from django.db import migrations

FORWARD = """
UPDATE payments_connectedaccount SET requirements = (
    SELECT jsonb_agg(jsonb_build_object('name', name, 'due', 'currently_due', 'problem', ''))
    FROM jsonb_array_elements_text(requirements) AS name
) WHERE jsonb_array_length(requirements) > 0;
UPDATE payments_connectedaccount SET opened_at = gate_since WHERE gate = 'open';
UPDATE payments_release r SET account_id = a.id FROM payments_connectedaccount a
WHERE a.user_id = r.payee_id AND r.state IN ('sending', 'transferred');
"""
BACKWARD = """
UPDATE payments_release SET account_id = NULL;
UPDATE payments_connectedaccount SET requirements = (
    SELECT jsonb_agg(item ->> 'name') FROM jsonb_array_elements(requirements) AS item
) WHERE jsonb_array_length(requirements) > 0;
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0010_payouts")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
