"""Why a step of a draw is refused."""

from __future__ import annotations

from vafa.core.errors import DomainError


class DrawStepRefused(DomainError):
    """The draw is at another step of its life: each is done once, in order."""

    code = "draw_step_refused"
    status = 409
    fa = "این مرحلهٔ قرعه‌کشی پیش‌تر انجام شده یا هنوز نوبتش نیست."
    en = "This step of the draw is done already, or its turn has not come."


class DrawEnded(DomainError):
    code = "draw_ended"
    status = 409
    fa = "دورهٔ این قرعه‌کشی تمام شده است. تاریخ پایان را جلو ببرید."
    en = "The period of this draw is over. Choose a later last day."


class DrawPeriodRuns(DomainError):
    code = "draw_period_runs"
    status = 409
    fa = "دورهٔ قرعه‌کشی هنوز تمام نشده است؛ فهرست پس از آخرین روز آن بسته می‌شود."
    en = "The period still runs; the list is closed after its last day."


class DrawListLate(DomainError):
    """A list that is made when the public value may be known could be made to fit it."""

    code = "draw_list_late"
    status = 409
    fa = (
        "زمان اعلام‌شدهٔ قرعه‌کشی گذشته و فهرست بسته نشده است؛ این قرعه‌کشی را فقط می‌توان لغو کرد و"
        " قرعه‌کشی تازه‌ای ساخت."
    )
    en = (
        "The announced moment has passed and the list was not closed; this draw can only be"
        " cancelled, and a new one made."
    )


class DrawTooEarly(DomainError):
    code = "draw_too_early"
    status = 409
    fa = "زمان اعلام‌شدهٔ قرعه‌کشی هنوز نرسیده است."
    en = "The announced moment of the draw has not come yet."


class DrawListDiffers(DomainError):
    code = "draw_list_differs"
    status = 409
    fa = "این فهرست آن نیست که اثر انگشتش منتشر شده بود؛ قرعه‌ای کشیده نشد."
    en = "The list is not the one whose hash was published; nothing was drawn."


class DrawNotClaimable(DomainError):
    code = "draw_not_claimable"
    status = 409
    fa = "اکنون نمی‌توان در این قرعه‌کشی شانس رایگان گرفت."
    en = "Free chances in this draw cannot be asked for now."


class DrawTakesNoChances(DomainError):
    """It is not open, or the day lies outside its period."""

    code = "draw_takes_no_chances"
    status = 409
    final = True
    fa = "اکنون در این قرعه‌کشی شانسی داده نمی‌شود: هنوز باز نشده، دوره‌اش نرسیده یا تمام شده است."
    en = (
        "This draw takes no chances now: it is not open yet, or its period has not come or is over."
    )


class DrawChancesFull(DomainError):
    """More chances than the draw lets one member have."""

    code = "draw_chances_full"
    status = 409
    final = True
    fa = "با این شانس‌ها از سقف این قرعه‌کشی برای هر عضو ({cap} شانس) می‌گذرید."
    en = "With these chances the member would have more than the {cap} that this draw lets anybody have."


class DrawListClosed(DomainError):
    """What is in the published list stays in it."""

    code = "draw_list_closed"
    status = 409
    final = True
    fa = "فهرست این قرعه‌کشی بسته شده است و شانس‌های آن دیگر پس داده نمی‌شود."
    en = "The list of this draw is closed: its chances cannot be given up any more."


class DrawNotSettled(DomainError):
    code = "draw_not_settled"
    status = 409
    fa = "پیش از پایان کار، گرفتن هر جایزه باید تأیید شود."
    en = "Before the draw ends, each prize must be confirmed."
