from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_language")]

    operations = [
        migrations.CreateModel(
            name="KnownSkill",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("people", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(people__gte=2), name="skill_of_several_people")
                ],
            },
        ),
    ]
