import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# What a purchase file or a program writes of a member does not have to name her attributes.
_DEFAULT = "ALTER TABLE club_member ALTER COLUMN attributes SET DEFAULT '{}'::jsonb"


class Migration(migrations.Migration):
    dependencies = [("club", "0005_permanent")]
    operations = [
        migrations.CreateModel(
            name="MemberAttribute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=80)),
                ("name_en", models.CharField(blank=True, default="", max_length=80)),
                ("kind", models.CharField(max_length=8)),
                ("choices", models.JSONField(default=list)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "club",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="memberattribute",
            constraint=models.UniqueConstraint(fields=("club", "key"), name="attribute_key_once"),
        ),
        migrations.AddConstraint(
            model_name="memberattribute",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["text", "number", "yes_no", "date", "choice"]),
                name="attribute_kind_known",
            ),
        ),
        migrations.AddField(
            model_name="member",
            name="attributes",
            field=models.JSONField(default=dict),
        ),
        migrations.RunSQL(_DEFAULT, migrations.RunSQL.noop),
    ]
