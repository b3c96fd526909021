"""Kavenegar: REST v1. The key is a part of every address; it keeps our own numbers of messages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from vafa.engage.channels.sms.base import Account, Credit, Delivery, Taken, Text, dialled
from vafa.engage.channels.sms.errors import SmsError, Why
from vafa.engage.channels.sms.http import ask

_OK = 200
_ERRORS = {
    **dict.fromkeys((401, 403, 407, 416), Why.KEY),
    409: Why.UNAVAILABLE,
    411: Why.RECIPIENT,
    **dict.fromkeys((412, 427), Why.SENDER),
    **dict.fromkeys((413, 420, 422), Why.TEXT),
    418: Why.CREDIT,
    **dict.fromkeys((424, 431, 432), Why.TEMPLATE),
    **dict.fromkeys((426, 428, 501), Why.PLAN),
    **dict.fromkeys((429, 451), Why.RATE),
}
_STATES = {
    **dict.fromkeys((1, 2, 4, 5), Delivery.ON_ITS_WAY),
    10: Delivery.DELIVERED,
    11: Delivery.UNDELIVERED,
    **dict.fromkeys((6, 13), Delivery.FAILED),
    14: Delivery.BLOCKED,
}
_UNKNOWN = 100


class Kavenegar:
    """An account at Kavenegar."""

    texts_at_once = 100
    asks_at_once = 500

    def __init__(self, account: Account) -> None:
        self._account = account

    def send_code(self, to: str, code: str) -> Taken:
        """See ``Provider``."""
        form = {"receptor": dialled(to), "token": code, "template": self._account.template}
        return self._taken(self._entries("verify/lookup.json", form), 1)[0]

    def send_texts(self, texts: Sequence[Text]) -> list[Taken | SmsError]:
        """See ``Provider``."""
        if len(texts) == 1:
            [one] = texts
            form = {"receptor": dialled(one.to), "message": one.text}
            form |= {"sender": self._account.sender, "localid": str(one.local_id)}
            return [*self._taken(self._entries("sms/send.json", form), 1)]
        form = {
            "receptor": json.dumps([dialled(one.to) for one in texts]),
            "message": json.dumps([one.text for one in texts], ensure_ascii=False),
            "sender": json.dumps([self._account.sender] * len(texts)),
            "localmessageids": json.dumps([one.local_id for one in texts]),
        }
        return [*self._taken(self._entries("sms/sendarray.json", form), len(texts))]

    def deliveries(self, provider_ids: Sequence[str]) -> Mapping[str, Delivery]:
        """See ``Provider``."""
        entries = self._entries("sms/status.json", {"messageid": ",".join(provider_ids)})
        return {
            str(entry.get("messageid")): _STATES[entry["status"]]
            for entry in entries
            if entry.get("status") in _STATES
        }

    def find(self, local_id: int) -> Taken | None:
        """See ``Provider``; it remembers our numbers for twelve hours."""
        entries = self._entries("sms/statuslocalmessageid.json", {"localid": str(local_id)})
        for entry in entries:
            if str(entry.get("localid")) == str(local_id):
                if entry.get("status") == _UNKNOWN:
                    return None
                return self._taken([entry], 1)[0]
        raise SmsError(Why.NO_ANSWER)

    def credit(self) -> Credit:
        """See ``Provider``."""
        entries = self._entries("account/info.json", {})
        left = entries[0].get("remaincredit") if entries else None
        if not isinstance(left, int | float):
            raise SmsError(Why.NO_ANSWER)
        return Credit(int(left), "rial")

    def _entries(self, path: str, form: Mapping[str, str]) -> list[dict[str, Any]]:
        base, key = self._account.url.rstrip("/"), quote(self._account.key, safe="")
        answer = ask("POST", f"{base}/{key}/{path}", form=form)
        said = answer.body.get("return")
        status = said.get("status") if isinstance(said, dict) else None
        if not isinstance(status, int):
            raise SmsError(Why.NO_ANSWER, str(answer.status))
        if status != _OK:
            raise SmsError(_ERRORS.get(status, Why.REFUSED), str(status))
        entries = answer.body.get("entries")
        if isinstance(entries, dict):  # The account's answer is one object.
            entries = [entries]
        if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
            raise SmsError(Why.NO_ANSWER, str(status))
        return entries

    @staticmethod
    def _taken(entries: Sequence[Mapping[str, Any]], count: int) -> list[Taken]:
        if len(entries) != count or not all(entry.get("messageid") for entry in entries):
            raise SmsError(Why.NO_ANSWER, str(_OK))
        costs = [entry.get("cost") for entry in entries]
        return [
            Taken(str(entry["messageid"]), int(cost) if isinstance(cost, int | float) else None)
            for entry, cost in zip(entries, costs, strict=True)
        ]
