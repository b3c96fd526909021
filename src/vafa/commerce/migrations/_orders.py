"""Orders, and documents with numbers without a gap."""

from django.db import models
from django.db.models.deletion import CASCADE, PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only, erasable, permanent
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Order",
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
        ("made_at", models.DateTimeField(db_default=Now())),
        ("branch", tied("club.branch", db_index=False)),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", null=True, db_index=False)),
        (
            "purchase",
            models.OneToOneField(
                db_constraint=False,
                null=True,
                on_delete=PROTECT,
                related_name="order",
                to="commerce.purchase",
            ),
        ),
        indexes=[
            models.Index(fields=["club", "-id"], name="order_newest"),
            models.Index(fields=["club", "state", "-id"], name="order_by_state"),
            models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member", "-id"],
                name="order_of_member",
            ),
        ],
        constraints=[
            models.CheckConstraint(
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
            models.CheckConstraint(
                condition=models.Q(("kind", "sale"), ("member__isnull", False), _connector="OR"),
                name="order_fee_of_member",
            ),
            models.UniqueConstraint(
                condition=models.Q(("kind", "fee"), ("state", "placed")),
                fields=("member",),
                name="order_fee_owed_once",
            ),
        ],
    ),
    table(
        "OrderLine",
        ("name", models.CharField(max_length=160)),
        ("quantity", models.BigIntegerField(default=1000)),
        ("price", models.BigIntegerField()),
        ("amount", models.BigIntegerField()),
        ("kind", models.CharField(blank=True, default="", max_length=9)),
        ("order", models.ForeignKey(on_delete=CASCADE, related_name="lines", to="commerce.order")),
        ("product", tied("commerce.product", null=True, db_index=False)),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(("amount__gte", 0), ("price__gte", 0), ("quantity__gt", 0)),
                name="order_line_amounts",
            )
        ],
    ),
    table(
        "OrderStep",
        ("state", models.CharField(max_length=11)),
        ("reason", models.CharField(blank=True, default="", max_length=200)),
        ("actor", models.CharField(max_length=40)),
        ("at", models.DateTimeField(db_default=Now())),
        ("order", tied("commerce.order", related_name="steps")),
    ),
    table(
        "SellerDetails",
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
            models.OneToOneField(null=True, on_delete=PROTECT, related_name="+", to="club.branch"),
        ),
        ("club", tied("club.club")),
        (
            "merchant",
            models.OneToOneField(
                null=True, on_delete=PROTECT, related_name="+", to="club.merchant"
            ),
        ),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("branch__isnull", True), ("merchant__isnull", False)),
                    models.Q(("branch__isnull", False), ("merchant__isnull", True)),
                    _connector="OR",
                ),
                name="seller_of_one",
            )
        ],
    ),
    table(
        "Document",
        ("kind", models.CharField(max_length=7)),
        ("year", models.SmallIntegerField()),
        ("number", models.IntegerField()),
        ("name", models.CharField(max_length=60)),
        ("total", models.BigIntegerField()),
        ("content", models.JSONField()),
        ("buyer", models.JSONField(null=True)),
        ("actor", models.CharField(max_length=40)),
        ("issued_at", models.DateTimeField(db_default=Now())),
        ("branch", tied("club.branch", db_index=False)),
        ("club", tied("club.club", db_index=False)),
        ("invoice", tied("commerce.document", related_name="returns", null=True, db_index=False)),
        ("member", tied("club.member", null=True, db_index=False)),
        (
            "of_return",
            models.OneToOneField(
                null=True, on_delete=PROTECT, related_name="document", to="commerce.return"
            ),
        ),
        ("purchase", tied("commerce.purchase", related_name="documents", db_constraint=False)),
        indexes=[
            models.Index(fields=["club", "-id"], name="document_newest"),
            models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member", "-id"],
                name="document_of_member",
            ),
        ],
        constraints=[
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
                        ("invoice__isnull", True), ("kind", "invoice"), ("of_return__isnull", True)
                    ),
                    models.Q(
                        ("invoice__isnull", False), ("kind", "return"), ("of_return__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="document_of_something",
            ),
        ],
    ),
    table(
        "DocumentSeries",
        ("kind", models.CharField(max_length=7)),
        ("year", models.SmallIntegerField()),
        ("last", models.IntegerField()),
        ("branch", tied("club.branch", db_index=False)),
        ("club", tied("club.club", db_index=False)),
        constraints=[
            models.UniqueConstraint(fields=("branch", "kind", "year"), name="document_series_once")
        ],
    ),
]

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

IN_SQL = [
    append_only("commerce_orderstep"),
    append_only("commerce_document"),
    erasable("commerce_document", ["buyer"]),
    permanent("commerce_documentseries"),
    permanent("commerce_order"),
    ONE_BY_ONE,
]
