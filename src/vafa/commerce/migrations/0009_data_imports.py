import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("club", "0010_tasks"),
        ("commerce", "0008_erasure"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=10)),
                ("file_name", models.CharField(max_length=200)),
                ("size", models.BigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("choices", models.JSONField(default=dict)),
                ("sample", models.JSONField(default=dict)),
                ("found", models.JSONField(null=True)),
                ("counts", models.JSONField(null=True)),
                ("undone", models.JSONField(null=True)),
                ("state", models.CharField(default="new", max_length=8)),
                ("asked_by", models.CharField(max_length=40)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=8)),
                ("number", models.BigIntegerField()),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(
                condition=models.Q(("source", "import")),
                fields=["actor", "id"],
                name="purchase_of_import",
            ),
        ),
        migrations.AddField(
            model_name="dataimport",
            name="check_task",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.task",
            ),
        ),
        migrations.AddField(
            model_name="dataimport",
            name="club",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.club",
            ),
        ),
        migrations.AddField(
            model_name="dataimport",
            name="run_task",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.task",
            ),
        ),
        migrations.AddField(
            model_name="dataimport",
            name="undo_task",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.task",
            ),
        ),
        migrations.AddField(
            model_name="dataimport",
            name="upload",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.task",
            ),
        ),
        migrations.AddField(
            model_name="importedrow",
            name="data_import",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rows",
                to="commerce.dataimport",
            ),
        ),
        migrations.AddIndex(
            model_name="dataimport",
            index=models.Index(fields=["club", "-id"], name="data_import_newest"),
        ),
        migrations.AddConstraint(
            model_name="dataimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["members", "products", "purchases", "balances", "codes"]),
                    ("state__in", ["new", "ready", "running", "done", "undoing", "undone"]),
                ),
                name="data_import_known",
            ),
        ),
        migrations.AddIndex(
            model_name="importedrow",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["what", "number"],
                name="imported_row_closed",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["member", "product", "series"])),
                name="imported_row_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importedrow",
            constraint=models.UniqueConstraint(
                fields=("data_import", "what", "number"), name="imported_row_once"
            ),
        ),
    ]
