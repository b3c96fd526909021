from vafa.club.models.access import ApiKey, LoginCode, LoginFailure, Staff, User
from vafa.club.models.attribute import MemberAttribute
from vafa.club.models.audit import Audit
from vafa.club.models.club import Branch, Club, ClubDisplayUnit, Merchant
from vafa.club.models.member import Card, Household, Member

__all__ = [
    "ApiKey",
    "Audit",
    "Branch",
    "Card",
    "Club",
    "ClubDisplayUnit",
    "Household",
    "LoginCode",
    "LoginFailure",
    "Member",
    "MemberAttribute",
    "Merchant",
    "Staff",
    "User",
]
