"""Stands in for Kavenegar and SMS.ir: answers over real HTTP as their documents say.

``break_next`` makes the next requests go wrong: slow, cut off, HTML, or refused with a code.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "4B6F-secret/key+1"
PATH_KEY = "4B6F-secret%2Fkey%2B1"
COST = 1_350


@dataclass
class Sent:
    """A message that the provider took."""

    number: int
    to: str
    text: str
    local_id: int = 0
    state: int = 0
    template: str = ""


@dataclass
class Standin:
    """``credit``: rials at Kavenegar, messages at SMS.ir. ``bad``: numbers that are refused."""

    url: str = ""
    sent: list[Sent] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    credit: int = 50_000
    serves: int = 0
    _broken: deque[tuple[str, Any]] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def urls(self) -> dict[str, str]:
        """For ``settings.SMS_URLS``."""
        return {"kavenegar": f"{self.url}/kavenegar/v1/", "smsir": f"{self.url}/smsir/v1/"}

    @property
    def idle(self) -> bool:
        """Nothing is being answered."""
        return self.serves == 0

    def break_next(self, how: str, what: Any = None, times: int = 1) -> None:
        """``how``: "refuse" (what: the code), "slow" (seconds), "cut" (before it is read), "lost"
        (taken, but the answer is cut off), "swallow" (seconds, and then cut), "html" (HTTP
        status), "drip" (seconds)."""
        self._broken.extend([(how, what)] * times)

    def next_fault(self) -> tuple[str, Any]:
        with self._lock:
            return self._broken.popleft() if self._broken else ("", None)

    def take(self, to: str, text: str, **more: Any) -> Sent:
        with self._lock:
            one = Sent(8_792_000 + len(self.sent), to, text, **more)
            self.sent.append(one)
            return one


class Refused(Exception):
    def __init__(self, code: int, http: int = 400) -> None:
        super().__init__(code)
        self.code, self.http = code, http


@contextmanager
def serving() -> Iterator[Standin]:
    """A stand-in on a free port of this machine."""
    standin = Standin()

    class Handler(_Handler):
        house = standin

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    standin.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    house: Standin

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        self._serve("")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode())

    def _serve(self, body: str) -> None:
        self.house.serves += 1
        try:
            self._work(body)
        except BrokenPipeError:
            self.close_connection = True  # Whoever asked is gone.
        finally:
            self.house.serves -= 1

    def _work(self, body: str) -> None:
        path = urlsplit(self.path).path
        self.house.asked.append(path)
        how, what = self.house.next_fault()
        if how == "swallow":
            time.sleep(what)
        if how in ("cut", "swallow"):
            self.close_connection = True
            return
        if how == "slow":
            time.sleep(what)
        if how == "html":
            self._answer(what, b"<html>gateway</html>", "text/html")
            return
        kavenegar = path.startswith("/kavenegar/")
        try:
            if how == "refuse":
                raise Refused(what)
            said = _kavenegar(self, path, body) if kavenegar else _smsir(self, path, body)
            http = 200
        except Refused as error:
            http, said = error.http, _refusal(kavenegar, error.code)
            http = error.code if kavenegar else http
        content = json.dumps(said).encode()
        if how == "lost":
            self.send_response(200)
            self.send_header("Content-Length", str(len(content) + 99))
            self.end_headers()
            self.wfile.write(content[:10])
            self.close_connection = True
            return
        self._answer(http, content, "application/json", drip=what if how == "drip" else 0)

    def _answer(self, http: int, content: bytes, kind: str, drip: float = 0) -> None:
        self.send_response(http)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:1])
        time.sleep(drip)
        self.wfile.write(content[1:])


def _refusal(kavenegar: bool, code: int) -> dict[str, Any]:
    if kavenegar:
        return {"return": {"status": code, "message": "خطا"}, "entries": None}
    return {"status": code, "message": "خطا", "data": None}


def _kavenegar(handler: _Handler, path: str, body: str) -> dict[str, Any]:
    _, _, _, key, what = path.split("/", 4)
    if key != PATH_KEY:
        raise Refused(403)
    form, house = dict(parse_qsl(body)), handler.house
    entries = _KAVENEGAR[what](house, form)
    return {"return": {"status": 200, "message": "تایید شد"}, "entries": entries}


def _entry(one: Sent) -> dict[str, Any]:
    return {
        **{"messageid": one.number, "message": one.text, "status": one.state or 5},
        **{"statustext": "ارسال به مخابرات", "sender": "10004346", "receptor": one.to},
        **{"date": 1_356_619_709, "cost": COST, "localid": one.local_id},
    }


def _send(house: Standin, to: str, text: str, **more: Any) -> dict[str, Any]:
    if to in house.bad:
        raise Refused(411)
    if not text:
        raise Refused(413)
    return _entry(house.take(to, text, **more))


def _array(house: Standin, form: dict[str, str]) -> list[dict[str, Any]]:
    lists = [json.loads(form[n]) for n in ("receptor", "message", "sender", "localmessageids")]
    if len({len(one) for one in lists}) != 1:
        raise Refused(419)
    if house.bad & set(lists[0]):
        raise Refused(411)
    return [_send(house, to, text, local_id=n) for to, text, _, n in zip(*lists, strict=True)]


def _found(house: Standin, form: dict[str, str]) -> list[dict[str, Any]]:
    number = int(form["localid"])
    for one in house.sent:
        if one.local_id == number:
            return [_entry(one)]
    return [{"messageid": 0, "localid": number, "status": 100, "statustext": "نامعتبر"}]


def _states(house: Standin, form: dict[str, str]) -> list[dict[str, Any]]:
    by_number = {str(one.number): one for one in house.sent}
    return [
        {
            "messageid": int(number),
            "status": (by_number[number].state or 5) if number in by_number else 100,
        }
        for number in form["messageid"].split(",")
    ]


_KAVENEGAR = {
    "sms/send.json": lambda house, form: [
        _send(house, form["receptor"], form["message"], local_id=int(form["localid"]))
    ],
    "sms/sendarray.json": _array,
    "verify/lookup.json": lambda house, form: [
        _send(house, form["receptor"], form["token"], template=form["template"])
    ],
    "sms/status.json": _states,
    "sms/statuslocalmessageid.json": _found,
    "account/info.json": lambda house, form: {
        **{"remaincredit": house.credit, "expiredate": 13_548_889, "type": "Master"},
    },
}


def _smsir(handler: _Handler, path: str, body: str) -> dict[str, Any]:
    house = handler.house
    if handler.headers.get("X-API-KEY") != KEY:
        raise Refused(10, http=401)
    what = path.removeprefix("/smsir/v1/")
    sent = json.loads(body) if body else {}
    if what == "send/verify":
        assert isinstance(sent["templateId"], int)
        code = {one["name"]: one["value"] for one in sent["parameters"]}["CODE"]
        _check(house, [sent["mobile"]])
        one = house.take(sent["mobile"], code, template=str(sent["templateId"]))
        data: Any = {"messageId": one.number, "cost": 1.0}
    elif what in ("send/bulk", "send/likeToLike"):
        assert isinstance(sent["lineNumber"], int)
        mobiles = sent["mobiles"]
        _check(house, mobiles)
        texts = sent.get("messageTexts") or [sent["messageText"]] * len(mobiles)
        numbers = [
            None if to in house.blocked else house.take(to, text).number
            for to, text in zip(mobiles, texts, strict=True)
        ]
        data = {"packId": "2b99", "messageIds": numbers, "cost": float(len(mobiles))}
    elif what == "credit":
        data = house.credit + 0.5
    else:
        number = int(what.removeprefix("send/"))
        found = [one for one in house.sent if one.number == number]
        if not found:
            raise Refused(111)
        data = {"messageId": number, "deliveryState": found[0].state or None}
    return {"status": 1, "message": "موفق", "data": data}


def _check(house: Standin, mobiles: list[str]) -> None:
    if house.bad & set(mobiles):
        raise Refused(104)
    if len(mobiles) > 100:
        raise Refused(105)
    if house.blocked >= set(mobiles):
        raise Refused(115)
