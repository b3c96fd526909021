from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('commerce', '0002_guards'),
        ('program', '0002_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='voucheruse',
            name='purpose',
            field=models.CharField(default='bill', max_length=9),
        ),
        migrations.AddConstraint(
            model_name='voucheruse',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['bill', 'counter', 'cancelled', 'expired'])), name='voucher_use_purpose'),
        ),
    ]
