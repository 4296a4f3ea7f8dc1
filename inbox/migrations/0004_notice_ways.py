"""By which ways and when notices come: quiet hours, collected letters, devices, addresses from which mail came back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_languages_with_levels"),
        ("inbox", "0003_talks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MailTrouble",
            fields=[
                ("address", models.EmailField(max_length=254, primary_key=True, serialize=False)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("bounced", "It does not exist, or does not take our mail."),
                            ("complained", "A letter of ours was marked there as unwanted."),
                            ("full", "It did not take our letters for some time."),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("said", models.CharField(blank=True, default="", max_length=300)),
                ("soft_bounces", models.PositiveSmallIntegerField(default=0)),
                ("last_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "address that mail came back from",
                "verbose_name_plural": "addresses that mail came back from",
            },
        ),
        migrations.CreateModel(
            name="NoticeTimes",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pace",
                    models.CharField(
                        choices=[
                            ("at_once", "At once, one by one"),
                            ("daily", "Once a day, in one letter"),
                            ("weekly", "Once a week, in one letter"),
                            ("never", "Not at all"),
                        ],
                        default="at_once",
                        max_length=8,
                    ),
                ),
                ("hour", models.PositiveSmallIntegerField(default=8)),
                ("weekday", models.PositiveSmallIntegerField(default=0)),
                ("quiet_from", models.PositiveSmallIntegerField(null=True)),
                ("quiet_to", models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PushDevice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(max_length=40)),
                ("endpoint", models.CharField(max_length=1000, unique=True)),
                ("p256dh", models.CharField(max_length=100)),
                ("auth", models.CharField(max_length=30)),
                ("name", models.CharField(max_length=100)),
                ("created_at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="noticesetting",
            name="bell",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="noticesetting",
            name="push",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="notification",
            name="collect_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="notification",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                models.F("collect_at"),
                models.F("recipient"),
                condition=models.Q(("collect_at__isnull", False)),
                name="notices_to_collect",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailtrouble",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped_at", None), ("reason__in", ["bounced", "complained", "full"]), _connector="OR"
                ),
                name="stopped_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetimes",
            constraint=models.CheckConstraint(
                condition=models.Q(("hour__lt", 24), ("weekday__lt", 7)), name="digest_at_an_hour_of_a_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetimes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quiet_from", None), ("quiet_to", None)),
                    models.Q(
                        ("quiet_from__isnull", False),
                        ("quiet_from__lt", 1440),
                        ("quiet_to__isnull", False),
                        ("quiet_to__lt", 1440),
                        models.Q(("quiet_from", models.F("quiet_to")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="quiet_hours_begin_and_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="noticetimes",
            constraint=models.CheckConstraint(
                condition=models.Q(("pace__in", ["at_once", "daily", "weekly", "never"])), name="pace_is_known"
            ),
        ),
        migrations.AddField(
            model_name="pushdevice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="pushdevice",
            index=models.Index(models.F("user"), name="devices_of_a_person"),
        ),
        migrations.AddIndex(
            model_name="pushdevice",
            index=models.Index(models.F("session_key"), name="devices_of_a_session"),
        ),
        migrations.AddConstraint(
            model_name="pushdevice",
            constraint=models.CheckConstraint(
                condition=models.Q(("endpoint__startswith", "https://")), name="device_by_https"
            ),
        ),
    ]
