from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_signed_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="keeps_viewed",
            field=models.BooleanField(default=True, editable=False),
        ),
    ]
