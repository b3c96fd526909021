"""Why a back-test is not begun."""

from __future__ import annotations

from vafa.core.errors import DomainError


class NoDraft(DomainError):
    code = "no_draft"
    status = 409
    fa = "پیش‌نویسی نیست که آزموده شود. اول قانون‌ها را ویرایش کنید."
    en = "There is no draft to test. Edit the rules first."


class PeriodEndsBeforeItBegins(DomainError):
    code = "period_ends_before_it_begins"
    status = 422
    fa = "روز آخر پیش از روز اول است."
    en = "The last day is before the first."


class PeriodBeforeClub(DomainError):
    """The whole period lies before anything could have happened in the club."""

    code = "period_before_club"
    status = 422
    fa = "این روزها پیش از نخستین خرید باشگاه است ({first})."
    en = "These days lie before the club's first purchase ({first})."


class PeriodInFuture(DomainError):
    code = "period_in_future"
    status = 422
    fa = "روز اول هنوز نرسیده است."
    en = "The first day has not come yet."


class NoPurchases(DomainError):
    code = "no_purchases"
    status = 422
    fa = "در این روزها هیچ عضوی خرید نکرده است؛ چیزی برای آزمودن نیست."
    en = "No member bought anything in these days; there is nothing to test."


class NotTestable(DomainError):
    """The draft asks for a fact that the recorded history does not hold."""

    code = "rule_not_testable"
    status = 422
    fa = "قانون «{rule}» را با سابقهٔ خرید نمی‌توان آزمود. آن را در پیش‌نویس خاموش کنید و دوباره بیازمایید."
    en = (
        "The rule “{rule}” cannot be tested on past purchases. Switch it off in the draft and"
        " test again."
    )


class BacktestRuns(DomainError):
    code = "backtest_runs"
    status = 409
    fa = "یک آزمون در حال اجراست. تا پایان آن صبر کنید یا آن را متوقف کنید."
    en = "A back-test is running. Wait for its end, or stop it."
