from __future__ import annotations

from vafa.core.errors import DomainError


class NoLiveProgram(DomainError):
    code = "no_live_program"
    status = 409
    fa = "این باشگاه هنوز قانون منتشرشده‌ای ندارد."
    en = "This club has no published program yet."


class PointsDoNotPay(DomainError):
    code = "points_do_not_pay"
    status = 409
    final = True
    fa = "در این باشگاه با امتیاز نمی‌توان پرداخت کرد."
    en = "Points do not pay bills in this club."


class TooManyPoints(DomainError):
    code = "too_many_points"
    status = 409
    final = True
    fa = "روی این خرید تا {limit} امتیاز می‌توان خرج کرد."
    en = "Up to {limit} points may pay on this bill."


class InvalidProgram(DomainError):
    """The draft's document breaks a rule of the form; ``where`` and ``why`` say which."""

    code = "invalid_program"
    status = 422
    fa = "این قانون پذیرفته نشد: {where} ({why})"
    en = "The program was not accepted: {where} ({why})"


class RuleNeverFires(InvalidProgram):
    """A rule could never give anything: ``place`` is the condition's in the rule (from 0), or
    ``field`` one of the rule itself."""

    code = "rule_never_fires"
    fa = "قانون «{name_fa}»: {why_fa}"
    en = "The rule “{name_en}”: {why_en}"


class TierOfNobody(InvalidProgram):
    """A tier is for a segment that is not there, or that asks for tiers itself."""

    code = "tier_of_nobody"
    fa = "سطح «{name_fa}» نمی‌تواند برای این گروه باشد: {why_fa}"
    en = "The tier “{name_en}” cannot be for this segment: {why_en}"


class RulesInCircle(InvalidProgram):
    """Rules raise events that set each other off without end; ``rules`` are their ids in order."""

    code = "rules_in_circle"
    fa = "این قانون‌ها پشت سر هم یکدیگر را به کار می‌اندازند و هیچ‌گاه تمام نمی‌شوند: {circle_fa}"
    en = "These rules set each other off without end: {circle_en}"


class VoucherUnusable(DomainError):
    """Unknown, used, expired, another member's: one answer for all, so that codes cannot be probed."""

    code = "voucher_unusable"
    status = 409
    final = True
    fa = "این کد تخفیف روی این خرید کار نمی‌کند."
    en = "This voucher cannot be used on this bill."


class VoucherBasketTooSmall(DomainError):
    code = "voucher_basket_too_small"
    status = 409
    final = True
    fa = "مبلغ خرید برای این کد تخفیف کم است."
    en = "The bill is below this voucher's minimum."


class VoucherNotForThis(DomainError):
    """Hers and good, but for another branch, channel, or other products."""

    code = "voucher_not_for_this"
    status = 409
    final = True
    fa = "این کد تخفیف برای این شعبه، این شیوهٔ خرید یا این کالاها نیست."
    en = "This voucher is for another branch, another channel or other products."


class VoucherNotReserved(DomainError):
    """It serves many bills, and is set aside for none: the bill names it."""

    code = "voucher_not_reserved"
    status = 409
    fa = "این کد برای خریدهای بسیار است و کنار گذاشته نمی‌شود؛ هنگام ثبت خرید آن را بدهید."
    en = "This code serves many bills and cannot be set aside: give it with the bill."


class CodesTooShort(DomainError):
    """So few letters that codes could be guessed."""

    code = "codes_too_short"
    status = 422
    fa = "با این تعداد کد، دست‌کم {fewest} حرف لازم است تا کسی کدها را حدس نزند."
    en = "For so many codes at least {fewest} letters are needed, so that nobody guesses them."


class DuplicateCodes(DomainError):
    """A list of codes has some twice, or some that the club has; rows are named."""

    code = "duplicate_codes"
    status = 422
    fa = (
        "{count} کد تکراری است و هیچ کدی وارد نشد. تکراری در فایل، سطرهای {twice}؛"
        " از پیش در باشگاه، سطرهای {known}."
    )
    en = (
        "{count} codes are there twice, and none was brought in. Twice in the file: rows {twice};"
        " in the club already: rows {known}."
    )


class CodeUnreadable(DomainError):
    """A row of a list of codes has none, or one that is too long."""

    code = "code_unreadable"
    status = 422
    fa = "در سطر {row} کد خوانایی نیست (دست‌کم یک و حداکثر ۶۴ نویسه)."
    en = "Row {row} has no readable code (1 to 64 characters)."


class CodesGone(DomainError):
    """No code of the series is left to give, or the series is over."""

    code = "codes_gone"
    status = 409
    final = True
    fa = "از این سری کد دیگر کدی نمانده یا مهلت آن گذشته است."
    en = "No code of this series is left, or its time is over."


class TooManyVouchers(DomainError):
    """More codes on one bill than can be compared."""

    code = "too_many_vouchers"
    status = 422
    fa = "روی یک خرید تا {limit} کد تخفیف می‌توان به کار برد."
    en = "Up to {limit} vouchers may be used on one bill."


class RewardUnavailable(DomainError):
    code = "reward_unavailable"
    status = 409
    final = True
    fa = "این جایزه اکنون در دسترس نیست."
    en = "This reward is not available now."


class RewardNotForHer(DomainError):
    """Its dates, tiers, segment or limit for one member speak against it: ``why``."""

    code = "reward_not_for_her"
    status = 409
    final = True
    fa = "این جایزه اکنون برای این عضو نیست."
    en = "This reward is not for this member now."


class RedemptionFinal(DomainError):
    """Its voucher was used, has run out, or was given up before."""

    code = "redemption_final"
    status = 409
    final = True
    fa = "این جایزه دیگر پس داده نمی‌شود: کد آن استفاده شده، مهلتش گذشته یا پیش‌تر پس داده شده است."
    en = (
        "This reward cannot be given up any more: it was used, has run out, or was given up before."
    )


class VoucherSetAside(DomainError):
    """Its voucher is set aside for a bill at this moment."""

    code = "voucher_set_aside"
    status = 409
    fa = (
        "کد این جایزه همین حالا برای یک خرید کنار گذاشته شده است. پس از آن خرید دوباره امتحان کنید."
    )
    en = "This reward's voucher is set aside for a bill right now. Try again after that bill."


class BillOverpaid(DomainError):
    """Credit of more than what is left to pay (smallest currency units)."""

    code = "bill_overpaid"
    status = 409
    final = True
    fa = "اعتبار بیش از ماندهٔ این خرید است."
    en = "That is more credit than what is left to pay on this bill."


class UnknownReservation(DomainError):
    """No such reservation, or another member's."""

    code = "unknown_reservation"
    status = 404
    fa = "رزروی با این شماره برای این عضو نیست."
    en = "There is no such reservation of this member."


class ReservationResolved(DomainError):
    """It was used, released or expired before, and that is final."""

    code = "reservation_resolved"
    status = 409
    final = True
    fa = "این رزرو پیش‌تر بسته شده یا مهلتش گذشته است."
    en = "This reservation has ended already."


class NothingToReserve(DomainError):
    """A reservation of no points, no credit and no voucher."""

    code = "nothing_to_reserve"
    status = 422
    fa = "چیزی برای رزرو داده نشده است: امتیاز، اعتبار یا کد تخفیف."
    en = "Nothing to reserve was given: points, credit or a voucher."


class ReasonMissing(DomainError):
    """A correction without a reason."""

    code = "reason_missing"
    status = 422
    fa = "دلیل این کار را بنویسید."
    en = "Say why."


class UnknownAdjustment(DomainError):
    code = "unknown_adjustment"
    status = 404
    fa = "اصلاحی با این شماره پیدا نشد."
    en = "There is no such adjustment."


class AdjustmentDecided(DomainError):
    """It was applied or refused before, and that is final."""

    code = "adjustment_decided"
    status = 409
    final = True
    fa = "دربارهٔ این اصلاح پیش‌تر تصمیم گرفته شده است."
    en = "This adjustment was decided already."


class SamePerson(DomainError):
    """The one who asked may not be the second person."""

    code = "same_person"
    status = 403
    fa = "کسی که اصلاح را خواسته نمی‌تواند خودش آن را تأیید کند."
    en = "Whoever asked for it cannot approve it."


class UnknownTransfer(DomainError):
    code = "unknown_transfer"
    status = 404
    fa = "جابه‌جایی‌ای با این شماره پیدا نشد."
    en = "There is no such transfer."


class NotReversible(DomainError):
    """It follows from something else, or has its own way to be undone."""

    code = "not_reversible"
    status = 409
    fa = "این جابه‌جایی به‌تنهایی برگشت نمی‌خورد؛ کاری را که از آن برآمده برگردانید."
    en = "This transfer cannot be undone by itself; undo what it came from."


class AlreadyReversed(DomainError):
    code = "already_reversed"
    status = 409
    final = True
    fa = "این جابه‌جایی یک بار برگشت خورده است."
    en = "This transfer was reversed already."


class TooLateToRevive(DomainError):
    code = "too_late_to_revive"
    status = 409
    fa = "مهلت برگرداندن این امتیازهای منقضی گذشته است."
    en = "It is too late to give these expired points back."


class GiftsAreOff(DomainError):
    code = "gifts_are_off"
    status = 409
    fa = "در این باشگاه هدیه دادن امتیاز ممکن نیست."
    en = "This club does not let members give points away."


class GiftToOneself(DomainError):
    """To oneself, or within one household's wallet."""

    code = "gift_to_oneself"
    status = 409
    fa = "به خودتان (یا هم‌خانوارتان) نمی‌توانید امتیاز هدیه بدهید."
    en = "You cannot give points to yourself or your own household."


class GiftLimit(DomainError):
    """More than a day's points or gifts."""

    code = "gift_limit"
    status = 409
    fa = "بیش از سقف هدیهٔ روزانه است: تا {points} امتیاز در {gifts} بار."
    en = "That is over the limit of a day: {points} points in {gifts} gifts."


class DoneMeanwhile(DomainError):
    """She has done the very same since she opened the page: in another window, or by going back."""

    code = "done_meanwhile"
    status = 409
    fa = "پس از باز شدن این صفحه همین کار را یک بار انجام داده‌اید. اگر باز هم می‌خواهید، دکمه را دوباره بزنید."
    en = (
        "You have done this once since this page was opened. If you want it again, press once more."
    )


class ImpossibleOccasion(DomainError):
    """No year of the calendar has this day."""

    code = "impossible_occasion"
    status = 422
    fa = "در این تقویم چنین روزی نیست."
    en = "The calendar has no such day."


class OccasionExists(DomainError):
    """Another occasion of the club has the code."""

    code = "occasion_exists"
    status = 409
    fa = "مناسبت دیگری با این شناسه هست."
    en = "Another occasion has this code."


class UnknownEvent(DomainError):
    """The programme in force knows no event of that name."""

    code = "unknown_event"
    status = 422
    fa = "رویدادی به نام «{name}» در برنامهٔ باشگاه تعریف نشده است."
    en = "The club's programme knows no event called “{name}”."


class PublishingInPast(DomainError):
    code = "publishing_in_past"
    status = 422
    fa = "این زمان گذشته است."
    en = "That moment has passed."


class ReferralIsOff(DomainError):
    """The programme in force does not reward invitations."""

    code = "referral_is_off"
    status = 409
    fa = "این باشگاه به دعوت دوستان جایزه نمی‌دهد."
    en = "This club does not reward invitations."


class UnknownInvitation(DomainError):
    """No active member has this invitation code."""

    code = "unknown_invitation"
    status = 422
    fa = "این کد دعوت را نمی‌شناسیم."
    en = "Nobody has this invitation code."
