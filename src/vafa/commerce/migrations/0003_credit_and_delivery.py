import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0004_families'),
        ('commerce', '0002_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('delivered_at', models.DateTimeField()),
                ('actor', models.CharField(max_length=40)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='purchase',
            name='purchase_amounts',
        ),
        migrations.RemoveConstraint(
            model_name='purchase',
            name='purchase_not_overpaid',
        ),
        migrations.AddField(
            model_name='purchase',
            name='paid_by_credit',
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.CheckConstraint(condition=models.Q(('discount__gte', 0), ('paid_by_credit__gte', 0), ('paid_by_points__gte', 0), ('total__gt', 0)), name='purchase_amounts'),
        ),
        migrations.AddConstraint(
            model_name='purchase',
            constraint=models.CheckConstraint(condition=models.Q(('total__gte', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('paid_by_points'), '+', models.F('paid_by_credit')), '+', models.F('discount')))), name='purchase_not_overpaid'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='purchase',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='delivery', to='commerce.purchase'),
        ),
        migrations.RunSQL(append_only("commerce_delivery"), migrations.RunSQL.noop),
    ]
