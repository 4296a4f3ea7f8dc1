"""Descriptions become HTML of a few kinds; what the editor keeps, and who waits for room."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gigs import richtext

_AT_ONCE = 500


def _rewrite(apps, convert):
    gigs = apps.get_model("gigs", "Gig").objects
    last = 0
    while rows := list(
        gigs.filter(pk__gt=last).exclude(description="").only("pk", "description").order_by("pk")[:_AT_ONCE]
    ):
        changed = [row for row in rows if convert(row.description) != row.description]
        for row in changed:
            row.description = convert(row.description)
        gigs.bulk_update(changed, ["description"])
        last = rows[-1].pk


def forwards(apps, _schema_editor):
    _rewrite(apps, richtext.stored)


def backwards(apps, _schema_editor):
    _rewrite(apps, richtext.plain)


class Migration(migrations.Migration):
    dependencies = [
        ("gigs", "0011_categories"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GigDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("starter", models.CharField(blank=True, default="", max_length=100)),
                ("content", models.JSONField(null=True)),
                ("based_on", models.PositiveIntegerField(default=0)),
                ("agreed_currency", models.CharField(blank=True, default="", max_length=3)),
                ("cover", models.CharField(blank=True, default="", max_length=100)),
                ("typed", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
                (
                    "gig",
                    models.OneToOneField(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="draft", to="gigs.gig"
                    ),
                ),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("gig", None)), fields=["seller", "-saved_at"], name="begun_gigs")
                ],
            },
        ),
        migrations.CreateModel(
            name="RoomWait",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                (
                    "gig",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="waits", to="gigs.gig"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("told_at", None)), fields=["gig", "asked_at", "id"], name="waits_for_room"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("gig", "person"), name="waits_once_for_a_gig")],
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
