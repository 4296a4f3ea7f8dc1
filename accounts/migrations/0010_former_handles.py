import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_links_and_checklist")]

    operations = [
        migrations.CreateModel(
            name="FormerHandle",
            fields=[
                ("handle", models.SlugField(max_length=30, primary_key=True, serialize=False)),
                ("left_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_handles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["user", "-left_at"], name="former_handles_of_a_user")],
            },
        ),
    ]
