"""What the tags print."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import translation

from vafa.core import clock
from vafa.web.shared.charts import Chart, Series
from vafa.web.shared.context import PageClub, build_page


def render(source: str, lang: str = "fa", club: PageClub | None = None, **values: Any) -> str:
    with translation.override(lang):
        ui = build_page(lang, club)
        return Template(source).render(Context({"ui": ui, **values})).strip()


def test_money_is_in_the_clubs_unit() -> None:
    assert render("{% money 24500000 plain=True %}") == "۲٬۴۵۰٬۰۰۰ تومان"
    assert render("{% money 24500000 plain=True %}", "en") == "2,450,000 toman"
    pound = PageClub(display_unit="pound")
    assert render("{% money 2450 plain=True %}", "en", pound) == "£24.50"
    assert "£24.50" in render("{% money 2450 %}", "en", pound)
    assert render("{% money nothing %}", nothing=None) == "—"


def test_a_short_sum_keeps_the_exact_one() -> None:
    html = render("{% money 24000000010 short=True %}")
    assert 'title="۲٬۴۰۰٬۰۰۰٬۰۰۱ تومان"' in html
    assert '<span class="sr-only">۲٬۴۰۰٬۰۰۰٬۰۰۱ تومان</span>' in html
    assert "۲٫۴" in html


EN = PageClub(calendar="gregorian")


def test_points_and_numbers() -> None:
    assert render("{% points 1240 plain=True %}") == "۱٬۲۴۰ امتیاز"
    assert render("{% points 1 plain=True %}", "en") == "1 point"
    assert render("{% points 5 plain=True sign=True %}", "en") == "+5 points"
    stars = PageClub(points_name="ستاره")
    assert render("{% points 5 plain=True %}", club=stars) == "۵ ستاره"
    assert render("{{ 1240|num }} {{ 0.125|percent:1 }} {{ '1405'|digits }}") == "۱٬۲۴۰ ۱۲٫۵٪ ۱۴۰۵"


def test_dates_follow_the_club_and_its_zone() -> None:
    late = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)
    assert "شنبه ۳۰ آبان ۱۴۰۵" in render("{% jdate d %}", d=late)
    assert "۱۴۰۵/۰۸/۳۰ ۰۱:۰۰" in render("{% jdatetime d 'short' %}", d=late)
    assert "Fri 20 Nov 2026" in render("{% jdate d %}", "en", PageClub(zone="UTC"), d=late)
    gregorian = PageClub(calendar="gregorian")
    assert "۲۱ نوامبر ۲۰۲۶" in render("{% jdate d %}", club=gregorian, d=date(2026, 11, 21))


def test_a_day_of_another_year_bears_its_year() -> None:
    today = clock.now().astimezone(ZoneInfo("Asia/Tehran")).date()
    assert str(today.year) not in render("{% jdate d 'day' %}", "en", EN, d=today).split(">")[1]
    later = today.replace(year=today.year + 1, day=1)
    assert str(later.year) in render("{% jdate d 'day' %}", "en", EN, d=later).split(">")[1]


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=5), "همین حالا"),
        (timedelta(minutes=3), "۳ دقیقه پیش"),
        (timedelta(hours=5), "۵ ساعت پیش"),
        (timedelta(days=6), "۶ روز پیش"),
    ],
)
def test_recent_moments_are_relative(before: timedelta, text: str) -> None:
    assert text in render("{% ago t %}", t=clock.now() - before)


def test_old_moments_are_dates() -> None:
    assert "/" in render("{% ago t %}", t=clock.now() - timedelta(days=8)).split(">")[1]


def test_codes_stay_left_to_right() -> None:
    assert render("{{ m|mobile }}", m="+989123456789") == '<bdi dir="ltr">۰۹۱۲ ۳۴۵ ۶۷۸۹</bdi>'
    assert render("{{ c|bdi }}", c="4731 0269") == '<bdi dir="ltr">۴۷۳۱ ۰۲۶۹</bdi>'
    assert render("{{ c|bdi }}", c=None) == "—"
    assert render("{{ c|bdi }}", c="<A-1>") == '<bdi dir="ltr">&lt;A-1&gt;</bdi>'
    english = render("{{ m|mobile }}", "en", m="+989123456789")
    assert english == '<bdi dir="ltr">0912 345 6789</bdi>'


def test_icons_and_codes_are_inline_and_named() -> None:
    assert 'aria-hidden="true"' in render('{% icon "gift" %}')
    assert 'aria-label="بستن"' in render('{% icon "x" "size-4" "بستن" %}')
    assert "rtl:-scale-x-100" in render('{% icon "chevron-right" %}')
    qr = render("{% qr text %}", text="<VAFA:1>")
    assert "<svg" in qr
    assert "VAFA" not in qr


def test_a_component_sees_only_what_it_is_given() -> None:
    html = render('{% component "badge" text="a" %}', kind="error", text="outer")
    assert "badge-error" not in html
    assert "outer" not in html
    wrapped = render('{% wrap "card" title=t %}<p>{{ x }}</p>{% endwrap %}', t="<T>", x="<i>")
    assert "&lt;T&gt;" in wrapped
    assert "<p>&lt;i&gt;</p>" in wrapped


def test_a_chart_is_also_a_table() -> None:
    chart = Chart(["آبان"], [Series("فروش", [24_500_000]), Series("پیش", [None], before_of=0)])
    money = Chart(["آبان"], [Series("فروش", [24_500_000])], unit="toman")
    assert "۲۴٬۵۰۰٬۰۰۰" in render('{% component "chart" id="c" chart=chart %}', chart=chart)
    html = render('{% component "chart" id="c" chart=chart %}', chart=money)
    assert "۲٬۴۵۰٬۰۰۰ تومان" in html
    assert '"size": 10' in html
    assert 'data-chart="c-data"' in html
    assert 'id="c-data"' in html
