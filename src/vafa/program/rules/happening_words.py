"""For what a rule gives that is about no purchase: a piece of its sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vafa.core.jalali import WEEKDAYS_FA
from vafa.core.money import format_number
from vafa.program.rules.moments import REVIEW_POSTED, SURVEY_ANSWERED, Schedule
from vafa.program.rules.rule import Rule

# What occasions, events, challenges and dates are called, by the kind of happening and the code.
HappeningNames = Mapping[tuple[str, str], str]

_FA = {
    "return": "هنگام پس آوردن کالا",
    "joining": "هدیه برای عضویت",
    "profile_completed": "برای کامل کردن مشخصات",
    "birthday": "هدیهٔ روز تولد",
    "anniversary": "هدیهٔ سالگرد عضویت",
    "occasion": "هدیهٔ یک مناسبت",
    "member_date": "هدیهٔ یکی از روزهای شما",
    "visit": "برای سر زدن به ما، روزی یک بار",
    "event": "برای یک رویداد",
    "challenge": "برای انجام یک چالش",
}
_EN = {
    "return": "for bringing something back",
    "joining": "as a gift for joining",
    "profile_completed": "for completing the profile",
    "birthday": "as a birthday gift",
    "anniversary": "on the anniversary of joining",
    "occasion": "on an occasion",
    "member_date": "for a day of yours",
    "visit": "for a visit, once a day",
    "event": "for an event",
    "challenge": "for meeting a challenge",
}
_NAMED_FA = {
    "occasion": "هدیهٔ {name}",
    "member_date": "هدیهٔ {name}",
    "event": "برای «{name}»",
    "challenge": "برای چالش «{name}»",
}
_NAMED_EN = {
    "occasion": "for {name}",
    "member_date": "for {name}",
    "event": "for “{name}”",
    "challenge": "for the challenge “{name}”",
}
_KNOWN = {
    SURVEY_ANSWERED: ("برای پاسخ دادن به نظرسنجی", "for answering a survey"),
    REVIEW_POSTED: ("برای نوشتن نظر", "for posting a review"),
}
_DATES = {
    "birth_date": ("روز تولد", "the birthday"),
    "wedding_date": ("سالگرد ازدواج", "the wedding anniversary"),
}
_DAYS_EN = ("Saturday", "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def happening_words(rule: Rule, lang: str, names: HappeningNames) -> str:
    """«هدیهٔ روز تولد», “for Yalda”, “every Saturday at 9”: what stands behind the points."""
    fa = lang == "fa"
    if rule.schedule is not None:
        return _schedule_fa(rule.schedule) if fa else _schedule_en(rule.schedule)
    if rule.on == "event" and rule.what in _KNOWN:
        return _KNOWN[rule.what][0 if fa else 1]
    name = names.get((rule.on, rule.what))
    if rule.on == "member_date":
        name = date_words(rule.what, lang, name or "")
    said = (_FA if fa else _EN)[rule.on]
    if name:
        said = (_NAMED_FA if fa else _NAMED_EN)[rule.on].format(name=name)
    return said + _shift(rule.shift, lang) + _years(rule.years, lang)


def date_words(what: str, lang: str, name: str) -> str:
    """What a date of hers is called of which a rule tells; ``name`` of an attribute."""
    known = _DATES.get(what)
    if known is not None:
        return known[0 if lang == "fa" else 1]
    return f"«{name}»" if name and lang == "fa" else f"“{name}”" if name else ""


def _shift(days: int, lang: str) -> str:
    if not days:
        return ""
    number = format_number(abs(days), lang)
    if lang == "fa":
        return f"، {number} روز {'پیش' if days < 0 else 'پس'} از آن"
    return f", {number} day{'' if abs(days) == 1 else 's'} {'before' if days < 0 else 'after'} it"


def _years(years: Sequence[int], lang: str) -> str:
    if not years:
        return ""
    numbers = [format_number(year, lang) for year in years]
    comma, last = ("، ", " و ") if lang == "fa" else (", ", " and ")
    together = comma.join(numbers[:-1]) + (last if len(numbers) > 1 else "") + numbers[-1]
    if lang == "fa":
        return f" در سال {together}" if len(years) == 1 else f" در سال‌های {together}"
    return f", year {together}" if len(years) == 1 else f", years {together}"


def _schedule_fa(schedule: Schedule) -> str:
    hour = format_number(schedule.hour, "fa")
    if schedule.every == "week":
        # The names' own order begins on Monday.
        return f"هر {WEEKDAYS_FA[(schedule.day + 5) % 7]} ساعت {hour}"
    if schedule.every == "month":
        return f"روز {format_number(schedule.day, 'fa')} هر ماه، ساعت {hour}"
    return f"هر روز ساعت {hour}"


def _schedule_en(schedule: Schedule) -> str:
    at = f"at {schedule.hour}:00"
    if schedule.every == "week":
        return f"every {_DAYS_EN[schedule.day]} {at}"
    if schedule.every == "month":
        return f"on day {schedule.day} of every month {at}"
    return f"every day {at}"
