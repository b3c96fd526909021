from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0013_fees'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='member',
            index=models.Index(condition=models.Q(('fee_until__isnull', False)), fields=['club', 'fee_until'], name='member_fee_ends'),
        ),
    ]
