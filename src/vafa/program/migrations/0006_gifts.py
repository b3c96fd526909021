import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('club', '0004_families'),
        ('commerce', '0003_credit_and_delivery'),
        ('program', '0005_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='answers',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='program.decision'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('answers__isnull', False)), fields=['answers'], name='decision_answering'),
        ),
    ]
