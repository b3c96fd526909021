"""Facts about a member that she told or allowed: city, education, how she heard of the club, her
wedding day, her consents and the terms that she accepted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from vafa.club.facet_types import Ask, Choice, Choices, Facet, Own, Param, Said, Sql
from vafa.club.facets import birth_dates_text
from vafa.club.reads.consents import asked_consents
from vafa.club.reads.context import ClubContext
from vafa.club.reads.terms import version_in_force
from vafa.club.rules.consents import channel_words
from vafa.club.rules.profile import ACQUAINTANCES, EDUCATIONS

_GROUP = Said("مشخصات", "Profile")
_ALLOWED = Said("رضایت و قوانین", "Consents and terms")
_CONSENT = "consent"
# As ``core.text.search_key`` folds what is stored already in the one form of ``normalize``.
_FOLDS = {"ا": "آأإٱ", "ی": "ئ", "ه": "ةۀ", "و": "ؤ"}
_FOLDS |= {str(n): "٠١٢٣٤٥٦٧٨٩"[n] + "۰۱۲۳۴۵۶۷۸۹"[n] for n in range(10)}
_FROM = "".join(_FOLDS.values()) + "\u200c -_.’`ء"
_TO = "".join(letter * len(others) for letter, others in _FOLDS.items())


def _out_of(choices: Mapping[str, tuple[str, str]]) -> Choices:
    every = [Choice(code, Said(*words)) for code, words in choices.items()]
    every.append(Choice("none", Said("نامعلوم", "not known")))

    def found(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
        return [one for one in every if among is None or one.value in among]

    return found


def _consents(club: ClubContext, among: Collection[str] | None) -> Sequence[Choice]:
    found = []
    for one in asked_consents(club.id):
        if among is None or one.key in among:
            said = (
                f"{one.purpose.said(lang)} ({channel_words(one.channel, lang)})"
                for lang in ("fa", "en")
            )
            found.append(Choice(one.key, Said(*said)))
    known = {choice.value for choice in found}
    # One that is not asked for any more still narrows what was saved with it.
    return [*found, *(Choice(key, Said(key, key)) for key in sorted(set(among or ()) - known))]


def _allows(ask: Ask) -> Own:
    keys = sorted(str(key) for key in ask.params[_CONSENT])
    return Own(Sql("(m.consents::text[] && %s::text[])", (keys,)))


def _wedding(ask: Ask) -> Own:
    dates = birth_dates_text(ask.today, ask.params["days"], ask.club.calendar)
    return Own(Sql("coalesce(m.wedding_date IN (SELECT unnest(%s::date[])), FALSE)", (dates,)))


def _accepted(ask: Ask) -> Own:
    return Own(Sql("(m.terms_version >= %s)", (max(version_in_force(ask.club.id), 1),)))


DETAIL_FACETS = (
    Facet(
        "club.city",
        _GROUP,
        Said("شهر", "City"),
        "text",
        lambda ask: Own(Sql(f"lower(translate(m.city, '{_FROM}', '{_TO}'))")),
        Said("شهرشان {value}", "have a city that {value}"),
        Said("چنین نیست که شهرشان {value}", "do not have a city that {value}"),
    ),
    Facet(
        "club.education",
        _GROUP,
        Said("تحصیلات", "Education"),
        "choice",
        lambda ask: Own(Sql("coalesce(nullif(m.education, ''), 'none')")),
        Said("تحصیلاتشان {value} است", "have as education {value}"),
        Said("تحصیلاتشان {value} نیست", "do not have as education {value}"),
        choices=_out_of(EDUCATIONS),
    ),
    Facet(
        "club.acquaintance",
        _GROUP,
        Said("راه آشنایی", "How they heard of the club"),
        "choice",
        lambda ask: Own(Sql("coalesce(nullif(m.acquaintance, ''), 'none')")),
        Said("راه آشنایی‌شان {value} است", "heard of the club by {value}"),
        Said("راه آشنایی‌شان {value} نیست", "did not hear of the club by {value}"),
        choices=_out_of(ACQUAINTANCES),
    ),
    Facet(
        "club.wedding",
        _GROUP,
        Said("سالگرد ازدواج نزدیک است", "Wedding day is near"),
        "yes_no",
        _wedding,
        Said("سالگرد ازدواجشان {days} است", "have their wedding day {days}"),
        Said("سالگرد ازدواجشان {days} نیست", "do not have their wedding day {days}"),
        params=(
            Param(
                "days",
                "days",
                Said("تا چند روز دیگر", "Within days"),
                Said("امروز یا تا {n} روز دیگر", "today or within {n}"),
                is_required=True,
                least=1,
            ),
        ),
    ),
    Facet(
        "club.email",
        _GROUP,
        Said("ایمیل دارد", "Has an e-mail address"),
        "yes_no",
        lambda ask: Own(Sql("m.email <> ''")),
        Said("ایمیل دارند", "have an e-mail address"),
        Said("ایمیل ندارند", "have no e-mail address"),
    ),
    Facet(
        "club.consents",
        _ALLOWED,
        Said("رضایت داده است", "Consents"),
        "yes_no",
        _allows,
        Said("به {consent} رضایت داده‌اند", "consent to {consent}"),
        Said("به {consent} رضایت نداده‌اند", "do not consent to {consent}"),
        params=(
            Param(
                _CONSENT,
                "choices",
                Said("به چه", "To what"),
                Said("{list}", "{list}"),
                is_required=True,
                choices=_consents,
            ),
        ),
    ),
    Facet(
        "club.terms",
        _ALLOWED,
        Said("قوانین امروز را پذیرفته است", "Accepted today's terms"),
        "yes_no",
        _accepted,
        Said("قوانین عضویت امروز را پذیرفته‌اند", "accepted today's terms"),
        Said("قوانین عضویت امروز را نپذیرفته‌اند", "did not accept today's terms"),
    ),
)
