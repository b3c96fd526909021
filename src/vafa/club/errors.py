from __future__ import annotations

from vafa.core.errors import DomainError


class UnknownMember(DomainError):
    """Nobody in this club answers to that reference."""

    code = "unknown_member"
    status = 404
    fa = "عضوی با این مشخصه در باشگاه نیست."
    en = "No member of this club has that reference."


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
    fa = "این عضو در یک خانوار است؛ نخست از آن بیرون بیاید."
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


class ClubIsClosed(DomainError):
    """Nothing that she brought opens the club; ``ways``: what would (invitation, code ...)."""

    code = "club_is_closed"
    status = 409
    fa = "عضویت در این باشگاه برای همه باز نیست؛ دعوت، کد یا رسیدی که آن را باز کند لازم است."
    en = "This club is not open to all; joining needs an invitation, a code or a receipt."


class UnknownJoiningCode(DomainError):
    code = "unknown_joining_code"
    status = 422
    fa = "کد عضویت درست نیست. آن را دوباره نگاه کنید."
    en = "There is no such joining code. Look at it again."


class JoiningCodeSpent(DomainError):
    """Closed, past its last day, or used as often as it may be."""

    code = "joining_code_spent"
    status = 409
    fa = "این کد عضویت دیگر کار نمی‌کند: مهلت یا ظرفیت آن تمام شده است."
    en = "This joining code no longer works: its time or its number of uses is over."


class JoiningCodeTaken(DomainError):
    code = "joining_code_taken"
    status = 409
    fa = "باشگاه کد دیگری با همین نوشته دارد."
    en = "The club has another code like this."


class ReceiptDoesNotOpen(DomainError):
    """No bill without a member has that number and sum, is large and new enough, and was not used."""

    code = "receipt_does_not_open"
    status = 422
    fa = "با این رسید نمی‌توان عضو شد. شماره و مبلغ آن را دوباره نگاه کنید."
    en = "One cannot join with this receipt. Look at its number and sum again."


class UnknownJoiningRequest(DomainError):
    code = "unknown_joining_request"
    status = 404
    fa = "چنین درخواست عضویتی نیست."
    en = "There is no such request to join."


class JoiningIsDecided(DomainError):
    code = "joining_is_decided"
    status = 409
    fa = "دربارهٔ این درخواست پیش‌تر تصمیم گرفته شده است."
    en = "This request was decided before."


class JoiningNeedsNoRequest(DomainError):
    """The club is open, or takes nobody by approval."""

    code = "joining_needs_no_request"
    status = 409
    fa = "در این باشگاه عضویت با درخواست و تأیید نیست."
    en = "One does not join this club by a request."


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


class UnknownRole(DomainError):
    """Neither built in nor one that the club made."""

    code = "unknown_role"
    status = 422
    fa = "چنین نقشی در این باشگاه نیست."
    en = "This club has no such role."


class NotYoursToGive(DomainError):
    """More than whoever does it may herself: nobody raises anybody, or herself, above her own place."""

    code = "not_yours_to_give"
    status = 403
    fa = "این اجازه‌ها بیش از اجازه‌های شماست؛ این کار با کسی است که خودش همهٔ آن‌ها را دارد."
    en = "This allows more than you may do yourself; somebody who may all of it can do this."


class LastOwner(DomainError):
    code = "last_owner"
    status = 409
    fa = "باشگاه همیشه دست‌کم یک مالک دارد؛ نخست مالک دیگری بگذارید."
    en = "A club always has an owner; make somebody else an owner first."


class BranchesNeeded(DomainError):
    code = "branches_needed"
    status = 422
    fa = "این نقش فقط در شعبه‌های خودش کار می‌کند؛ دست‌کم یک شعبه را انتخاب کنید."
    en = "This role works at branches of its own only; choose at least one."


class RoleInUse(DomainError):
    code = "role_in_use"
    status = 409
    fa = "کسی این نقش را دارد؛ نخست نقش او را عوض کنید."
    en = "Somebody has this role; give her another one first."


class RoleNameTaken(DomainError):
    code = "role_name_taken"
    status = 409
    fa = "نقش دیگری با همین نام هست."
    en = "Another role has this name."


class WrongSecondFactor(DomainError):
    """Wrong, too old, or used before: one answer for all."""

    code = "wrong_second_factor"
    status = 422
    fa = "این کد درست نیست یا پیش‌تر به کار رفته است؛ کد تازه‌ای را که برنامه نشان می‌دهد وارد کنید."
    en = "This code is wrong or was used before; type the one that the app shows now."


class SecondFactorNeeded(DomainError):
    """Her role must have one, so she cannot switch it off."""

    code = "second_factor_needed"
    status = 409
    fa = "نقش شما بدون ورود دومرحله‌ای کار نمی‌کند."
    en = "Your role needs the second step of the login."


class NumberTaken(DomainError):
    """The mobile is another member's; said only to who has proved that it is hers, and to staff."""

    code = "number_taken"
    status = 409
    final = True
    fa = "این شماره از آنِ عضو دیگری است. اگر هر دو شمایید، از باشگاه بخواهید دو عضویت را یکی کند."
    en = "This number is another member's. If both are you, ask the club to make them one."


class SameNumber(DomainError):
    code = "same_number"
    status = 422
    fa = "این همان شمارهٔ کنونی است."
    en = "This is the number already."


class NumberChangeWaits(DomainError):
    code = "number_change_waits"
    status = 409
    fa = "برای این عضو تغییر شماره‌ای منتظر تأیید است."
    en = "A change of this member's number waits to be confirmed."


class UnknownNumberChange(DomainError):
    code = "unknown_number_change"
    status = 404
    fa = "چنین تغییر شماره‌ای پیدا نشد."
    en = "There is no such change of a number."


class NumberChangeDecided(DomainError):
    code = "number_change_decided"
    status = 409
    fa = "دربارهٔ این تغییر شماره پیش‌تر تصمیم گرفته شده است."
    en = "This change of a number was decided before."


class NumberChangeSamePerson(DomainError):
    code = "number_change_same_person"
    status = 403
    fa = "کسی جز درخواست‌کننده باید این را تأیید کند."
    en = "Somebody else than who asked for it must confirm this."


class SpendingFrozen(DomainError):
    """Her number has changed: whoever took it over could not empty the account at once."""

    code = "spending_frozen"
    status = 409
    fa = "شمارهٔ این عضو تازه عوض شده است؛ خرج کردن از حساب تا {until_fa} ممکن نیست. امتیاز گرفتن ادامه دارد."
    en = "This member's number has just changed; nothing can be spent until {until_en}. Earning goes on."


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
