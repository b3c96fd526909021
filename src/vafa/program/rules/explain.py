"""Why these points: stored parts turned into sentences that read aloud naturally.

Pure: the same parts, program and language always say the same. The names of rules and tiers come
from the revision that made the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vafa.core.money import format_amount, format_number
from vafa.program.rules import explain_corrections
from vafa.program.rules.deed_words import done_words, kept_from_words, lost_words
from vafa.program.rules.deeds import DEEDS
from vafa.program.rules.document import Program
from vafa.program.rules.limit_words import cut_words, given_words
from vafa.program.rules.tier_gifts import gift_name


def explain_parts(
    program: Program | None, parts: Sequence[Sequence[Any]], unit: str, lang: str
) -> list[str]:
    """One sentence for each part; ``unit`` is the display unit of money.

    A part is (rule id, kind, points, what it saw, and what its points are if not points), as
    ``Part`` or as stored in JSON.
    """
    return [_sentence(program, part, unit, lang) for part in parts]


def explain(
    program: Program | None, points: int, parts: Sequence[Sequence[Any]], unit: str, lang: str
) -> str:
    """The whole as one sentence: «۳۷ امتیاز: …»."""
    said = ("؛ " if lang == "fa" else "; ").join(explain_parts(program, parts, unit, lang))
    if said and not points and any(part[1] in DEEDS for part in parts):
        return said
    number = format_number(points, lang)
    if lang == "fa":
        return f"{number} امتیاز: {said}" if said else f"{number} امتیاز"
    noun = "point" if points == 1 else "points"
    return f"{number} {noun}: {said}" if said else f"{number} {noun}"


def _sentence(program: Program | None, part: Sequence[Any], unit: str, lang: str) -> str:
    rule_id, kind, points, saw, *given = part
    counted = given[0] if given else "points"
    name = _name(program, rule_id, kind, lang)
    if kind in DEEDS:
        done = "before" not in saw
        said = (
            done_words(program, kind, name, rule_id, saw, lang)
            if done
            else kept_from_words(name, lang)
        )
    elif counted != "points":
        said = f"{given_words(points, counted, unit, lang)}: {name}"
    elif points or "before" not in saw:
        said = _WRITERS.get(kind, _other)(name, points, saw, unit, lang)
    else:
        said = _other(name, points, saw, unit, lang)  # what gives nothing has seen nothing
    return f"{said} ({cut_words(saw, counted, unit, lang)})" if "before" in saw else said


def _name(program: Program | None, rule_id: str, kind: str, lang: str) -> str:
    if program is None:
        return rule_id
    found = program.tier(rule_id) if kind == "tier" else program.rule(rule_id)
    return found.name.said(lang) if found else gift_name(program, rule_id, lang) or rule_id


def _per_step(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    n, step = saw["points"], format_amount(saw["step"], unit, lang)
    got = format_number(points, lang)
    if lang == "fa":
        each = "یک" if n == 1 else format_number(n, lang)
        return f"{got} امتیاز برای خرید، {each} امتیاز برای هر {step}"
    return f"{got} for the purchase, {n} for every {step}"


def _times(percent: int, lang: str) -> str:
    whole, rest = divmod(percent, 100)
    if lang == "fa":
        if rest == 0:
            words = {2: "دو برابر", 3: "سه برابر", 4: "چهار برابر", 5: "پنج برابر"}
            return words.get(whole, f"{format_number(whole, lang)} برابر")
        return f"{format_number(percent - 100, lang)}٪ بیشتر"
    return f"×{whole}" if rest == 0 else f"{percent - 100}% more"


def _multiplied(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    got, times = format_number(points, lang), _times(saw["percent"], lang)
    if lang == "fa":
        return f"{got} امتیاز بیشتر، {times}: {name}"
    return f"{got} extra, {times}: {name}"


def _per_item(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    got, pieces = format_number(points, lang), format_number(saw["pieces"], lang)
    if lang == "fa":
        return f"{got} امتیاز برای {pieces} عدد: {name}"
    return f"{got} for {pieces} items: {name}"


def _tier(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    got, times = format_number(points, lang), _times(saw["percent"], lang)
    if lang == "fa":
        return f"{got} امتیاز بیشتر، {times} برای سطح {name}"
    return f"{got} extra, {times} for the {name} tier"


def _joining(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    got = format_number(points, lang)
    return f"{got} امتیاز: {name}" if lang == "fa" else f"{got} for joining: {name}"


def _happening(name: str, points: int, saw: dict[str, Any], unit: str, lang: str) -> str:
    got = format_number(points, lang)
    nth = saw.get("nth", 0)
    if lang == "fa":
        year = f"، سال {format_number(nth, lang)}" if nth else ""
        return f"{got} امتیاز: {name}{year}"
    year = f", year {format_number(nth, lang)}" if nth else ""
    return f"{got} for {name}{year}"


def _referral(name: str, points: int, saw: dict[str, Any], unit: str, lang: str) -> str:
    got, inviting = format_number(points, lang), saw.get("side") == "inviting"
    if lang == "fa":
        why = "دوستی که دعوت کرده بودید خرید کرد" if inviting else "با دعوت یک دوست آمدید"
        return f"{got} امتیاز، چون {why}"
    why = "a friend whom you invited has bought" if inviting else "a friend invited you"
    return f"{got}, because {why}"


def _unmet(name: str, points: int, saw: dict[str, Any], unit: str, lang: str) -> str:
    n, lost = format_number(-points, lang), lost_words(saw, lang)
    if not points and lost:
        return lost
    more = f"{'؛' if lang == 'fa' else ';'} {lost}" if lost else ""
    if saw.get("by") == "ring":
        return (
            f"{n} امتیاز پس گرفته شد، چون این دعوت به حساب نمی‌آید"
            if lang == "fa"
            else f"{n} points were taken back, because this invitation does not count"
        )
    by_hand, invited = saw.get("by") == "hand", saw.get("of") == "referral"
    if lang == "fa":
        bought = "خریدی که جایزهٔ دعوت برای آن بود" if invited else "خریدی که برای آن بود"
        why = f"{bought} اصلاح شد" if by_hand else f"{bought} مرجوع شد"
        if not (by_hand or invited):
            why = "با این مرجوعی شرط آن دیگر برقرار نیست"
        return f"{n} امتیاز پس گرفته شد، چون {why}{more}"
    bought = (
        "the purchase that the invitation was rewarded for"
        if invited
        else "what they were given for"
    )
    how = "corrected" if by_hand else "returned"
    return f"{n} points were taken back, because {bought} was {how}{more}"


def _pay(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    said = []
    if points and saw["worth"]:
        used = format_number(-points, lang)
        worth = format_amount(-points * saw["worth"], unit, lang)
        said.append(
            f"{used} امتیاز خرج شد و {worth} از خرید را پرداخت"
            if lang == "fa"
            else f"{used} points paid {worth} of the bill"
        )
    elif points:
        used = format_number(-points, lang)
        said.append(
            f"{used} امتیاز برای خرید خرج شد" if lang == "fa" else f"{used} points for a bill"
        )
    if saw.get("credit"):
        amount = format_amount(saw["credit"], unit, lang)
        said.append(
            f"{amount} اعتبار برای خرید خرج شد"
            if lang == "fa"
            else f"{amount} of credit for a bill"
        )
    return (" و " if lang == "fa" else ", and ").join(said)


def _redeem(name: str, points: int, saw: dict[str, Any], unit: str, lang: str) -> str:
    used = format_number(-points, lang)
    reward = saw.get("name", "") if lang == "fa" else saw.get("name_en") or saw.get("name", "")
    if not points:
        return f"جایزهٔ «{reward}»" if lang == "fa" else f"the reward “{reward}”"
    if lang == "fa":
        return f"{used} امتیاز برای جایزهٔ «{reward}»"
    return f"{used} points for the reward “{reward}”"


def _returned(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    n, value = format_number(abs(points), lang), format_amount(saw["returned"], unit, lang)
    lost = lost_words(saw, lang)
    more = f"{'؛' if lang == 'fa' else ';'} {lost}" if lost else ""
    if not points:
        because = f"{value} از این خرید مرجوع شد" if lang == "fa" else f"{value} of it was returned"
        return f"{because}{more}"
    if lang == "fa":
        return f"{n} امتیاز این خرید پس گرفته شد، چون {value} از آن مرجوع شد{more}"
    return f"{n} points of this purchase were taken back, because {value} of it was returned{more}"


def _given_back(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    value = format_amount(saw["returned"], unit, lang)
    back = [explain_corrections.value_words(points, {}, unit, lang)] if points else []
    if saw.get("credit"):
        back.append(explain_corrections.value_words(0, saw, unit, lang))
    n = (" و " if lang == "fa" else " and ").join(back)
    if lang == "fa":
        return f"{n} که برای این خرید خرج کرده بودید برگشت، چون {value} از آن مرجوع شد"
    return f"{n} that you spent on it came back, because {value} of it was returned"


def _unredeemed(name: str, points: int, saw: dict[str, Any], unit: str, lang: str) -> str:
    got = format_number(points, lang)
    reward = saw.get("name", "") if lang == "fa" else saw.get("name_en") or saw.get("name", "")
    if not points:
        return (
            f"از جایزهٔ «{reward}» صرف‌نظر شد" if lang == "fa" else f"gave the reward “{reward}” up"
        )
    if lang == "fa":
        why = "مهلت کد آن گذشت" if saw.get("why") == "expired" else "از آن صرف‌نظر شد"
        return f"{got} امتیاز جایزهٔ «{reward}» برگشت، چون {why}"
    why = "its voucher ran out unused" if saw.get("why") == "expired" else "it was given up"
    return f"{got} points of the reward “{reward}” came back, because {why}"


def _other(name: str, points: int, saw: dict[str, int], unit: str, lang: str) -> str:
    got = format_number(points, lang)
    return f"{got} امتیاز: {name}" if lang == "fa" else f"{got}: {name}"


_WRITERS = {
    "per_step": _per_step,
    "times": _multiplied,
    "per_item": _per_item,
    "fixed": _other,
    "tier": _tier,
    "joining": _joining,
    "happening": _happening,
    "unmet": _unmet,
    "referral": _referral,
    "pay": _pay,
    "redeem": _redeem,
    "return": _returned,
    "give_back": _given_back,
    "unredeem": _unredeemed,
    **explain_corrections.WRITERS,
}
