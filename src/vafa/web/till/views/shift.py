"""What the cashier did since she logged in, to count the drawer by; and her shifts before."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from vafa.core.clock import now
from vafa.insight.reads.shifts import shift_sums, shifts_of
from vafa.program.reads.offline_sales import count_offline
from vafa.web.till.forms import payment_label
from vafa.web.till.pages import TillRequest, frame, till_page

_SHOWN = 6


@require_GET
@till_page
def shift(request: TillRequest) -> HttpResponse:
    """The shift that goes on, or with ``?n=`` the one so many before; it can be printed."""
    actor, moment = request.actor.label, now()
    shifts = shifts_of(request.club, actor, moment)[:_SHOWN]
    asked = request.GET.get("n", "0")
    place = min(int(asked) if asked.isdigit() and len(asked) < 3 else 0, len(shifts) - 1)
    chosen = shifts[place]
    sums = shift_sums(request.club, actor, request.branch.id, chosen, moment)
    context = {
        **frame(request, "shift"),
        "shifts": [{"n": n, "shift": one, "chosen": n == place} for n, one in enumerate(shifts)],
        "shift": chosen,
        "sums": sums,
        "sold": [(payment_label(one.payment), one) for one in sums.sold],
        "made_at": moment,
        "open_sales": count_offline(request.club, [request.branch.id]),
    }
    return render(request, "till/shift.html", context)
