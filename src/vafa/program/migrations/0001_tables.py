from django.db import migrations

from vafa.core.migrations_tables import Together
from vafa.program.migrations import _corrections, _decisions, _draws, _members, _vouchers


class Migration(migrations.Migration):
    initial = True
    dependencies = [("club", "0001_tables"), ("commerce", "0001_tables")]
    replaces = [
        ("program", "0001_initial"),
        ("program", "0003_holds"),
        ("program", "0004_corrections"),
        ("program", "0006_gifts"),
        ("program", "0007_links"),
        ("program", "0008_draws"),
        ("program", "0009_limits"),
        ("program", "0010_vouchers"),
        ("program", "0011_tiers"),
        ("program", "0012_happenings"),
        ("program", "0013_referral"),
        ("program", "0014_backtests"),
        ("program", "0015_effects"),
        ("program", "0016_chances_as_rewards"),
        ("program", "0017_decision_inputs"),
        ("program", "0018_tier_segment_reason"),
        ("program", "0020_offline_sales"),
        ("program", "0021_opening_balances"),
        ("program", "0022_bulk_adjustments"),
        ("program", "0024_unfinished_offline_sales"),
    ]
    operations = [
        Together(
            [
                *_decisions.TABLES,
                *_corrections.TABLES,
                *_vouchers.TABLES,
                *_draws.TABLES,
                *_members.TABLES,
            ]
        )
    ]
