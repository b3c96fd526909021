"""Refusals about households that members make themselves."""

from __future__ import annotations

from vafa.core.errors import DomainError


class NotByMembers(DomainError):
    """In this club the staff makes households."""

    code = "households_by_staff"
    status = 409
    fa = "در این باشگاه خانوار را کارکنان می‌سازند؛ لطفاً با باشگاه صحبت کنید."
    en = "In this club the staff makes households; please speak to the club."


class NotTheHead(DomainError):
    """Only who leads the household may do this."""

    code = "not_the_head"
    status = 403
    fa = "این کار با سرپرست خانوار است."
    en = "Only the head of the household may do this."


class UnknownInvitationToHousehold(DomainError):
    """There is none, or it is somebody else's."""

    code = "unknown_household_invitation"
    status = 404
    fa = "چنین دعوتی برای شما پیدا نشد."
    en = "There is no such invitation for you."


class InvitationToHouseholdOver(DomainError):
    """It was answered, withdrawn, or too long ago."""

    code = "household_invitation_over"
    status = 409
    fa = "این دعوت دیگر برقرار نیست."
    en = "This invitation is over."


class InvitedAlready(DomainError):
    """An invitation for this number is open, or its owner belongs to the household."""

    code = "invited_already"
    status = 409
    fa = "این شماره پیش‌تر دعوت شده یا در خانوار شماست."
    en = "This number is invited already, or belongs to your household."


class DeclinedLately(DomainError):
    """Whoever has this number declined."""

    code = "declined_lately"
    status = 409
    fa = "صاحب این شماره دعوت شما را نپذیرفته است. پس از {days} روز می‌توانید دوباره دعوت کنید."
    en = "Whoever has this number declined. You can invite again after {days} days."


class CameLately(DomainError):
    """She came into a household by an invitation not long ago."""

    code = "came_into_household_lately"
    status = 409
    fa = (
        "شما به‌تازگی به خانواری پیوسته‌اید. پس از {days} روز می‌توانید به خانوار دیگری بپیوندید؛"
        " اگر زودتر لازم است، لطفاً با باشگاه صحبت کنید."
    )
    en = (
        "You came into a household lately. You can come into another after {days} days; if it has to"
        " be sooner, please speak to the club."
    )


class PlacesGivenLately(DomainError):
    """As many came in by invitation as the household may have; some of them have left again."""

    code = "household_places_given_lately"
    status = 409
    fa = (
        "در {days} روز گذشته به اندازهٔ همهٔ جاهای این خانوار کسانی به آن پیوسته‌اند. چند روز دیگر دوباره"
        " امتحان کنید یا با باشگاه صحبت کنید."
    )
    en = (
        "In the last {days} days as many people came into this household as it has places. Try again"
        " some days later, or speak to the club."
    )


class TooManyInvitations(DomainError):
    """Too many are open, or were made today."""

    code = "too_many_invitations"
    status = 409
    fa = "دعوت‌های شما زیاد شده است: حداکثر {open} دعوت باز، و {day} دعوت در روز."
    en = "You have invited many: at most {open} may be open, and {day} be made in a day."
