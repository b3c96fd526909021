"""Every component on one page, for those who build pages; only where the outbox page exists too."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vafa.core import clock
from vafa.core.jalali import format_date
from vafa.web.shared.charts import Chart, Series
from vafa.web.shared.context import PageClub, current_lang, use_club
from vafa.web.shared.forms import (
    AmountField,
    DigitsField,
    JalaliDateField,
    MobileField,
    TextField,
)
from vafa.web.shared.undo import offer_undo

LAYOUTS = ("panel", "portal", "till", "plain")
_ICONS = ("layout-dashboard", "users", "receipt", "gift", "message-circle", "chart-line", "store")


class GalleryForm(forms.Form):
    """One field of each kind."""

    name = TextField(label=gettext_lazy("Name"), max_length=80)
    mobile = MobileField(help_text="۰۹۱۲")
    amount = AmountField(label=gettext_lazy("Amount"))
    count = DigitsField(label=gettext_lazy("Count"), required=False)
    day = JalaliDateField(label=gettext_lazy("Date"), required=False)
    tier = forms.ChoiceField(label=gettext_lazy("Tier"), choices=[("1", "Silver"), ("2", "Gold")])
    note = TextField(
        label=gettext_lazy("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    consent = forms.BooleanField(label=gettext_lazy("Send me messages"), required=False)


def _chart() -> Chart:
    lang = current_lang()
    start = date(2026, 3, 21)
    values = [320, 410, 380, 520, 610, 560, 640, 720]
    labels = [format_date(start + timedelta(days=31 * i), lang, "month") for i in range(8)]
    return Chart(
        labels,
        [
            Series(_("Sales"), [v * 10_000_000 for v in values]),
            Series(_("The year before"), [v * 8_100_000 for v in values], before_of=0),
        ],
        title=_("Sales by month"),
        unit="toman",
    )


def _nav() -> list[dict[str, Any]]:
    names = [_("Members"), _("Purchases"), _("Sales"), _("Amount")]
    return [
        {
            "label": label,
            "url": f"?{i}",
            "icon": _ICONS[i],
            "active": i == 0,
            "items": [{"label": names[3], "url": "?part", "active": False}] if i == 0 else [],
        }
        for i, label in enumerate(names)
    ]


def _enter(request: HttpRequest) -> None:
    if not settings.OUTBOX_PAGE:
        raise Http404
    use_club(request, PageClub(name=_("Vafa")))


def gallery(request: HttpRequest) -> HttpResponse:
    """All components; ``?error=1`` shows the form refused, ``?toast=1`` a message."""
    _enter(request)
    form = GalleryForm(request.GET if "name" in request.GET else None)
    if "toast" in request.GET:
        messages.success(request, _("Saved."))
    if "undo" in request.GET:
        offer_undo(request, "«مشتریان پرخرید» بایگانی شد.", reverse("ui:theme"), theme="auto")
    context: dict[str, Any] = {
        "form": form,
        "chart": _chart(),
        "bars": Chart(
            ["A", "B", "C"],
            [Series(_("Members"), [120, 80, 45]), Series(_("Active"), [60, 50, 40])],
            kind="bar",
            title=_("Members"),
        ),
        "page": Paginator(range(1_240), 20).get_page(request.GET.get("page")),
        "rows": [
            ("مریم رضایی‌نژاد", "+989123456789", 24_500_000, 1_240),
            ("علی", "+989351112233", 0, -37),
        ],
        "sort": request.GET.get("sort", "name"),
        "now": clock.now() - timedelta(hours=3),
        "tabs": [
            {"label": _("Members"), "url": "?", "active": True, "count": 1_240},
            {"label": _("Purchases"), "url": "?tab=2", "active": False},
        ],
        "nav_items": _nav(),
        "layouts": [reverse("ui:gallery-layout", args=[name]) for name in LAYOUTS],
    }
    return render(request, "shared/gallery.html", context)


def layout(request: HttpRequest, layout: str) -> HttpResponse:
    """An empty page in each layout, and what opens beside a list."""
    _enter(request)
    if layout == "beside":
        return render(request, "shared/gallery_beside.html")
    if layout not in LAYOUTS:
        raise Http404
    context = {
        "nav_items": _nav(),
        "user_name": "مریم رضایی‌نژاد",
        "logout_url": "?",
        "search_url": "?",
        "layout_template": f"shared/{layout}_layout.html",
    }
    return render(request, "shared/gallery_layout.html", context)
