from vafa.club.models.access import ApiKey, LoginCode, LoginFailure, Staff, User
from vafa.club.models.club import Branch, Club, ClubDisplayUnit, Merchant
from vafa.club.models.member import Card, Member

__all__ = [
    "ApiKey",
    "Branch",
    "Card",
    "Club",
    "ClubDisplayUnit",
    "LoginCode",
    "LoginFailure",
    "Member",
    "Merchant",
    "Staff",
    "User",
]
