from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_first")]

    operations = [
        migrations.AddField("organisation", "recovery_index", models.BinaryField(default=b"")),
        migrations.AddField("organisation", "recovery_emergency", models.BinaryField(default=b"")),
    ]
