from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_former_handles")]

    # This was 0020_language once. Where it ran under that name the column is there already, and "replaces" would break
    # every database that knows it under this one alone.
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE accounts_user ADD COLUMN IF NOT EXISTS language varchar(16) DEFAULT '' NOT NULL;"
                    "ALTER TABLE accounts_user ALTER COLUMN language DROP DEFAULT",
                    "ALTER TABLE accounts_user DROP COLUMN IF EXISTS language",
                )
            ],
            state_operations=[
                migrations.AddField(
                    model_name="user",
                    name="language",
                    field=models.CharField(blank=True, default="", max_length=16, verbose_name="language"),
                ),
            ],
        ),
    ]
