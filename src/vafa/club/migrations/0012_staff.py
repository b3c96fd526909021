import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("club", "0011_choices"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sealed_key", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("last_step", models.BigIntegerField(default=0)),
                (
                    "recovery",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64), default=list, size=None
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True)),
                ("device", models.CharField(max_length=200)),
                ("address", models.CharField(max_length=45)),
                ("started_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="StaffBranch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="member",
            name="frozen_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="factor_reset_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="audit",
            name="role",
            field=models.CharField(max_length=40),
        ),
        migrations.CreateModel(
            name="NumberChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old_mobile", models.CharField(blank=True, default="", max_length=16)),
                ("new_mobile", models.CharField(blank=True, max_length=16)),
                ("reason", models.CharField(blank=True, default="", max_length=300)),
                ("status", models.CharField(default="waiting", max_length=8)),
                ("asked_by", models.CharField(max_length=40)),
                (
                    "asked_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("decided_by", models.CharField(blank=True, default="", max_length=40)),
                ("decided_at", models.DateTimeField(null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.member",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OwnRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("name_en", models.CharField(blank=True, default="", max_length=40)),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), size=None
                    ),
                ),
                ("of_branches", models.BooleanField(default=False)),
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
        migrations.AddField(
            model_name="staff",
            name="own_role",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="staff",
                to="club.ownrole",
            ),
        ),
        migrations.AddConstraint(
            model_name="staff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("own_role__isnull", False), ("role", "own")),
                    models.Q(models.Q(("role", "own"), _negated=True), ("own_role__isnull", True)),
                    _connector="OR",
                ),
                name="staff_own_role_named",
            ),
        ),
        migrations.AddField(
            model_name="secondfactor",
            name="user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="second_factor",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="club",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.club",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="member",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.member",
            ),
        ),
        migrations.AddField(
            model_name="session",
            name="staff",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="club.staff",
            ),
        ),
        migrations.AddField(
            model_name="staffbranch",
            name="branch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="club.branch"
            ),
        ),
        migrations.AddField(
            model_name="staffbranch",
            name="staff",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="more_branches",
                to="club.staff",
            ),
        ),
        migrations.AddIndex(
            model_name="numberchange",
            index=models.Index(fields=["club", "-id"], name="number_changes_newest"),
        ),
        migrations.AddConstraint(
            model_name="numberchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("status", "waiting")),
                    models.Q(("decided_at__isnull", False), ("status__in", ["done", "refused"])),
                    _connector="OR",
                ),
                name="number_change_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="numberchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status", "waiting")),
                fields=("member",),
                name="number_change_waits_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownrole",
            constraint=models.UniqueConstraint(fields=("club", "name"), name="own_role_once"),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("staff__isnull", False)),
                fields=["staff"],
                name="session_of_staff",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member"],
                name="session_of_member",
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["last_seen_at"], name="session_by_age"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("member__isnull", True), ("staff__isnull", False)),
                    models.Q(("member__isnull", False), ("staff__isnull", True)),
                    _connector="OR",
                ),
                name="session_of_one_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffbranch",
            constraint=models.UniqueConstraint(
                fields=("staff", "branch"), name="staff_branch_once"
            ),
        ),
    ]
