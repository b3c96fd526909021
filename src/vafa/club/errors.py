from __future__ import annotations

from vafa.core.errors import DomainError


class UnknownMember(DomainError):
    """Nobody in this club answers to that reference."""

    code = "unknown_member"
    status = 404
    fa = "عضوی با این مشخصات در باشگاه نیست."
    en = "There is no such member in this club."


class InactiveMember(DomainError):
    code = "inactive_member"
    status = 409
    final = True
    fa = "عضویت این مشتری غیرفعال است."
    en = "This membership is not active."


class MayNotSpend(DomainError):
    """The household lets only its head spend from the shared account."""

    code = "may_not_spend"
    status = 403
    fa = "در این خانوار فقط سرپرست می‌تواند از موجودی مشترک خرج کند."
    en = "In this household only its head may spend from the shared account."


class UnknownBranch(DomainError):
    """Absent, another club's, closed, or not the actor's."""

    code = "unknown_branch"
    status = 404
    fa = "شعبه پیدا نشد یا در دسترسی شما نیست."
    en = "The branch was not found or is not yours."


class MemberExists(DomainError):
    code = "member_exists"
    status = 409
    final = True
    fa = "این مشتری پیش‌تر عضو شده است."
    en = "This customer is already a member."


class MemberNeedsReference(DomainError):
    code = "member_needs_reference"
    status = 422
    fa = "برای عضویت، شمارهٔ موبایل یا شمارهٔ مشتری لازم است."
    en = "A mobile number or a customer number is needed to join."


class InvalidApiKey(DomainError):
    code = "invalid_api_key"
    status = 401
    fa = "کلید API درست نیست یا باطل شده است."
    en = "The API key is wrong or was revoked."


class MissingScope(DomainError):
    code = "missing_scope"
    status = 403
    fa = "این کلید اجازهٔ «{scope}» را ندارد."
    en = "This key lacks the scope “{scope}”."


class WrongCode(DomainError):
    """Wrong, used, or too old: one answer for all."""

    code = "wrong_code"
    status = 422
    fa = "کد درست نیست یا زمان آن گذشته است."
    en = "The code is wrong or has expired."


class TooManyTries(DomainError):
    code = "too_many_tries"
    status = 429
    fa = "دفعات تلاش زیاد شد. {minutes} دقیقهٔ دیگر دوباره امتحان کنید."
    en = "Too many tries. Please try again in {minutes} minutes."


class TooManyTriesToday(TooManyTries):
    fa = "برای این شماره کد نادرست زیاد وارد شده است. {hours} ساعت دیگر دوباره امتحان کنید."
    en = "Too many wrong codes for this number. Please try again in {hours} hours."


class TooManyCodesToday(TooManyTries):
    fa = "امروز برای این شماره کد زیاد خواسته شده است. {hours} ساعت دیگر دوباره امتحان کنید."
    en = "Too many codes were asked for this number today. Please try again in {hours} hours."


class UnknownHousehold(DomainError):
    code = "unknown_household"
    status = 404
    fa = "خانواری با این شماره پیدا نشد."
    en = "There is no such household."


class HouseholdsAreOff(DomainError):
    code = "households_are_off"
    status = 409
    fa = "در این باشگاه حساب خانوار فعال نیست."
    en = "This club has no household accounts."


class HouseholdFull(DomainError):
    code = "household_full"
    status = 409
    fa = "این خانوار جا ندارد: حداکثر {most} نفر."
    en = "This household is full: {most} members at most."


class AlreadyInHousehold(DomainError):
    code = "already_in_household"
    status = 409
    fa = "این عضو در یک خانوار است؛ نخست از آن خارج شود."
    en = "This member belongs to a household; she must leave it first."


class CannotMerge(DomainError):
    """A member with herself, or one who was merged before."""

    code = "cannot_merge"
    status = 409
    fa = "این دو عضویت را نمی‌توان یکی کرد."
    en = "These two memberships cannot become one."


class MergedMember(DomainError):
    """The membership became one with another, which speaks for it now."""

    code = "member_merged"
    status = 409
    fa = "این عضویت با عضویت دیگری یکی شده است؛ همان را باز کنید."
    en = "This membership became one with another; open that one."


class UnknownAttribute(DomainError):
    """No active attribute of members has that key."""

    code = "unknown_attribute"
    status = 404
    fa = "چنین مشخصه‌ای برای اعضا تعریف نشده است."
    en = "There is no such attribute of members."


class AttributeKeyTaken(DomainError):
    code = "attribute_key_taken"
    status = 409
    fa = "مشخصهٔ دیگری با همین کد هست."
    en = "Another attribute has this key."


class InvalidAttribute(DomainError):
    """What was given is no value of this kind."""

    code = "invalid_attribute"
    status = 422
    fa = "مقدار «{name}» درست نیست."
    en = "The value of “{name}” is not valid."


class UnknownMerchant(DomainError):
    code = "unknown_merchant"
    status = 404
    fa = "چنین پذیرنده‌ای در باشگاه نیست."
    en = "There is no such merchant in the club."


class BranchCodeTaken(DomainError):
    code = "branch_code_taken"
    status = 409
    fa = "شعبهٔ دیگری با همین کد هست."
    en = "Another branch has this code."


class LastOpenBranch(DomainError):
    code = "last_open_branch"
    status = 409
    fa = "این تنها شعبهٔ باز باشگاه است؛ نخست شعبهٔ دیگری را باز کنید."
    en = "This is the club's only open branch; open another one first."


class TaskFileTooLarge(DomainError):
    code = "task_file_too_large"
    status = 413
    fa = "این پرونده بیش از {megabytes} مگابایت است."
    en = "This file is larger than {megabytes} MB."


class UnknownTask(DomainError):
    code = "unknown_task"
    status = 404
    fa = "چنین کاری پیدا نشد."
    en = "There is no such work."


class NothingToUndo(DomainError):
    """It cannot be undone, or was already."""

    code = "nothing_to_undo"
    status = 409
    fa = "این کار برگرداندنی نیست، یا پیش‌تر برگردانده شده است."
    en = "This cannot be undone, or was undone already."


class CardTaken(DomainError):
    """Another card of the club has this number."""

    code = "card_taken"
    status = 409
    fa = "این شمارهٔ کارت پیش‌تر داده شده است."
    en = "This card number was given before."


class InvalidCardNumber(DomainError):
    """A card's number is 4 to 20 digits or Latin letters."""

    code = "invalid_card_number"
    status = 422
    fa = "شمارهٔ کارت ۴ تا ۲۰ رقم یا حرف لاتین است."
    en = "A card number is 4 to 20 digits or Latin letters."
