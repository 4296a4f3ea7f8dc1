"""What a sweep reads stands in its index; what is behind a seller is counted by one; outages are remembered."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0013_record_of_sellers")]

    operations = [
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField(unique=True)),
                ("ended_at", models.DateTimeField()),
                ("extended_count", models.PositiveIntegerField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="outage",
            constraint=models.CheckConstraint(condition=Q(ended_at__gt=F("began_at")), name="outage_lasted"),
        ),
        migrations.AddField(
            model_name="timer",
            name="extended",
            field=models.DurationField(default=timedelta),
        ),
        migrations.RemoveIndex(model_name="timer", name="timer_due"),
        migrations.AddIndex(
            model_name="timer",
            index=models.Index(
                fields=["due_at", "id"],
                include=["kind", "order", "retry_at"],
                name="timer_due",
                condition=Q(due_at__isnull=False),
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["seller", "-closed_at"], name="order_decided", condition=Q(percent__isnull=False)
            ),
        ),
    ]
