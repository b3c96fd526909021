"""SMS.ir: REST v1. It keeps no numbers of ours, so that what got no answer stays unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vafa.engage.channels.sms.base import Account, Credit, Delivery, Taken, Text, dialled
from vafa.engage.channels.sms.errors import SmsError, Why
from vafa.engage.channels.sms.http import ask

_OK = 1
_ERRORS = {
    # "Something went wrong with us": before or behind the sending, it does not say.
    0: Why.NO_ANSWER,
    **dict.fromkeys((10, 11, 12, 13, 14), Why.KEY),
    **dict.fromkeys((15, 118, 119), Why.PLAN),
    20: Why.RATE,
    **dict.fromkeys((101, 123), Why.SENDER),
    102: Why.CREDIT,
    104: Why.RECIPIENT,
    **dict.fromkeys((113, 116, 124), Why.TEMPLATE),
    **dict.fromkeys((103, 114, 117), Why.TEXT),
    115: Why.BLOCKED,
}
_STATES = {
    1: Delivery.DELIVERED,
    **dict.fromkeys((2, 4), Delivery.UNDELIVERED),
    **dict.fromkeys((3, 5), Delivery.ON_ITS_WAY),
    6: Delivery.FAILED,
    7: Delivery.BLOCKED,
}
_NO_SUCH_MESSAGE = frozenset({"111", "112"})
# The template's parameter for the code: «#CODE#».
_PARAMETER = "CODE"


class SmsIr:
    """An account at SMS.ir."""

    texts_at_once = 100
    asks_at_once = 20

    def __init__(self, account: Account) -> None:
        self._account = account

    def send_code(self, to: str, code: str) -> Taken:
        """See ``Provider``."""
        document = {
            "mobile": dialled(to),
            "templateId": int(self._account.template),
            "parameters": [{"name": _PARAMETER, "value": code}],
        }
        data = self._post("send/verify", document)
        return Taken(_number(data.get("messageId")), None)

    def send_texts(self, texts: Sequence[Text]) -> list[Taken | SmsError]:
        """See ``Provider``. Its costs are in messages, not in rials."""
        line = int(self._account.sender)
        what: dict[str, Any]
        if len({one.text for one in texts}) == 1:
            path, what = "send/bulk", {"messageText": texts[0].text}
        else:
            path, what = "send/likeToLike", {"messageTexts": [one.text for one in texts]}
        mobiles = [dialled(one.to) for one in texts]
        data = self._post(path, {"lineNumber": line, **what, "mobiles": mobiles})
        numbers = data.get("messageIds")
        if not isinstance(numbers, list) or len(numbers) != len(texts):
            raise SmsError(Why.NO_ANSWER, str(_OK))
        # Who is in the blacklist gets no number.
        return [Taken(str(number), None) if number else SmsError(Why.BLOCKED) for number in numbers]

    def deliveries(self, provider_ids: Sequence[str]) -> Mapping[str, Delivery]:
        """See ``Provider``; it is asked about one after the other."""
        found = {}
        for provider_id in provider_ids:
            try:
                data = self._said(ask("GET", self._url(f"send/{provider_id}"), headers=self._auth))
            except SmsError as error:
                if error.code in _NO_SUCH_MESSAGE:
                    continue
                raise
            state = data.get("deliveryState") if isinstance(data, dict) else None
            if state in _STATES:
                found[provider_id] = _STATES[state]
        return found

    def find(self, local_id: int) -> Taken | None:
        """See ``Provider``."""
        raise NotImplementedError

    def credit(self) -> Credit:
        """See ``Provider``."""
        left = self._said(ask("GET", self._url("credit"), headers=self._auth))
        if not isinstance(left, int | float):
            raise SmsError(Why.NO_ANSWER)
        return Credit(int(left), "messages")

    @property
    def _auth(self) -> dict[str, str]:
        return {"X-API-KEY": self._account.key, "Accept": "application/json"}

    def _url(self, path: str) -> str:
        return f"{self._account.url.rstrip('/')}/{path}"

    def _post(self, path: str, document: Mapping[str, Any]) -> dict[str, Any]:
        data = self._said(ask("POST", self._url(path), headers=self._auth, document=document))
        if not isinstance(data, dict):
            raise SmsError(Why.NO_ANSWER, str(_OK))
        return data

    @staticmethod
    def _said(answer: tuple[int, Mapping[str, Any]]) -> Any:
        http, body = answer
        status = body.get("status")
        if not isinstance(status, int):
            raise SmsError(Why.NO_ANSWER, str(http))
        if status != _OK:
            raise SmsError(_ERRORS.get(status, Why.REFUSED), str(status))
        return body.get("data")


def _number(value: Any) -> str:
    if not value:
        raise SmsError(Why.NO_ANSWER, str(_OK))
    return str(value)
