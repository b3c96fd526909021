"""Forms of the panel as they are filled in, for the stories of what is written."""

from __future__ import annotations

from tests.world import PASSWORD

RULE = {"name_fa": "سه‌شنبه‌ها", "percent": "300", "weekdays": ["3"]}
BUDGET = {
    "name": "بهار",
    **{
        f"{name}{n}": value
        for n in range(3)
        for name, value in (("counts", "points"), ("per", "ever"), ("scope", "total"))
    },
    "most0": "5000",
}
TIER = {"name_fa": "الماس", "least": "9000", "percent": "200"}
VOUCHER = {
    "kind": "voucher",
    "name": "کد تازه",
    "points": "70",
    "value": "70,000",
    "valid_days": "30",
    "is_active": "on",
}
OCCASION = {
    "name": "سالگرد فروشگاه",
    "calendar": "jalali",
    "month": "9",
    "day": "30",
    "is_active": "on",
}
CONSENT = {"name": "خبرها", "text": "خبرهای باشگاه را بفرستید.", "channels": ["sms"]}
CHALLENGE = {"name_fa": "سه بار", "kind": "purchases", "count": "3", "days": "31"}
SEGMENT = {
    "name": "خریداران پرشمار",
    "match": "all",
    "row": "1",
    "r1-facet": "commerce.purchases",
    "r1-op": "ge",
    "r1-value": "۵",
}
TERMS = {
    "expiry": "never",
    "warn_days": "0",
    "revive_days": "90",
    "pending_until": "days",
    "pending_days": "1",
    "worth": "300",
    "max_share": "9",
    "judges": "then",
}

SENDING = {
    **{"rhythm": "weekly", "weekday": "5", "day": "1", "hour": "9", "format": "pdf"},
    **{"language": "fa", "receivers": "owner@shop.example"},
}
EMAIL = {
    **{"host": "mail.shop.example", "port": "587", "security": "starttls", "user": "club"},
    **{"password": PASSWORD, "sender": "club@shop.example", "is_on": "on"},
}
