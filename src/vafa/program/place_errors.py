"""Refusals of what a branch or a merchant does not take, and of what its manager may not change."""

from __future__ import annotations

from vafa.core.errors import DomainError
from vafa.program.errors import TooManyPoints


class PlaceTakesNoPoints(DomainError):
    """Neither points nor credit pay at this place."""

    code = "place_takes_no_points"
    status = 409
    final = True
    fa = "در این شعبه با امتیاز و اعتبار نمی‌توان پرداخت کرد."
    en = "Points and credit do not pay at this branch."


class BasketTooSmallHere(DomainError):
    """``least`` (smallest currency units) is what a bill must come to at this place."""

    code = "basket_too_small_here"
    status = 409
    final = True
    fa = "در این شعبه برای خریدهای {least_fa} به بالا می‌توان با امتیاز و اعتبار پرداخت کرد."
    en = "At this branch points and credit pay on bills of {least_en} or more."


class TooManyPointsHere(TooManyPoints):
    """More points than this place's own share of the bill."""

    code = "too_many_points_here"
    fa = "در این شعبه روی این خرید تا {limit} امتیاز می‌توان خرج کرد."
    en = "At this branch up to {limit} points may pay on this bill."


class TooMuchCreditHere(DomainError):
    """More credit than this place's own share of the bill; ``limit`` in smallest units."""

    code = "too_much_credit_here"
    status = 409
    final = True
    fa = "در این شعبه تا {share}٪ خرید، یعنی {limit_fa}، را می‌توان با اعتبار پرداخت کرد."
    en = "At this branch up to {share}% of a bill, here {limit_en}, may be paid by credit."


class NotOfYourBranch(DomainError):
    """A branch's manager changes what is not only her branch's."""

    code = "not_of_your_branch"
    status = 403
    fa = "این بخش فقط مربوط به شعبهٔ شما نیست و تغییرش با مدیران باشگاه است."
    en = "This is not your branch's alone; the club's managers change it."


class BeyondYourLimits(DomainError):
    """A branch's manager chose more than the owner allows; ``field`` of the place's terms."""

    code = "beyond_your_limits"
    status = 422
    fa = "این از حدی که باشگاه برای مدیران شعبه گذاشته بیرون است."
    en = "This goes beyond what the club lets managers of branches choose."


class PublishingNotYours(DomainError):
    """The club publishes the changes of branches itself."""

    code = "publishing_not_yours"
    status = 403
    fa = "تغییرهای شعبه را مدیران باشگاه منتشر می‌کنند."
    en = "The club's managers publish the changes of branches."
