"""Tags of the portal's own."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.template import Context

from vafa.web.shared.templatetags.vafa import jdate

register = template.Library()
_JUST_BEFORE = timedelta(microseconds=1)


@register.simple_tag(takes_context=True)
def last_day(context: Context, end: datetime | None) -> str:
    """The last day on which something is good that ends at the moment ``end``."""
    return jdate(context, end and end - _JUST_BEFORE)
