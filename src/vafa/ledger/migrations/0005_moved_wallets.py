from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_seals'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='moved_at',
            field=models.DateTimeField(null=True),
        ),
    ]
