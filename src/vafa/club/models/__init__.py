from vafa.club.models.access import (
    ApiKey,
    LoginCode,
    LoginFailure,
    OwnRole,
    Staff,
    StaffBranch,
    User,
)
from vafa.club.models.attribute import MemberAttribute
from vafa.club.models.audit import Audit
from vafa.club.models.choice import StaffChoice
from vafa.club.models.club import Branch, Club, ClubDisplayUnit, Merchant
from vafa.club.models.consent import Consent, ConsentPurpose, Terms, TermsAcceptance
from vafa.club.models.fees import FeeTerms
from vafa.club.models.household_invitation import HouseholdInvitation
from vafa.club.models.joining import Joining, JoiningCode, JoiningRequest, JoiningTerms
from vafa.club.models.member import Card, Household, Member
from vafa.club.models.profile import ProfileField
from vafa.club.models.security import NumberChange, SecondFactor, Session
from vafa.club.models.setup import ClubSetup
from vafa.club.models.task import Task, TaskChunk, TaskFile

__all__ = [
    "ApiKey",
    "Audit",
    "Branch",
    "Card",
    "Club",
    "ClubDisplayUnit",
    "ClubSetup",
    "Consent",
    "ConsentPurpose",
    "FeeTerms",
    "Household",
    "HouseholdInvitation",
    "Joining",
    "JoiningCode",
    "JoiningRequest",
    "JoiningTerms",
    "LoginCode",
    "LoginFailure",
    "Member",
    "MemberAttribute",
    "Merchant",
    "NumberChange",
    "OwnRole",
    "ProfileField",
    "SecondFactor",
    "Session",
    "Staff",
    "StaffBranch",
    "StaffChoice",
    "Task",
    "TaskChunk",
    "TaskFile",
    "Terms",
    "TermsAcceptance",
    "User",
]
