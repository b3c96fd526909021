"""Jobs that the worker does by the clock."""

from __future__ import annotations

import logging
from datetime import timedelta
from time import monotonic

from procrastinate.contrib.django import app

from vafa.club.actions.household_invitations import forget_old_invitations
from vafa.club.actions.login_cleanup import forget_old_logins
from vafa.club.actions.sessions import forget_old_sessions
from vafa.club.actions.tasks import TASK_JOB, forget_task_files
from vafa.club.models import Club
from vafa.club.reads.context import ClubContext, club_context
from vafa.club.rules.households import DECLINED_FOR
from vafa.commerce.actions.data_imports import forget_samples
from vafa.config.sealing import public_seal_key, signing_key
from vafa.config.stalled import take_up_stalled
from vafa.config.tasks import carry_out_task, log_differences
from vafa.core.clock import now
from vafa.core.idempotency import KEPT_DAYS
from vafa.core.idempotency import forget_answers as forget_old_answers
from vafa.engage.actions.codes import SEND_JOB
from vafa.engage.actions.delivery import send_due
from vafa.engage.actions.emails import clubs_with_emails, send_emails
from vafa.engage.actions.expiry_warnings import warn_of_expiry
from vafa.engage.actions.fee_reminders import remind_of_fees
from vafa.engage.actions.following import follow
from vafa.engage.actions.wanted import write_what_is_wanted
from vafa.engage.errors import NoChannel
from vafa.flows.draws import FREEZES_BEFORE, freeze_draw
from vafa.flows.happening_days import follow_the_clock
from vafa.flows.hold_ends import end_due_holds
from vafa.flows.ledger_checks import check_nightly, is_due
from vafa.flows.referrals import settle_referrals
from vafa.flows.sealing import seal_club
from vafa.flows.tier_changes import note_tiers
from vafa.flows.upkeep import run_upkeep
from vafa.insight.actions.keeping import bring_up, note_what_happened, rebuild
from vafa.insight.actions.runs import clubs_with_schedules
from vafa.insight.reads.kept_checks import kept_differences
from vafa.ledger.errors import LedgerFrozen
from vafa.program.actions.publishing import clubs_with_due_drafts, publish_due
from vafa.program.draw_errors import DrawStepRefused
from vafa.program.errors import NoLiveProgram
from vafa.program.reads.draws import due_to_freeze
from vafa.web.panel.reports.sending import send_due_reports

_logger = logging.getLogger("vafa.jobs")
TASK_FILES_KEPT = timedelta(days=30)
# Of every ten seconds.
FIGURES_SECONDS = 2.0
# A member stays logged in for 30 days without coming back.
SESSIONS_KEPT = timedelta(days=31)


@app.periodic(cron="1 * * * *")
@app.task(name="upkeep", queueing_lock="upkeep", pass_context=False)
def upkeep(timestamp: int) -> None:
    """Mature and expire what is due in every club; hourly, since every zone has its midnight.

    A club that fails does not keep the others from theirs; the job then fails as a whole, so
    that it is seen.
    """
    failed: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        try:
            _warn(club_context(club_id))
            run_upkeep(club_context(club_id))
        except LedgerFrozen:
            _logger.warning("upkeep of club %s skipped: its ledger is read-only", club_id)
        except Exception:
            _logger.exception("upkeep of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"upkeep failed for clubs {failed}")


def _warn(club: ClubContext) -> None:
    for tell in (warn_of_expiry, remind_of_fees):
        try:
            tell(club)
        except NoChannel:
            _logger.warning("club %s has members whom it has no way to write to", club.id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="follow_the_clock", queueing_lock="follow_the_clock", pass_context=False)
def happen(timestamp: int) -> None:
    """Birthdays, anniversaries, occasions and schedules, at every club's own hours, and rewards of
    invitations (see ``upkeep`` for failures)."""
    failed: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        try:
            follow_the_clock(club_context(club_id))
            settle_referrals(club_context(club_id))
        except LedgerFrozen:
            # Soon again; ``upkeep`` says it once an hour.
            _logger.debug("happenings of club %s wait: its ledger is read-only", club_id)
        except Exception:
            _logger.exception("following the clock of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"following the clock failed for clubs {failed}")


@app.periodic(cron="17 * * * *")
@app.task(name="note_tiers", queueing_lock="note_tiers", pass_context=False)
def tiers(timestamp: int) -> None:
    """Note once on each club's day whose tier has changed (see ``upkeep`` for failures)."""
    failed: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        try:
            note_tiers(club_context(club_id))
        except NoLiveProgram:
            _logger.debug("club %s promises nothing yet", club_id)
        except Exception:
            _logger.exception("noting the tiers of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"noting tiers failed for clubs {failed}")


@app.periodic(cron="* * * * *")
@app.task(name="end_holds", queueing_lock="end_holds", pass_context=False)
def end_holds(timestamp: int) -> None:
    """Give back what was set aside for a bill and not used in time (see ``upkeep`` for failures)."""
    failed: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        try:
            end_due_holds(club_context(club_id), now())
        except LedgerFrozen:
            # Each minute again; ``upkeep`` says it once an hour.
            _logger.debug("holds of club %s wait: its ledger is read-only", club_id)
        except Exception:
            _logger.exception("ending the holds of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"ending holds failed for clubs {failed}")


@app.periodic(cron="23 * * * *")
@app.task(name="forget_logins", queueing_lock="forget_logins", pass_context=False)
def forget_logins(timestamp: int) -> None:
    """Delete one-time codes and failed logins that no limit looks at any more, and what is kept of
    sessions that are over; and the numbers that were invited into households long ago."""
    forget_old_logins(now() - timedelta(days=1))
    forget_old_sessions(now() - SESSIONS_KEPT)
    forget_old_invitations(now() - DECLINED_FOR)


@app.periodic(cron="43 23 * * *")
@app.task(name="forget_answers", queueing_lock="forget_answers", pass_context=False)
def forget_answers(timestamp: int) -> None:
    """Delete what was answered under idempotency keys a month ago; the keys stay."""
    forget_old_answers(now() - timedelta(days=KEPT_DAYS))


@app.periodic(cron="* * * * *")
@app.task(name="seal", queueing_lock="seal", pass_context=False)
def seal(timestamp: int) -> None:
    """Seal what was written in the last minute, club by club (see ``upkeep`` for failures)."""
    failed: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        try:
            seal_club(club_context(club_id), signing_key())
        except Exception:
            _logger.exception("sealing of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"sealing failed for clubs {failed}")


@app.periodic(cron="7 * * * *")
@app.task(name="check_ledgers", queueing_lock="check_ledgers", lock="check_ledgers")
def check_ledgers(timestamp: int) -> None:
    """Verify every club once a night, by its own clock; one that does not add up stands still.

    What is wrong with one club, or breaks off its check, does not keep the others from theirs;
    the job then fails as a whole, so that it is seen.
    """
    wrong: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        club = club_context(club_id)
        if not is_due(club, now()):
            continue
        try:
            differences = check_nightly(club, seal_key=public_seal_key())
        except Exception:
            _logger.exception("the check of club %s broke off", club_id)
            wrong.append(club_id)
            continue
        if differences:
            log_differences(club_id, differences)
            wrong.append(club_id)
    if wrong:
        raise RuntimeError(f"the ledgers of clubs {wrong} do not add up, or were not checked")


@app.task(name=TASK_JOB)
def task(club_id: int, task_id: int) -> None:
    """Do a piece of long work because somebody of its club asked."""
    carry_out_task(club_id, task_id)


@app.periodic(cron="* * * * * */20")
@app.task(name="take_up_stalled", queueing_lock="take_up_stalled", pass_context=False)
async def take_up(timestamp: int) -> None:
    """Free the locks of jobs whose worker was killed, and let what was asked for go on."""
    await take_up_stalled()


@app.periodic(cron="53 23 * * *")
@app.task(name="forget_task_files", queueing_lock="forget_task_files", pass_context=False)
def forget_files_of_tasks(timestamp: int) -> None:
    """Delete the files of long work that was asked for a month ago, and the first rows of files that
    were only looked at."""
    forget_task_files(now() - TASK_FILES_KEPT)
    forget_samples(now() - TASK_FILES_KEPT)


@app.periodic(cron="* * * * *")
@app.task(name="publish_drafts", queueing_lock="publish_drafts", pass_context=False)
def publish_drafts(timestamp: int) -> None:
    """Publish the drafts whose time has come, be it long ago (see ``upkeep`` for failures)."""
    failed: list[int] = []
    for club_id in clubs_with_due_drafts(now()):
        try:
            publish_due(club_id, now())
        except Exception:
            _logger.exception("publishing the draft of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"publishing drafts failed for clubs {failed}")


@app.periodic(cron="*/5 * * * *")
@app.task(name="freeze_draws", queueing_lock="freeze_draws", pass_context=False)
def freeze_draws(timestamp: int) -> None:
    """Close the lists that nobody has closed and whose draw comes near (see ``upkeep`` for
    failures): after its announced moment a draw could only be cancelled."""
    failed: list[int] = []
    for club_id, draw_id in due_to_freeze(now() + FREEZES_BEFORE):
        try:
            freeze_draw(club_context(club_id), draw_id)
        except DrawStepRefused:
            _logger.info("the list of draw %s was closed meanwhile", draw_id)
        except Exception:
            _logger.exception("closing the list of draw %s failed", draw_id)
            failed.append(draw_id)
    if failed:
        raise RuntimeError(f"closing the lists of draws {failed} failed")


@app.periodic(cron="* * * * *")
@app.task(name="send_messages", queueing_lock="send_messages", pass_context=False)
def send_messages(timestamp: int) -> None:
    """Write to people what events ask for, and send what waits (see ``upkeep`` for failures)."""
    write_what_is_wanted()
    failed: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        try:
            send_due(club_context(club_id))
        except Exception:
            _logger.exception("sending the messages of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"sending messages failed for clubs {failed}")


@app.task(name=SEND_JOB)
def send_messages_of(club_id: int) -> None:
    """Send a club's messages because a code waits among them."""
    send_due(club_context(club_id))


@app.periodic(cron="*/5 * * * *")
@app.task(name="follow_messages", queueing_lock="follow_messages", pass_context=False)
def follow_messages(timestamp: int) -> None:
    """See what became of messages (see ``upkeep`` for failures)."""
    failed: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        try:
            follow(club_context(club_id))
        except Exception:
            _logger.exception("following the messages of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"following messages failed for clubs {failed}")


@app.periodic(cron="* * * * *")
@app.task(name="send_reports", queueing_lock="send_reports", lock="send_reports")
def send_reports(timestamp: int) -> None:
    """Make the reports whose time has come and write their e-mails (see ``upkeep`` for failures)."""
    failed: list[int] = []
    for club_id in clubs_with_schedules():
        try:
            send_due_reports(club_id)
        except Exception:
            _logger.exception("sending the reports of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"sending reports failed for clubs {failed}")


@app.periodic(cron="* * * * *")
@app.task(name="send_emails", queueing_lock="send_emails", lock="send_emails")
def send_queued_emails(timestamp: int) -> None:
    """Send the e-mails that wait (see ``upkeep`` for failures)."""
    failed: list[int] = []
    for club_id in clubs_with_emails():
        try:
            send_emails(club_context(club_id))
        except Exception:
            _logger.exception("sending the e-mails of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"sending e-mails failed for clubs {failed}")


@app.periodic(cron="* * * * * */10")
@app.task(
    name="keep_figures", queueing_lock="keep_figures", lock="keep_figures", pass_context=False
)
def keep_figures(timestamp: int) -> None:
    """Bring the daily figures of clubs up to date, for a fifth of the time at most (see ``upkeep``
    for failures)."""
    until, failed = monotonic() + FIGURES_SECONDS, []
    for club_id in note_what_happened(until):
        try:
            bring_up(club_context(club_id), until)
        except Exception:
            _logger.exception("keeping the figures of club %s failed", club_id)
            failed.append(club_id)
    if failed:
        raise RuntimeError(f"keeping figures failed for clubs {failed}")


@app.periodic(cron="31 23 * * *")
@app.task(name="check_figures", queueing_lock="check_figures", pass_context=False)
def check_figures(timestamp: int) -> None:
    """Compare every club's daily figures with its facts once a night; those that differ are made
    anew, and the job fails, so that it is seen."""
    wrong: list[int] = []
    for club_id in Club.objects.order_by("id").values_list("id", flat=True):
        differences = kept_differences(club_context(club_id))
        if differences:
            _logger.error("figures of club %s were wrong: %s", club_id, " / ".join(differences[0]))
            wrong.append(club_id)
            rebuild(club_context(club_id))
    if wrong:
        raise RuntimeError(f"the daily figures of clubs {wrong} were wrong, and were made anew")
