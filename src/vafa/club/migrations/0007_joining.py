import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("club", "0006_attributes"),
    ]

    operations = [
        migrations.CreateModel(
            name="JoiningCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("opens", models.BooleanField(default=True)),
                ("most_uses", models.IntegerField(null=True)),
                ("uses", models.IntegerField(default=0)),
                ("last_day", models.DateField(null=True)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.branch",
                    ),
                ),
                (
                    "club",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JoiningRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mobile", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=120)),
                ("birth_date", models.DateField(null=True)),
                ("invitation", models.CharField(blank=True, default="", max_length=40)),
                ("code", models.CharField(blank=True, default="", max_length=20)),
                ("asked_by", models.CharField(max_length=40)),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("decided_by", models.CharField(blank=True, default="", max_length=40)),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.branch",
                    ),
                ),
                (
                    "club",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.member",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Joining",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("way", models.CharField(max_length=10)),
                ("purchase", models.BigIntegerField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "club",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.member",
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.joiningcode",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.joiningrequest",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="JoiningTerms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.IntegerField()),
                ("mode", models.CharField(max_length=6)),
                ("by_invitation", models.BooleanField(default=False)),
                ("by_code", models.BooleanField(default=False)),
                ("by_receipt_of", models.BigIntegerField(null=True)),
                ("receipt_days", models.SmallIntegerField(default=30)),
                ("by_approval", models.BooleanField(default=False)),
                ("actor", models.CharField(max_length=40)),
                (
                    "made_at",
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
        migrations.CreateModel(
            name="ClubSetup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=12)),
                ("version", models.IntegerField()),
                ("answers", models.JSONField(default=dict)),
                ("actor", models.CharField(max_length=40)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "club",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("club", "step", "version"), name="setup_answer_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="joiningcode",
            constraint=models.UniqueConstraint(fields=("club", "code"), name="joining_code_once"),
        ),
        migrations.AddConstraint(
            model_name="joiningcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("most_uses__isnull", True),
                    ("uses__lte", models.F("most_uses")),
                    _connector="OR",
                ),
                name="joining_code_within_limit",
            ),
        ),
        migrations.AddIndex(
            model_name="joiningrequest",
            index=models.Index(fields=["club", "state", "asked_at"], name="joining_requests"),
        ),
        migrations.AddConstraint(
            model_name="joiningrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("club", "mobile"),
                name="joining_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="joiningrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "accepted", "refused"])),
                name="joining_request_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="joining",
            constraint=models.UniqueConstraint(
                fields=("club", "purchase"), name="joining_receipt_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="joiningterms",
            constraint=models.UniqueConstraint(
                fields=("club", "version"), name="joining_terms_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="joiningterms",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mode", "open"),
                    models.Q(("by_invitation", True), ("mode", "closed")),
                    models.Q(("by_code", True), ("mode", "closed")),
                    models.Q(("by_approval", True), ("mode", "closed")),
                    models.Q(("by_receipt_of__isnull", False), ("mode", "closed")),
                    _connector="OR",
                ),
                name="closed_club_has_a_door",
            ),
        ),
    ]
