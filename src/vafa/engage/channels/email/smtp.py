"""One e-mail through an SMTP server, and in our own words why it was not taken.

Whoever refuses before the text is sent has surely not got it; where the line breaks while it is being
sent, nobody knows, and it is never sent again by itself.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from typing import Final

from vafa.core.clock import now

SECURITIES: Final = ("starttls", "tls", "none")
_SECONDS = 20.0


class Why(StrEnum):
    """The reason, and with it what may be done."""

    # Of this e-mail: trying again changes nothing.
    RECIPIENT = "recipient"
    REFUSED = "refused"
    # The club has to put something right in its settings.
    LOGIN = "login"
    SENDER = "sender"
    SECURITY = "security"
    # Surely not sent, and worth another try soon.
    LATER = "later"
    UNAVAILABLE = "unavailable"
    # Nobody knows whether it was sent.
    NO_ANSWER = "no_answer"


FINAL = frozenset({Why.RECIPIENT, Why.REFUSED})


class MailError(Exception):
    """The server did not take it; carries nothing of the e-mail and nothing of the account."""

    def __init__(self, why: Why, code: int = 0) -> None:
        super().__init__(f"{why.value} {code or ''}".strip())
        self.why = why
        self.code = code


@dataclass(frozen=True, slots=True)
class MailAccount:
    """A server and a login at it; ``user`` "" for a server that asks for none. ``security`` is one of
    ``SECURITIES``; ``sender_name`` stands before the ``sender``'s address."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str
    sender_name: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A file with an e-mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail to one address. ``leave_url`` is where its receiver says that she wants no more, with
    ``one_click`` by a POST of her e-mail program (RFC 8058)."""

    to: str
    subject: str
    text: str
    leave_url: str = ""
    attached: Attached | None = None
    one_click: bool = False


def deliver(account: MailAccount, mail: Mail) -> None:
    """Hand one e-mail over to the server, within ``_SECONDS`` for each answer. Raises MailError.

    Uses the network: never inside a transaction.
    """
    message = _message(account, mail)
    server = _connect(account)
    try:
        _offer(server, account, mail.to)
        try:
            code, _answer = server.data(
                message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
            )
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
            raise _refusal(error.smtp_code, Why.REFUSED) from None
        except (smtplib.SMTPException, OSError):
            raise MailError(Why.NO_ANSWER) from None
        if code != 250:
            raise _refusal(code, Why.REFUSED)
    finally:
        server.close()


def _connect(account: MailAccount) -> smtplib.SMTP:
    context = ssl.create_default_context()
    try:
        server = (
            smtplib.SMTP_SSL(account.host, account.port, timeout=_SECONDS, context=context)
            if account.security == "tls"
            else smtplib.SMTP(account.host, account.port, timeout=_SECONDS)
        )
    except ssl.SSLError:
        raise MailError(Why.SECURITY) from None
    except (smtplib.SMTPException, OSError):
        raise MailError(Why.UNAVAILABLE) from None
    try:
        server.ehlo()
        if account.security == "starttls":
            server.starttls(context=context)
            server.ehlo()
        if account.user:
            server.login(account.user, account.password)
    except (ssl.SSLError, smtplib.SMTPNotSupportedError):
        server.close()
        raise MailError(Why.SECURITY) from None
    except smtplib.SMTPAuthenticationError as error:
        server.close()
        raise _refusal(error.smtp_code, Why.LOGIN) from None
    except (smtplib.SMTPException, OSError):
        server.close()
        raise MailError(Why.UNAVAILABLE) from None
    return server


def _offer(server: smtplib.SMTP, account: MailAccount, to: str) -> None:
    """From whom and to whom: what is refused here was not sent."""
    try:
        code, _answer = server.mail(account.sender)
        if code != 250:
            raise _refusal(code, Why.SENDER)
        code, _answer = server.rcpt(to)
        if code not in (250, 251):
            raise _refusal(code, Why.RECIPIENT)
    except (smtplib.SMTPException, OSError):
        raise MailError(Why.UNAVAILABLE) from None


def _refusal(code: int, why: Why) -> MailError:
    """A 4xx is for now, a 5xx for good (RFC 5321, 4.2.1)."""
    return MailError(Why.LATER if 400 <= code < 500 else why, code)


def _message(account: MailAccount, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    name, _at, domain = account.sender.rpartition("@")
    message["From"] = Address(account.sender_name, name, domain)
    message["To"] = mail.to
    message["Subject"] = " ".join(mail.subject.split())
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    if mail.leave_url:
        message["List-Unsubscribe"] = f"<{mail.leave_url}>"
    if mail.one_click:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    if mail.attached is not None:
        kind, _slash, sub = mail.attached.content_type.partition("/")
        message.add_attachment(
            mail.attached.content, maintype=kind, subtype=sub, filename=mail.attached.name
        )
    return message
