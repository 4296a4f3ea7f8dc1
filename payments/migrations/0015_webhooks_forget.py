from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0014_reconciliation")]

    operations = [
        migrations.AlterField(
            model_name="webhookevent",
            name="payload",
            field=models.JSONField(null=True),
        ),
        migrations.AddIndex(
            model_name="webhookevent",
            index=models.Index(
                condition=models.Q(("payload__isnull", False), ("processed_at__isnull", False)),
                fields=["processed_at"],
                name="webhook_to_forget",
            ),
        ),
    ]
