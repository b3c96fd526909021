"""Forms take what people here type, and say what is wrong."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django import forms
from django.utils import translation

from vafa.web.shared.forms import (
    AmountField,
    DigitsField,
    JalaliDateField,
    MobileField,
    NewPasswordField,
    TextField,
)
from vafa.web.shared.widgets import render_field_widget


class Purchase(forms.Form):
    name = TextField(required=False)
    mobile = MobileField()
    amount = AmountField()
    day = JalaliDateField(required=False, max_date=date(2026, 11, 21))
    count = DigitsField(required=False, min_value=1)


GOOD = {
    "name": " علي\u200c  اكبري ",
    "mobile": "۰۹۱۲ ۳۴۵ ۶۷۸۹",
    "amount": "۲۵۰٬۰۰۰",
    "day": "۱۴۰۵/۰۸/۳۰",
    "count": "۱۲",
}


def errors_of(lang: str = "fa", **changes: str) -> dict[str, Any]:
    with translation.override(lang):
        return {name: texts[0] for name, texts in Purchase({**GOOD, **changes}).errors.items()}


def test_a_form_filled_in_persian() -> None:
    form = Purchase(GOOD)
    assert form.is_valid()
    assert form.cleaned_data == {
        "name": "علی اکبری",
        "mobile": "+989123456789",
        "amount": 2_500_000,
        "day": date(2026, 11, 21),
        "count": 12,
    }


def test_text_is_shown_from_where_its_script_starts() -> None:
    assert 'dir="auto"' in str(Purchase()["name"])
    english = forms.Form()
    english.fields["name"] = TextField(widget=forms.TextInput(attrs={"dir": "ltr"}))
    assert 'dir="ltr"' in str(english["name"])


def test_the_picker_posts_iso() -> None:
    assert Purchase({**GOOD, "day": "2026-11-20"}).is_valid()


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("mobile", "0912", "شمارهٔ موبایل نیست"),
        ("amount", "12,5", "مبلغ درستی به تومان نیست"),
        ("amount", "0", "بیشتر از صفر"),
        ("amount", "-5", "بیشتر از صفر"),
        ("amount", "2000000000000", "حداکثر ۱٬۰۰۰٬۰۰۰٬۰۰۰٬۰۰۰ تومان"),
        ("day", "1404/12/30", "۱۴۰۵/۰۸/۳۰"),
        ("day", "1405/09/01", "دیرتر"),
        ("count", "1.5", "عدد صحیح"),
    ],
)
def test_each_mistake_is_named_in_persian(field: str, typed: str, says: str) -> None:
    assert says in errors_of(**{field: typed})[field]


def test_each_mistake_is_named_in_english() -> None:
    assert "not a mobile number" in errors_of("en", mobile="x")["mobile"]
    assert errors_of("en", amount="0")["amount"] == "Enter an amount above zero."


def test_an_amount_is_shown_and_read_in_the_clubs_unit() -> None:
    form = Purchase(initial={"amount": 2450})
    field = form.fields["amount"]
    assert isinstance(field, AmountField)
    field.set_unit("pound")
    with translation.override("en"):
        html = render_field_widget(form["amount"])
    assert 'value="24.50"' in html
    assert "pounds" in html


def test_a_date_is_shown_in_the_languages_calendar() -> None:
    form = Purchase(initial={"day": date(2026, 11, 21)})
    with translation.override("fa"):
        html = render_field_widget(form["day"])
    assert 'value="۱۴۰۵/۰۸/۳۰"' in html
    assert 'value="2026-11-21"' in html
    assert 'data-calendar="jalali"' in html
    with translation.override("en"):
        assert 'data-calendar="gregorian"' in render_field_widget(form["day"])


def test_a_refused_control_says_so_to_screen_readers() -> None:
    form = Purchase({**GOOD, "mobile": "x"})
    html = render_field_widget(form["mobile"])
    assert 'aria-invalid="true"' in html
    assert "id_mobile_error" in html


def test_a_weak_password_is_refused_in_the_words_of_the_page() -> None:
    class Login(forms.Form):
        password = NewPasswordField()

    def refusals(lang: str) -> list[str]:
        with translation.override(lang):
            return [str(text) for text in Login({"password": "123456"}).errors["password"]]

    assert refusals("en")[1:] == [
        "Too many people use this password.",
        "A password needs letters too.",
    ]
    assert all("گذرواژه" in text for text in refusals("fa"))
    assert Login({"password": "anar-sib-89"}).is_valid()


def test_whole_numbers_and_mobiles_come_in_the_digits_of_the_page() -> None:
    form = Purchase(initial={"count": 1_200, "mobile": "+989123456789"})
    with translation.override("fa"):
        assert 'value="۱۲۰۰"' in str(form["count"])
        assert 'value="۰۹۱۲ ۳۴۵ ۶۷۸۹"' in str(form["mobile"])
    with translation.override("en"):
        assert 'value="1200"' in str(form["count"])
