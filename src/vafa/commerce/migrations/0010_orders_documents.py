import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from vafa.core.migrations_sql import append_only, erasable, permanent


ONE_BY_ONE = """
CREATE FUNCTION commerce_documentseries_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last <> OLD.last + 1
        OR (NEW.club_id, NEW.branch_id, NEW.kind, NEW.year)
            IS DISTINCT FROM (OLD.club_id, OLD.branch_id, OLD.kind, OLD.year)
    THEN
        RAISE EXCEPTION 'numbers of documents go up by one'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER commerce_documentseries_steps BEFORE UPDATE ON commerce_documentseries
    FOR EACH ROW EXECUTE FUNCTION commerce_documentseries_steps();
"""
GUARDS = (
    append_only("commerce_orderstep"),
    append_only("commerce_document"),
    erasable("commerce_document", ["buyer"]),
    permanent("commerce_documentseries"),
    permanent("commerce_order"),
    ONE_BY_ONE,
)


class Migration(migrations.Migration):
    dependencies = [
        ("club", "0013_fees"),
        ("commerce", "0009_data_imports"),
    ]

    operations = [
        migrations.CreateModel(
            name="Order",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(default="sale", max_length=4)),
                ("state", models.CharField(default="draft", max_length=11)),
                ("channel", models.CharField(default="phone", max_length=8)),
                ("payment", models.CharField(blank=True, default="", max_length=8)),
                ("vouchers", models.CharField(blank=True, default="", max_length=200)),
                ("total", models.BigIntegerField(default=0)),
                ("recipient", models.CharField(blank=True, default="", max_length=120)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                ("address", models.CharField(blank=True, default="", max_length=400)),
                ("note", models.CharField(blank=True, default="", max_length=400)),
                ("wanted_on", models.DateField(null=True)),
                ("covers_from", models.DateField(null=True)),
                ("covers_until", models.DateField(null=True)),
                ("made_by", models.CharField(max_length=40)),
                (
                    "made_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False,
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
                (
                    "purchase",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="order",
                        to="commerce.purchase",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160)),
                ("quantity", models.BigIntegerField(default=1000)),
                ("price", models.BigIntegerField()),
                ("amount", models.BigIntegerField()),
                ("kind", models.CharField(blank=True, default="", max_length=9)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="commerce.order",
                    ),
                ),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commerce.product",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrderStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=11)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("actor", models.CharField(max_length=40)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="commerce.order",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SellerDetails",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("address", models.CharField(blank=True, default="", max_length=300)),
                ("postcode", models.CharField(blank=True, default="", max_length=20)),
                ("phone", models.CharField(blank=True, default="", max_length=60)),
                ("economic_code", models.CharField(blank=True, default="", max_length=20)),
                ("national_id", models.CharField(blank=True, default="", max_length=20)),
                ("registration_no", models.CharField(blank=True, default="", max_length=20)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                (
                    "branch",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.branch",
                    ),
                ),
                (
                    "club",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.club",
                    ),
                ),
                (
                    "merchant",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="club.merchant",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=7)),
                ("year", models.SmallIntegerField()),
                ("number", models.IntegerField()),
                ("name", models.CharField(max_length=60)),
                ("total", models.BigIntegerField()),
                ("content", models.JSONField()),
                ("buyer", models.JSONField(null=True)),
                ("actor", models.CharField(max_length=40)),
                (
                    "issued_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False,
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
                    "invoice",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="commerce.document",
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
                (
                    "of_return",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document",
                        to="commerce.return",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="commerce.purchase",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["club", "-id"], name="document_newest"),
                    models.Index(
                        condition=models.Q(("member__isnull", False)),
                        fields=["member", "-id"],
                        name="document_of_member",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("branch", "kind", "year", "number"), name="document_number_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "invoice")),
                        fields=("purchase",),
                        name="document_invoice_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("invoice__isnull", True),
                                ("kind", "invoice"),
                                ("of_return__isnull", True),
                            ),
                            models.Q(
                                ("invoice__isnull", False),
                                ("kind", "return"),
                                ("of_return__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="document_of_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentSeries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=7)),
                ("year", models.SmallIntegerField()),
                ("last", models.IntegerField()),
                (
                    "branch",
                    models.ForeignKey(
                        db_index=False,
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("branch", "kind", "year"), name="document_series_once"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["club", "-id"], name="order_newest"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["club", "state", "-id"], name="order_by_state"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member", "-id"],
                name="order_of_member",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["sale", "fee"]),
                    (
                        "state__in",
                        [
                            "draft",
                            "placed",
                            "registering",
                            "registered",
                            "delivered",
                            "closed",
                            "cancelled",
                        ],
                    ),
                    ("total__gte", 0),
                ),
                name="order_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "sale"), ("member__isnull", False), _connector="OR"),
                name="order_fee_of_member",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "fee"), ("state", "placed")),
                fields=("member",),
                name="order_fee_owed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0), ("price__gte", 0), ("quantity__gt", 0)),
                name="order_line_amounts",
            ),
        ),
        migrations.AddConstraint(
            model_name="sellerdetails",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("branch__isnull", True), ("merchant__isnull", False)),
                    models.Q(("branch__isnull", False), ("merchant__isnull", True)),
                    _connector="OR",
                ),
                name="seller_of_one",
            ),
        ),
        *(migrations.RunSQL(guard, migrations.RunSQL.noop) for guard in GUARDS),
    ]
