import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="joined_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="joined"),
        ),
    ]
