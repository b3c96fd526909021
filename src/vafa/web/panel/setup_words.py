"""The setting up of a club in words: its steps, its aims, and what its history says."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vafa.core.money import format_percent
from vafa.insight.reads.readiness import History
from vafa.insight.rules.readiness import SUITS, UNKNOWN, UNSUITED, WITH_CARE, Readiness
from vafa.web.shared.context import current_lang

# Step: its title, and what it is about.
STEP_WORDS: dict[str, tuple[Promise, Promise]] = {
    "aim": (
        gettext_lazy("The aim"),
        gettext_lazy("A club that wants everything brings nothing. What shall get better?"),
    ),
    "groups": (
        gettext_lazy("The groups"),
        gettext_lazy("Members are not alike. These groups stand ready; offers can meet each."),
    ),
    "gains": (
        gettext_lazy("What it brings"),
        gettext_lazy("Start from what is nearest to your business. All of it can be changed."),
    ),
    "membership": (
        gettext_lazy("Membership"),
        gettext_lazy("Who may join, what they agree to, and how much you will spend at most."),
    ),
    "talk": (
        gettext_lazy("The conversation"),
        gettext_lazy("How the club reaches its members, and when it keeps silent."),
    ),
    "business": (
        gettext_lazy("The business"),
        gettext_lazy("Where and what you sell, who works with the club, and your history."),
    ),
    "fields": (
        gettext_lazy("What you ask"),
        gettext_lazy("Ask little at the door. The rest can come later, and may bring points."),
    ),
}


class Verdict(NamedTuple):
    """A verdict in a word and a sentence; ``level`` is that of an alert."""

    title: str
    text: str
    level: str


def measure_words(aim: str) -> str:
    """By what a club with that aim is judged."""
    return {
        "repeat": _("Of the members who buy in 90 days, how many buy at least twice"),
        "basket": _("The average purchase in 90 days"),
        "back": _("How many members come back after 90 days without a purchase"),
        "fresh": _("How many members join in 90 days"),
    }[aim]


def verdict_words(found: Readiness) -> Verdict:
    """The verdict, frankly."""
    return {
        SUITS: Verdict(
            _("A club suits this business"),
            _("Customers come again, and often enough for a promise to matter."),
            "success",
        ),
        WITH_CARE: Verdict(
            _("A club can work here, with care"),
            _("Something in the history speaks against the usual kind; read what to do."),
            "warning",
        ),
        UNSUITED: Verdict(
            _("A club of this kind will probably not pay"),
            _("Better hear it now. What follows says why, and what may serve you better."),
            "error",
        ),
        UNKNOWN: Verdict(
            _("Too little history to judge"),
            _("The figures below are a first impression. Bring in more, or look again later."),
            "info",
        ),
    }[found.verdict]


def finding_words(name: str, history: History) -> tuple[str, str]:
    """What was found, and what to do about it."""
    percent = {"n": format_percent(history.repeat_percent / 100, current_lang())}
    return {
        "too_little": (
            _("There are few purchases that name a customer, or few days of them."),
            _(
                "Import at least a year of purchases with the customer's mobile, or let the club run for four months and look again."
            ),
        ),
        "never_pays": (
            _("What members get back is as much as your margin, or more."),
            _(
                "Give less: a smaller share, a higher least basket, or goods that cost you less than their price."
            ),
        ),
        "one_offs": (
            _("Almost nobody comes a second time (%(n)s).") % percent,
            _(
                "Points reward what does not happen here. Reward who brings somebody else, serve well after the sale, or join a coalition with shops that are visited weekly."
            ),
        ),
        "very_seldom": (
            _("Half a year and more lies between two visits."),
            _(
                "Points are forgotten by then. Remind of what is due (a service, a season), and give credit for the next time instead of points."
            ),
        ),
        "dear": (
            _("The club only pays if members buy more than one may expect."),
            _(
                "Give less to everybody and more to the few who decide: a tier, a segment, a least basket."
            ),
        ),
        "few_repeat": (
            _("Few customers come again (%(n)s).") % percent,
            _(
                "The second purchase is what counts: give something that holds only for it, for some weeks."
            ),
        ),
        "seldom": (
            _("Three months and more lie between two visits."),
            _("Let points live at least a year, and prefer credit to small rewards."),
        ),
        "nameless": (
            _("Most purchases name nobody, so this is about the others only."),
            _("Ask for the mobile at the till; a poster and a welcome gift help."),
        ),
        "concentrated": (
            _("A few customers bring nearly everything."),
            _(
                "Look after them by name, as one does in wholesale: own terms and a person to call. A club may be for the others."
            ),
        ),
        "flat": (
            _("All customers bring about the same."),
            _("Tiers would tell apart who is alike; a plain promise to all is better here."),
        ),
        "clockwork": (
            _("Customers come by habit, as by a clock."),
            _("They come anyway: aim at a larger basket, not at more visits."),
        ),
        "bursts": (
            _("Customers come in bursts, then stay away for long."),
            _("Use the burst: a voucher that soon ends, and a word when the silence grows."),
        ),
    }[name]
