from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from vafa.club.models.club import Branch, Club, Merchant


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str, *, name: str = "") -> User:
        """Make a login; the password is stored hashed."""
        user = self.model(username=username.strip().lower(), name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person of the staff who can log in; what she may do in which club is in ``Staff``."""

    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=2, blank=True, default="")
    is_active = models.BooleanField(default=True)
    # Somebody took her second factor away; she is told when she comes in next.
    factor_reset_at = models.DateTimeField(null=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "username"

    def __str__(self) -> str:
        return self.name or self.username


class OwnRole(models.Model):
    """A role that a club made itself, from permissions (``club/permissions.py``).

    ``of_branches``: who has it works at branches of hers only.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, blank=True, default="")
    permissions = ArrayField(models.CharField(max_length=32))
    of_branches = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "name"], name="own_role_once")]

    def __str__(self) -> str:
        return self.name


class Staff(models.Model):
    """A user's role in a club: a built-in one, or ("own") one of the club's own.

    Without ``branch`` she works at all of them; with one, at that and at those of ``StaffBranch``.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="staff")
    user = models.ForeignKey(User, models.PROTECT, related_name="roles")
    role = models.CharField(max_length=12)
    own_role = models.ForeignKey(OwnRole, models.PROTECT, null=True, related_name="staff")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "user"], name="one_role_per_club"),
            models.CheckConstraint(
                condition=Q(role="own", own_role__isnull=False)
                | (~Q(role="own") & Q(own_role__isnull=True)),
                name="staff_own_role_named",
            ),
        ]


class StaffBranch(models.Model):
    """A branch at which somebody works beside her first."""

    staff = models.ForeignKey(Staff, models.CASCADE, related_name="more_branches")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["staff", "branch"], name="staff_branch_once")
        ]


class ApiKey(models.Model):
    """A shop program's key, stored hashed; ``prefix`` is what people see of it."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="api_keys")
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    secret_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=32))
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)


class LoginCode(models.Model):
    """A one-time code for a member's login, stored hashed; a new one makes the old void."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+")
    mobile = models.CharField(max_length=16)
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    wrong_tries = models.SmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["club", "mobile", "created_at"], name="login_code_latest")]


class LoginFailure(models.Model):
    """Something that a limit counts: a wrong password for a user name, an unused one-time code."""

    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "name", "at"], name="login_failures")]
