"""Messages and e-mails: how far each is, every step of it, and whose account sends."""

from django.db import migrations, models
from django.db.models.deletion import PROTECT
from django.db.models.functions import Now

from vafa.core.migrations_tables import Together, table, tied

TABLES = [
    table(
        "Message",
        ("channel", models.CharField(max_length=12)),
        ("recipient", models.CharField(max_length=80)),
        ("kind", models.CharField(max_length=16)),
        ("text", models.TextField()),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("club", tied("club.club")),
        ("changed_at", models.DateTimeField(db_default=Now())),
        ("cost", models.BigIntegerField(db_default=0)),
        ("good_until", models.DateTimeField(null=True)),
        ("key", models.CharField(max_length=120, null=True)),
        ("local_id", models.BigIntegerField(db_default=0)),
        ("parts", models.SmallIntegerField(db_default=1)),
        ("provider_id", models.CharField(blank=True, db_default="", max_length=40)),
        ("sealed", models.BinaryField(null=True)),
        ("send_after", models.DateTimeField(db_default=Now())),
        ("state", models.CharField(db_default="stored", max_length=12)),
        ("tries", models.SmallIntegerField(db_default=0)),
        ("why", models.CharField(blank=True, db_default="", max_length=16)),
        ("member", tied("club.member", null=True, db_index=False)),
        ("purpose", models.CharField(db_default="service", default="service", max_length=20)),
        indexes=[
            models.Index(fields=["club", "created_at"], name="message_latest"),
            models.Index(
                condition=models.Q(("state__in", ["queued", "sending", "unknown"])),
                fields=["club", "send_after"],
                name="message_waiting",
            ),
            models.Index(
                condition=models.Q(("state", "accepted")),
                fields=["club", "changed_at"],
                name="message_on_its_way",
            ),
            models.Index(fields=["club", "state", "created_at"], name="message_by_state"),
            models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member", "-created_at"],
                name="message_of_member",
            ),
        ],
        constraints=[
            models.UniqueConstraint(fields=("club", "key"), name="message_once"),
            models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "stored",
                            "queued",
                            "sending",
                            "accepted",
                            "delivered",
                            "undelivered",
                            "blocked",
                            "failed",
                            "unknown",
                            "expired",
                            "withheld",
                        ],
                    )
                ),
                name="message_state_known",
            ),
        ],
    ),
    table(
        "Attempt",
        ("at", models.DateTimeField()),
        ("what", models.CharField(max_length=12)),
        ("why", models.CharField(blank=True, default="", max_length=16)),
        ("code", models.CharField(blank=True, default="", max_length=16)),
        ("cost", models.BigIntegerField(null=True)),
        ("club", tied("club.club", db_index=False)),
        ("message", tied("engage.message", related_name="attempts")),
        indexes=[
            models.Index(
                condition=models.Q(("what", "began")), fields=["club", "at"], name="attempt_begun"
            )
        ],
    ),
    migrations.CreateModel(
        "EventCursor",
        [
            ("name", models.CharField(max_length=20, primary_key=True, serialize=False)),
            ("transaction", models.BigIntegerField()),
            ("event", models.BigIntegerField()),
        ],
    ),
    table(
        "SmsSettings",
        ("kind", models.CharField(max_length=12)),
        ("sealed_key", models.BinaryField()),
        ("key_end", models.CharField(blank=True, default="", max_length=4)),
        ("sender", models.CharField(max_length=20)),
        ("template", models.CharField(blank=True, default="", max_length=60)),
        ("footer", models.CharField(blank=True, default="", max_length=40)),
        ("part_price", models.IntegerField(default=0)),
        ("hour_limit", models.IntegerField(default=0)),
        ("day_limit", models.IntegerField(default=0)),
        ("month_limit", models.BigIntegerField(default=0)),
        ("is_on", models.BooleanField(default=True)),
        ("changed_at", models.DateTimeField()),
        ("club", models.OneToOneField(on_delete=PROTECT, related_name="+", to="club.club")),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("day_limit__gte", 0),
                    ("hour_limit__gte", 0),
                    ("month_limit__gte", 0),
                    ("part_price__gte", 0),
                ),
                name="sms_limits_not_negative",
            )
        ],
    ),
    table(
        "Email",
        ("key", models.CharField(max_length=120, null=True)),
        ("recipient", models.CharField(max_length=254)),
        ("subject", models.CharField(max_length=200)),
        ("text", models.TextField()),
        ("leave_url", models.CharField(blank=True, default="", max_length=300)),
        ("file_name", models.CharField(blank=True, default="", max_length=200)),
        ("file_type", models.CharField(blank=True, default="", max_length=100)),
        ("file", models.BinaryField(null=True)),
        ("state", models.CharField(max_length=8)),
        ("why", models.CharField(blank=True, default="", max_length=16)),
        ("tries", models.SmallIntegerField(default=0)),
        ("created_at", models.DateTimeField(db_default=Now())),
        ("send_after", models.DateTimeField()),
        ("changed_at", models.DateTimeField()),
        ("club", tied("club.club", db_index=False)),
        ("kind", models.CharField(blank=True, db_default="", default="", max_length=16)),
        ("member", tied("club.member", null=True, db_index=False)),
        ("purpose", models.CharField(db_default="service", default="service", max_length=20)),
        indexes=[
            models.Index(fields=["club", "-id"], name="email_newest"),
            models.Index(
                condition=models.Q(("state__in", ["queued", "sending"])),
                fields=["club", "send_after"],
                name="email_waiting",
            ),
            models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["member", "-created_at"],
                name="email_of_member",
            ),
            models.Index(
                condition=models.Q(("member__isnull", False)),
                fields=["club", "-id"],
                name="email_to_members",
            ),
        ],
        constraints=[
            models.UniqueConstraint(fields=("club", "key"), name="email_once"),
            models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["stored", "queued", "sending", "sent", "failed", "unknown", "withheld"],
                    )
                ),
                name="email_state_known",
            ),
        ],
    ),
    table(
        "EmailSettings",
        ("host", models.CharField(max_length=120)),
        ("port", models.IntegerField(default=587)),
        ("security", models.CharField(default="starttls", max_length=8)),
        ("user", models.CharField(blank=True, default="", max_length=120)),
        ("sealed_password", models.BinaryField(null=True)),
        ("sender", models.CharField(max_length=120)),
        ("sender_name", models.CharField(blank=True, default="", max_length=80)),
        ("is_on", models.BooleanField(default=True)),
        ("changed_at", models.DateTimeField()),
        ("club", models.OneToOneField(on_delete=PROTECT, related_name="+", to="club.club")),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("port__gt", 0),
                    ("port__lt", 65536),
                    ("security__in", ["starttls", "tls", "none"]),
                ),
                name="email_server_known",
            )
        ],
    ),
    table(
        "QuietHours",
        ("begins", models.SmallIntegerField()),
        ("ends", models.SmallIntegerField()),
        ("changed_at", models.DateTimeField()),
        ("club", models.OneToOneField(on_delete=PROTECT, related_name="+", to="club.club")),
        constraints=[
            models.CheckConstraint(
                condition=models.Q(
                    ("begins__gte", 0), ("begins__lte", 23), ("ends__gte", 0), ("ends__lte", 23)
                ),
                name="quiet_hours_of_a_day",
            )
        ],
    ),
]


class Migration(migrations.Migration):
    initial = True
    dependencies = [("club", "0001_tables")]
    replaces = [
        ("engage", "0001_initial"),
        ("engage", "0002_sms"),
        ("engage", "0003_purpose"),
        ("engage", "0004_email"),
        ("engage", "0005_quiet_and_members"),
    ]
    operations = [Together(TABLES)]
