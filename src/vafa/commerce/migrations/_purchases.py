"""Products, bills and what was brought back; files of them."""

from django.db import models
from django.db.models.deletion import PROTECT
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from vafa.core.migrations_sql import append_only, block_sequence, erasable, linked, permanent
from vafa.core.migrations_tables import table, tied

TABLES = [
    table(
        "Category",
        ("code", models.CharField(max_length=40)),
        ("name", models.CharField(max_length=80)),
        ("sort_key", models.CharField(default="", max_length=160)),
        ("club", tied("club.club")),
        constraints=[models.UniqueConstraint(fields=("club", "code"), name="category_code_once")],
    ),
    table(
        "Product",
        ("sku", models.CharField(max_length=64)),
        ("name", models.CharField(max_length=160)),
        ("sort_key", models.CharField(default="", max_length=320)),
        ("price", models.BigIntegerField(default=0)),
        ("is_active", models.BooleanField(default=True)),
        ("category", tied("commerce.category", related_name="products", null=True)),
        ("club", tied("club.club")),
        ("brand", models.CharField(blank=True, db_default="", default="", max_length=80)),
        constraints=[models.UniqueConstraint(fields=("club", "sku"), name="product_sku_once")],
    ),
    table(
        "Purchase",
        ("receipt_no", models.CharField(max_length=64)),
        ("channel", models.CharField(default="store", max_length=8)),
        ("total", models.BigIntegerField()),
        ("paid_by_points", models.BigIntegerField(default=0)),
        ("discount", models.BigIntegerField(default=0)),
        ("content_hash", models.CharField(max_length=64)),
        ("source", models.CharField(max_length=12)),
        ("actor", models.CharField(max_length=40)),
        ("purchased_at", models.DateTimeField()),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        ("branch", tied("club.branch", db_index=False, db_constraint=False)),
        ("club", tied("club.club", db_index=False, db_constraint=False)),
        ("member", tied("club.member", null=True, db_index=False, db_constraint=False)),
        ("paid_by_credit", models.BigIntegerField(db_default=0, default=0)),
        ("payment", models.CharField(blank=True, db_default="", default="", max_length=8)),
        ("payment_card", models.CharField(blank=True, db_default="", default="", max_length=32)),
        indexes=[
            models.Index(fields=["club", "purchased_at"], name="purchase_by_time"),
            models.Index(fields=["member", "purchased_at"], name="purchase_by_member"),
            models.Index(
                condition=models.Q(("source", "import")),
                fields=["actor", "id"],
                name="purchase_of_import",
            ),
        ],
        constraints=[
            models.UniqueConstraint(fields=("branch", "receipt_no"), name="receipt_once"),
            models.CheckConstraint(
                condition=models.Q(
                    ("discount__gte", 0),
                    ("paid_by_credit__gte", 0),
                    ("paid_by_points__gte", 0),
                    ("total__gt", 0),
                ),
                name="purchase_amounts",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    (
                        "total__gte",
                        CombinedExpression(
                            CombinedExpression(
                                models.F("paid_by_points"), "+", models.F("paid_by_credit")
                            ),
                            "+",
                            models.F("discount"),
                        ),
                    )
                ),
                name="purchase_not_overpaid",
            ),
        ],
    ),
    table(
        "PurchaseLine",
        ("number", models.SmallIntegerField()),
        ("name", models.CharField(blank=True, default="", max_length=160)),
        ("quantity", models.BigIntegerField(default=1000)),
        ("amount", models.BigIntegerField()),
        ("product", tied("commerce.product", null=True, db_index=False, db_constraint=False)),
        ("purchase", tied("commerce.purchase", related_name="lines", db_constraint=False)),
        ("kind", models.CharField(blank=True, db_default="", default="", max_length=9)),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(("amount__gte", 0), ("quantity__gt", 0)), name="line_amounts"
            )
        ],
    ),
    table(
        "Delivery",
        ("delivered_at", models.DateTimeField()),
        ("actor", models.CharField(max_length=40)),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        (
            "purchase",
            models.OneToOneField(
                on_delete=PROTECT, related_name="delivery", to="commerce.purchase"
            ),
        ),
    ),
    table(
        "Return",
        ("receipt_no", models.CharField(max_length=64)),
        ("total", models.BigIntegerField()),
        ("reason", models.CharField(blank=True, default="", max_length=200)),
        ("content_hash", models.CharField(max_length=64)),
        ("source", models.CharField(max_length=12)),
        ("actor", models.CharField(max_length=40)),
        ("returned_at", models.DateTimeField()),
        ("recorded_at", models.DateTimeField(db_default=Now())),
        ("branch", tied("club.branch", db_index=False)),
        ("club", tied("club.club", db_index=False)),
        ("member", tied("club.member", null=True, db_index=False)),
        ("purchase", tied("commerce.purchase", related_name="returns", null=True)),
        indexes=[
            models.Index(fields=["club", "returned_at"], name="return_by_time"),
            models.Index(fields=["member", "returned_at"], name="return_by_member"),
        ],
        constraints=[
            models.UniqueConstraint(fields=("branch", "receipt_no"), name="return_receipt_once"),
            models.CheckConstraint(condition=models.Q(("total__gt", 0)), name="return_positive"),
        ],
    ),
    table(
        "ReturnLine",
        ("name", models.CharField(blank=True, default="", max_length=160)),
        ("quantity", models.BigIntegerField(default=1000)),
        ("amount", models.BigIntegerField()),
        ("parent", tied("commerce.return", related_name="lines")),
        ("purchase_line", tied("commerce.purchaseline", related_name="returned", null=True)),
    ),
    table(
        "DataImport",
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
        ("created_at", models.DateTimeField(db_default=Now())),
        ("started_at", models.DateTimeField(null=True)),
        ("finished_at", models.DateTimeField(null=True)),
        ("undone_at", models.DateTimeField(null=True)),
        ("check_task", tied("club.task", null=True, db_index=False)),
        ("club", tied("club.club", db_index=False)),
        ("run_task", tied("club.task", null=True, db_index=False)),
        ("undo_task", tied("club.task", null=True, db_index=False)),
        ("upload", tied("club.task", null=True, db_index=False)),
        indexes=[models.Index(fields=["club", "-id"], name="data_import_newest")],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["members", "products", "purchases", "balances", "codes"]),
                    ("state__in", ["new", "ready", "running", "done", "undoing", "undone"]),
                ),
                name="data_import_known",
            )
        ],
    ),
    table(
        "ImportedRow",
        ("what", models.CharField(max_length=8)),
        ("number", models.BigIntegerField()),
        ("closed_at", models.DateTimeField(null=True)),
        ("data_import", tied("commerce.dataimport", related_name="rows", db_index=False)),
        indexes=[
            models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["what", "number"],
                name="imported_row_closed",
            )
        ],
        constraints=[
            models.CheckConstraint(
                condition=models.Q(("what__in", ["member", "product", "series"])),
                name="imported_row_known",
            ),
            models.UniqueConstraint(
                fields=("data_import", "what", "number"), name="imported_row_once"
            ),
        ],
    ),
]

_BILLS = "commerce_purchase", "commerce_purchaseline", "commerce_return", "commerce_returnline"
# Bills are tied to club, branch, member and product once for each statement (docs/adr/0008).
LINKS = [
    linked(
        "commerce_purchase",
        {"club_id": "club_club", "branch_id": "club_branch", "member_id": "club_member"},
        of_club=("branch_id", "member_id"),
    ),
    linked(
        "commerce_purchaseline",
        {"purchase_id": "commerce_purchase", "product_id": "commerce_product"},
    ),
]

IN_SQL = [
    *(append_only(each) for each in (*_BILLS, "commerce_delivery")),
    *(block_sequence(each, 500) for each in _BILLS),
    erasable("commerce_purchase", ["payment_card"]),
    erasable("commerce_return", ["reason"]),
    permanent("commerce_product"),
    *LINKS,
]
