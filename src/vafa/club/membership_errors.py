"""Refusals about what members allow and accept, and about how a membership ends."""

from __future__ import annotations

from vafa.core.errors import DomainError


class UnknownConsent(DomainError):
    """The club asks for no such consent."""

    code = "unknown_consent"
    status = 422
    fa = "باشگاه چنین رضایتی نمی‌خواهد."
    en = "The club does not ask for this consent."


class UnknownTerms(DomainError):
    """Not the version that holds: an older one, or none."""

    code = "unknown_terms"
    status = 422
    fa = "این نسخه از قوانین عضویت برقرار نیست؛ متن تازه را ببینید."
    en = "These are not the terms that hold; please read the new ones."


class NothingToPublish(DomainError):
    """There is no draft of the terms."""

    code = "nothing_to_publish"
    status = 409
    fa = "پیش‌نویسی از قوانین عضویت نیست که منتشر شود."
    en = "There is no draft of the terms to publish."


class TermsTooEarly(DomainError):
    """Terms hold from now on at the earliest, and not before the version that came before them."""

    code = "terms_too_early"
    status = 422
    fa = "زمان آغاز باید پس از اکنون و پس از نسخهٔ پیشین باشد."
    en = "They must begin from now on, and not before the version before them."


class MemberLeft(DomainError):
    """She left the club, or was erased from it: this membership is over for good."""

    code = "member_left"
    status = 409
    fa = "این عضو باشگاه را ترک کرده است؛ اگر بخواهد، دوباره عضو می‌شود."
    en = "This member has left the club; if she likes, she joins again."


class SomethingSetAside(DomainError):
    """Something of the member's is set aside for a bill at this moment."""

    code = "something_set_aside"
    status = 409
    fa = "امتیاز، اعتبار یا کدی از این عضو برای یک صورتحساب کنار گذاشته شده است. نخست کار آن را تمام کنید."
    en = "Something of this member's is set aside for a bill. Please finish that first."


class LeadsHousehold(DomainError):
    """Others share her account, and she is its head."""

    code = "leads_household"
    status = 409
    fa = "این عضو سرپرست یک خانوار است. نخست کس دیگری را سرپرست کنید."
    en = "This member is the head of a household. Please choose another head first."
