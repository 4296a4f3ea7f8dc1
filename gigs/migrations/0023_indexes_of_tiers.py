from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


def index(tier: int) -> migrations.AddIndex:
    return migrations.AddIndex(
        model_name="searchentry",
        index=GinIndex(
            fields=["labels", "doc"],
            name=f"entries_down_to_tier_{tier}",
            fastupdate=False,
            condition=models.Q(labels__0__lte=100_000_000 + tier),
        ),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("gigs", "0022_wider_price_bands"),
    ]

    operations = [index(0), index(2), index(3)]
