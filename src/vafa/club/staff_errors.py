"""Refusals about staff, roles and the second step of the login."""

from __future__ import annotations

from vafa.core.errors import DomainError


class UnknownRole(DomainError):
    """Neither built in nor one that the club made."""

    code = "unknown_role"
    status = 422
    fa = "چنین نقشی در این باشگاه نیست."
    en = "This club has no such role."


class NotYoursToGive(DomainError):
    """More than whoever does it may herself: nobody raises anybody, or herself, above her own place."""

    code = "not_yours_to_give"
    status = 403
    fa = "این اجازه‌ها بیش از اجازه‌های شماست؛ این کار با کسی است که خودش همهٔ آن‌ها را دارد."
    en = "This allows more than you may do yourself; somebody who may all of it can do this."


class LastOwner(DomainError):
    code = "last_owner"
    status = 409
    fa = "باشگاه همیشه دست‌کم یک مالک دارد؛ نخست مالک دیگری بگذارید."
    en = "A club always has an owner; make somebody else an owner first."


class BranchesNeeded(DomainError):
    code = "branches_needed"
    status = 422
    fa = "این نقش فقط در شعبه‌های خودش کار می‌کند؛ دست‌کم یک شعبه را انتخاب کنید."
    en = "This role works at branches of its own only; choose at least one."


class RoleInUse(DomainError):
    code = "role_in_use"
    status = 409
    fa = "کسی این نقش را دارد؛ نخست نقش او را عوض کنید."
    en = "Somebody has this role; give her another one first."


class RoleNameTaken(DomainError):
    code = "role_name_taken"
    status = 409
    fa = "نقش دیگری با همین نام هست."
    en = "Another role has this name."


class WrongSecondFactor(DomainError):
    """Wrong, too old, or used before: one answer for all."""

    code = "wrong_second_factor"
    status = 422
    fa = "این کد درست نیست یا پیش‌تر به کار رفته است؛ کد تازه‌ای را که برنامه نشان می‌دهد وارد کنید."
    en = "This code is wrong or was used before; type the one that the app shows now."


class SecondFactorNeeded(DomainError):
    """Her role must have one, so she cannot switch it off."""

    code = "second_factor_needed"
    status = 409
    fa = "نقش شما بدون ورود دومرحله‌ای کار نمی‌کند."
    en = "Your role needs the second step of the login."


class FactorOfSeveralClubs(DomainError):
    """The same login lets into another club, whose data its second step protects too."""

    code = "factor_of_several_clubs"
    status = 409
    fa = (
        "این شخص با همین نام کاربری در باشگاه دیگری هم کار می‌کند و یک باشگاه به‌تنهایی مرحلهٔ دوم ورود او را برنمی‌دارد. "
        "خودش می‌تواند با یکی از کدهای بازیابی وارد شود و آن را از نو بسازد. اگر کدی ندارد، مسئول سرور با فرمان "
        "vafa staff reset-second-factor آن را برمی‌دارد."
    )
    en = (
        "This person works in another club with the same login, and one club alone does not take its second step away. "
        "The person can log in with a recovery code and set it up again. Without one, whoever runs the server takes it "
        "away by vafa staff reset-second-factor."
    )
