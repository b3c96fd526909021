"""The tags of every template (a builtin: no ``{% load %}`` needed). See the README beside.

Numbers, money and dates come out in the language, unit, calendar and zone of ``ui``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import segno
from django import template
from django.contrib.messages.storage.base import Message
from django.forms import BoundField
from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from lucide.templatetags.lucide import lucide

from vafa.core import clock
from vafa.core.jalali import DateStyle, format_date, ymd
from vafa.core.money import (
    amount_parts,
    format_amount,
    format_number,
    format_number_short,
    format_percent,
    format_short,
    whole_units,
)
from vafa.core.phones import display_mobile
from vafa.web.shared.assets import asset_url
from vafa.web.shared.context import Page, build_page, current_lang, local_digits
from vafa.web.shared.undo import toast_of
from vafa.web.shared.widgets import render_field_widget

register = template.Library()
_JUST_BEFORE = timedelta(microseconds=1)
NOTHING: Final = "—"
# Icons that point somewhere point the other way in right-to-left pages.
_DIRECTIONAL: Final = frozenset(
    [
        "arrow-left",
        "arrow-right",
        "chevron-left",
        "chevron-right",
        "chevrons-left",
        "chevrons-right",
        "log-in",
        "log-out",
        "undo-2",
        "redo-2",
        "send",
        "reply",
        "corner-down-left",
        "list",
    ]
)


def _ui(context: Context) -> Page:
    ui = context.get("ui")
    return ui if isinstance(ui, Page) else build_page(current_lang())


def _signed(text: str, value: int, sign: bool) -> str:
    if not sign or value <= 0:
        return text
    return ("\u200e+" if current_lang() == "fa" else "+") + text


@register.simple_tag(takes_context=True)
def money(
    context: Context,
    amount: int | None,
    *,
    short: bool = False,
    sign: bool = False,
    plain: bool = False,
    whole: bool = False,
    unit: str = "",
) -> str:
    """An amount (smallest units) in the club's display unit, the unit smaller and muted.

    ``short`` rounds long sums and keeps the exact one for hover and screen readers; ``sign``
    prints a plus; ``plain`` gives text without markup, for attributes and sentences; ``whole`` is for
    averages, which need no tenth of a toman.
    """
    if amount is None:
        return NOTHING
    ui = _ui(context)
    code = unit or ui.unit
    amount = whole_units(amount, code) if whole else amount
    exact = format_amount(amount, code, ui.lang)
    if plain:
        return _signed(format_short(amount, code, ui.lang) if short else exact, amount, sign)
    number, label = amount_parts(amount, code, ui.lang, short=short)
    bare = format_amount(amount, code, ui.lang, with_unit=False)
    if ui.lang == "en" and exact != f"{bare} {label}":
        shown = format_html("{}", format_short(amount, code, "en") if short else exact)
    else:
        shown = format_html('{} <span class="unit">{}</span>', _signed(number, amount, sign), label)
    if number == bare:
        return format_html('<bdi class="money" dir="{}">{}</bdi>', ui.dir, shown)
    return format_html(
        '<bdi class="money" dir="{2}" title="{0}"><span aria-hidden="true">{1}</span>'
        '<span class="sr-only">{0}</span></bdi>',
        exact,
        shown,
        ui.dir,
    )


@register.simple_tag(takes_context=True)
def points(
    context: Context,
    n: int | None,
    *,
    sign: bool = False,
    plain: bool = False,
    short: bool = False,
) -> str:
    """A number of points with the word for them: «۱۲۰ امتیاز»; options as in ``money``."""
    if n is None:
        return NOTHING
    ui = _ui(context)
    exact = format_number(n, ui.lang)
    number = format_number_short(n, ui.lang) if short else exact
    word = ui.points_name or ngettext("point", "points", n)
    if plain:
        return f"{_signed(number, n, sign)} {word}"
    return format_html(
        '<bdi class="money" dir="{}" title="{} {}">{} <span class="unit">{}</span></bdi>',
        # Of itself it would follow the mark before a sign, and run left-to-right.
        ui.dir,
        exact,
        word,
        _signed(number, n, sign),
        word,
    )


@register.filter
def num(n: int | Decimal | None) -> str:
    """A number with separators, in the page's digits; an em dash for None."""
    if n is None or n == "":
        return NOTHING
    return format_number(n if isinstance(n, Decimal) else int(n), current_lang())


@register.filter
def num_short(n: int | None) -> str:
    """A count rounded for a card: «۱٫۲ میلیون»."""
    return NOTHING if n is None else format_number_short(int(n), current_lang())


@register.filter
def digits(text: object) -> str:
    """Text in the page's digits, otherwise as it is: for codes, years, versions."""
    return local_digits(str(text))


@register.filter
def percent(ratio: float | Decimal | None, decimals: int = 0) -> str:
    """A ratio (0.125) as «۱۲٪»; the argument is the number of decimals."""
    return NOTHING if ratio is None else format_percent(ratio, current_lang(), decimals)


@register.filter
def mobile(e164: str | None) -> str:
    """A stored mobile number in the page's digits, left-to-right: ۰۹۱۲ ۳۴۵ ۶۷۸۹."""
    return bdi(display_mobile(e164)) if e164 else NOTHING


@register.filter
def bdi(text: object) -> str:
    """Codes, card and receipt numbers: isolated, left-to-right; a dash where there is none.

    Mere numbers are in the page's digits; a code with letters stays as it is printed elsewhere.
    """
    if text is None:
        return NOTHING
    shown = str(text)
    mere_number = not any(char.isalpha() for char in shown)
    return format_html('<bdi dir="ltr">{}</bdi>', local_digits(shown) if mere_number else shown)


@register.simple_tag(takes_context=True)
def jdate(context: Context, day: date | datetime | None, style: DateStyle = "long") -> str:
    """A date in the club's calendar: style long, short (tables), month or day.

    A datetime is first taken to the club's zone. A day of another year than today's bears its
    year: "until 2 Azar", said on that very day, would be over tonight.
    """
    if day is None:
        return NOTHING
    ui = _ui(context)
    local = day.astimezone(ui.zone) if isinstance(day, datetime) else day
    if style == "day":
        today = clock.now().astimezone(ui.zone).date()
        is_this_year = ymd(local, ui.calendar)[0] == ymd(today, ui.calendar)[0]
        style = "day" if is_this_year else "date"
    return format_html(
        '<time datetime="{}">{}</time>',
        day.isoformat(),
        format_date(local, ui.lang, style, ui.calendar),
    )


@register.simple_tag(takes_context=True)
def last_day(context: Context, end: datetime | None, style: DateStyle = "long") -> str:
    """The last day on which something is good that ends at the moment ``end``."""
    return jdate(context, end and end - _JUST_BEFORE, style)


@register.simple_tag(takes_context=True)
def jdatetime(context: Context, moment: datetime | None, style: DateStyle = "long") -> str:
    """A moment in the club's calendar and zone, to the minute; styles as in ``jdate``."""
    if moment is None:
        return NOTHING
    ui = _ui(context)
    local = moment.astimezone(ui.zone)
    clock_time = digits(f"{local:%H:%M}")
    separator = " " if style == "short" else gettext(", ")
    return format_html(
        '<time datetime="{}">{}{}{}</time>',
        moment.isoformat(),
        format_date(local, ui.lang, style, ui.calendar),
        separator,
        clock_time,
    )


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: datetime | None) -> str:
    """How long ago, under a week; the short date otherwise. The full moment shows on hover."""
    if moment is None:
        return NOTHING
    ui = _ui(context)
    seconds = int((clock.now() - moment).total_seconds())
    if seconds < 0 or seconds >= 7 * 86_400:
        return jdate(context, moment, "short")
    if seconds < 60:
        text = gettext("just now")
    elif seconds < 3600:
        n = seconds // 60
        text = ngettext("%(n)s minute ago", "%(n)s minutes ago", n) % {"n": num(n)}
    elif seconds < 86_400:
        n = seconds // 3600
        text = ngettext("%(n)s hour ago", "%(n)s hours ago", n) % {"n": num(n)}
    else:
        n = seconds // 86_400
        text = ngettext("%(n)s day ago", "%(n)s days ago", n) % {"n": num(n)}
    local = moment.astimezone(ui.zone)
    full = f"{format_date(local, ui.lang, 'long', ui.calendar)} {digits(f'{local:%H:%M}')}"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, text)


@lru_cache(maxsize=512)
def _icon(name: str, classes: str, label: str) -> SafeString:
    if name in _DIRECTIONAL:
        classes += " rtl:-scale-x-100"
    if label:
        attributes = {"class": classes, "role": "img", "aria-label": label}
    else:
        attributes = {"class": classes, "aria-hidden": "true"}
    return mark_safe(lucide(name, size=None, **attributes))  # noqa: S308 - the package's own SVG


@register.simple_tag
def icon(name: str, classes: str = "size-5", label: str = "") -> SafeString:
    """A lucide icon as inline SVG; ``label`` only where it stands alone without words."""
    return _icon(str(name), str(classes), str(label))


@lru_cache(maxsize=256)
def _qr_svg(text: str) -> str:
    return str(
        segno.make(text, error="m", micro=False).svg_inline(
            border=2, omitsize=True, dark="#12181E", light="#FFFFFF", svgclass=None, lineclass=None
        )
    )


@register.simple_tag
def qr(text: str, classes: str = "w-full", label: str = "") -> str:
    """A QR code of ``text`` as inline SVG, dark on white in either theme; fills its box."""
    return format_html(
        '<span class="qr {}" role="img" aria-label="{}">{}</span>',
        classes,
        label or gettext("QR code"),
        mark_safe(_qr_svg(str(text))),  # noqa: S308 - segno's SVG holds modules, never the text
    )


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file: ``{% asset "app.js" %}``."""
    return asset_url(name)


@register.simple_tag
def messages_json(messages: Iterable[Message] | None) -> str:
    """Django's messages as JSON for the toasts' ``data-messages``; reading them uses them up."""
    return json.dumps([toast_of(message) for message in messages or ()])


@register.filter
def widget(field: BoundField) -> SafeString:
    """A form field's control in our look, without label, help or errors."""
    return render_field_widget(field)


def _render(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    shared = {key: context.get(key) for key in ("ui", "request", "csrf_token")}
    engine = context.template.engine if context.template else Engine.get_default()
    inner = Context(shared | values, autoescape=context.autoescape)
    # Django's own querystring tag looks for it there, as in a RequestContext.
    setattr(inner, "request", shared["request"])  # noqa: B010 - Context declares no such attribute
    return engine.get_template(f"shared/components/{name}.html").render(inner)


@register.simple_tag(takes_context=True)
def component(context: Context, component_name: str, **values: Any) -> SafeString:
    """Renders ``shared/components/<component_name>.html``, which sees only ``values`` (and ``ui``)."""
    return _render(context, component_name, values)


@register.simple_block_tag(takes_context=True)
def wrap(context: Context, content: str, component_name: str, **values: Any) -> SafeString:
    """As ``component``, around the markup up to ``{% endwrap %}``, which it sees as ``content``."""
    return _render(context, component_name, {**values, "content": content})
