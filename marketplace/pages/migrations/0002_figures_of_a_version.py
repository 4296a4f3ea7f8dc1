from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="legaltext",
            name="figures",
            field=models.JSONField(editable=False, null=True),
        ),
    ]
