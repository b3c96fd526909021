"""Both adapters against a server that answers as the providers' documents say."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import pytest

from tests.sms_server import COST, KEY, PATH_KEY, Standin, serving
from vafa.engage.channels.sms import KINDS, http, provider
from vafa.engage.channels.sms.base import Account, Credit, Delivery, Provider, Taken, Text
from vafa.engage.channels.sms.errors import SmsError, Why

ANNA, BITA = "+989121111111", "+989122222222"
ERRORS = {
    "kavenegar": {
        **{400: "refused", 401: "key", 402: "refused", 403: "key", 404: "refused"},
        **{405: "refused", 406: "refused", 407: "key", 409: "unavailable", 411: "recipient"},
        **{412: "sender", 413: "text", 414: "refused", 416: "key", 417: "refused"},
        **{418: "credit", 419: "refused", 420: "text", 422: "text", 424: "template"},
        **{426: "plan", 427: "sender", 428: "plan", 429: "rate", 431: "template"},
        **{432: "template", 451: "rate", 501: "plan", 607: "refused"},
    },
    "smsir": {
        **{0: "no_answer", 10: "key", 11: "key", 12: "key", 13: "key", 14: "key", 15: "plan"},
        **{16: "refused", 20: "rate", 101: "sender", 102: "credit", 103: "text"},
        **{104: "recipient", 105: "refused", 106: "refused", 107: "refused", 108: "refused"},
        **{109: "refused", 110: "refused", 113: "template", 114: "text", 115: "blocked"},
        **{116: "template", 117: "text", 118: "plan", 119: "plan", 123: "sender"},
        **{124: "template"},
    },
}
STATES = {
    "kavenegar": {
        **{1: "accepted", 2: "accepted", 4: "accepted", 5: "accepted", 6: "failed"},
        **{10: "delivered", 11: "undelivered", 13: "failed", 14: "blocked"},
    },
    "smsir": {
        **{1: "delivered", 2: "undelivered", 3: "accepted", 4: "undelivered", 5: "accepted"},
        **{6: "failed", 7: "blocked"},
    },
}


@pytest.fixture
def house() -> Iterator[Standin]:
    with serving() as standin:
        yield standin


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def account(house: Standin, kind: str) -> Provider:
    return provider(kind, Account(house.urls[kind], KEY, "10004346", "77"))


def refusal(account: Provider) -> SmsError:
    with pytest.raises(SmsError) as caught:
        account.send_code(ANNA, "123456")
    return caught.value


def test_a_code_goes_by_the_template(house: Standin, account: Provider, kind: str) -> None:
    taken = account.send_code(ANNA, "123456")
    [sent] = house.sent
    assert (sent.to, sent.text, sent.template) == ("09121111111", "123456", "77")
    assert taken == Taken(str(sent.number), COST if kind == "kavenegar" else None)


def test_texts_go_together_and_answers_keep_their_order(house: Standin, account: Provider) -> None:
    texts = [Text(ANNA, "سلام آنا", 71), Text("+4915112345678", 'hello & "bye"', 72)]
    numbers = [taken.provider_id for taken in account.send_texts(texts) if isinstance(taken, Taken)]
    assert numbers == [str(one.number) for one in house.sent]
    assert [(one.to, one.text) for one in house.sent] == [
        ("09121111111", "سلام آنا"),
        ("004915112345678", 'hello & "bye"'),
    ]
    assert len(house.asked) == 1, "one request for both"
    account.send_texts([Text(BITA, "one", 73)])
    assert house.sent[-1].text == "one"


def test_each_refusal_has_our_word(house: Standin, account: Provider, kind: str) -> None:
    for code, word in ERRORS[kind].items():
        house.break_next("refuse", code)
        error = refusal(account)
        assert (error.why.value, error.code) == (word, str(code))
    assert house.sent == []


def test_each_state_has_our_word(house: Standin, account: Provider, kind: str) -> None:
    for state, word in STATES[kind].items():
        taken = account.send_code(ANNA, "123456")
        house.sent[-1].state = state
        assert account.deliveries([taken.provider_id]) == {taken.provider_id: Delivery(word)}
    assert account.deliveries(["1"]) == {}, "the provider has forgotten it"


def test_what_is_left(house: Standin, account: Provider, kind: str) -> None:
    house.credit = 1_234
    assert account.credit() == Credit(1_234, "rial" if kind == "kavenegar" else "messages")


def test_only_where_nothing_was_sent_it_says_so(house: Standin, kind: str) -> None:
    closed = provider(kind, Account("http://127.0.0.1:9/v1/", KEY, "1", "77"))
    assert refusal(closed).why is Why.UNAVAILABLE


@pytest.mark.parametrize(
    ("how", "what", "why"),
    [
        ("cut", None, Why.NO_ANSWER),
        ("lost", None, Why.NO_ANSWER),
        ("html", 502, Why.NO_ANSWER),
        ("html", 200, Why.NO_ANSWER),
        ("html", 429, Why.RATE),
        ("html", 302, Why.NO_ANSWER),
    ],
)
def test_what_is_broken_is_not_called_sent(
    house: Standin, account: Provider, how: str, what: object, why: Why
) -> None:
    house.break_next(how, what)
    assert refusal(account).why is why
    assert account.send_code(ANNA, "222222"), "and then it works again"


def test_slow_ones_are_not_waited_for(
    house: Standin, account: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_TIMES", 0.3)
    for how in ("slow", "drip"):
        house.break_next(how, 1.0)
        began = time.monotonic()
        assert refusal(account).why is Why.NO_ANSWER
        assert time.monotonic() - began < 0.9


def test_an_answer_without_end_is_left(
    house: Standin, account: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "_MOST_BYTES", 10)
    assert refusal(account).why is Why.NO_ANSWER


def test_kavenegar_finds_our_numbers_again(house: Standin) -> None:
    account = provider("kavenegar", Account(house.urls["kavenegar"], KEY, "10004346", "77"))
    house.break_next("lost")
    with pytest.raises(SmsError):
        account.send_texts([Text(ANNA, "سلام", 4_503_599_627_370_495)])
    found = account.find(4_503_599_627_370_495)
    assert found == Taken(str(house.sent[0].number), COST)
    assert account.find(5) is None


def test_smsir_says_who_blocked_us(house: Standin) -> None:
    account = provider("smsir", Account(house.urls["smsir"], KEY, "10004346", "77"))
    house.blocked.add("09122222222")
    first, second = account.send_texts([Text(ANNA, "a", 1), Text(BITA, "b", 2)])
    assert isinstance(first, Taken)
    assert isinstance(second, SmsError) and second.why is Why.BLOCKED
    with pytest.raises(NotImplementedError):
        account.find(1)


def test_the_key_is_nowhere_in_what_is_logged_or_said(
    house: Standin, account: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    house.break_next("cut")
    error = refusal(account)
    account.send_code(ANNA, "654321")
    for text in (caplog.text, repr(error), str(error.__context__), repr(vars(account))):
        assert KEY not in text and PATH_KEY not in text and "654321" not in text
