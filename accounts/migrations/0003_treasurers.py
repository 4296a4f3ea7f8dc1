from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_joined_by_the_databases_clock")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_treasurer",
            field=models.BooleanField(
                default=False,
                help_text="Handles the site's money: ledger, payments, brakes.",
                verbose_name="treasurer",
            ),
        ),
    ]
