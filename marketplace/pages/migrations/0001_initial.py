"""Legal texts, which never change once they are published."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

IMMUTABLE = """
CREATE FUNCTION legal_text_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a legal text cannot be changed once published: publish a new version'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER legal_text_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON pages_legaltext
    FOR EACH STATEMENT EXECUTE FUNCTION legal_text_refuse_change();
"""
IMMUTABLE_REVERSE = """
DROP TRIGGER legal_text_immutable ON pages_legaltext;
DROP FUNCTION legal_text_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LegalText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("terms", "Terms of use"), ("privacy", "Privacy notice"), ("imprint", "Imprint")],
                        max_length=10,
                        verbose_name="text",
                    ),
                ),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("version", models.PositiveIntegerField(editable=False, verbose_name="version")),
                ("body", models.TextField(max_length=200000, verbose_name="text in Markdown")),
                ("published_at", models.DateTimeField(editable=False, verbose_name="published")),
                (
                    "published_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "legal text",
                "verbose_name_plural": "legal texts",
                "ordering": ["kind", "language", "-version"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "language", "version"), name="legal_text_versions_differ"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="legal_text_versions_begin_at_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["terms", "privacy", "imprint"])), name="legal_text_kind_known"
                    ),
                ],
            },
        ),
        migrations.RunSQL(IMMUTABLE, IMMUTABLE_REVERSE),
    ]
