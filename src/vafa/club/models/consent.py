from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from vafa.club.models.club import Club
from vafa.club.models.member import Member


class ConsentPurpose(models.Model):
    """What a club asks its members' consent for, in the words that they are shown: one row for
    each wording, never changed. The one with the highest ``version`` of a ``code`` counts.

    ``channels`` are those by which it may reach them. One that is no longer asked (``is_active``
    false) is nobody's leave to write either.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    code = models.CharField(max_length=20)
    version = models.IntegerField()
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True, default="")
    text = models.CharField(max_length=400)
    text_en = models.CharField(max_length=400, blank=True, default="")
    channels = ArrayField(models.CharField(max_length=8))
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    actor = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["club", "code", "version"], name="consent_purpose_version"
            ),
            models.CheckConstraint(
                condition=Q(version__gt=0) & ~Q(text="") & ~Q(code="service"),
                name="consent_purpose_says_what",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def said(self, lang: str) -> str:
        """Its name in ``lang``."""
        return self.name if lang == "fa" or not self.name_en else self.name_en

    def words(self, lang: str) -> str:
        """What is shown to who is asked, in ``lang``."""
        return self.text if lang == "fa" or not self.text_en else self.text_en


class Consent(models.Model):
    """A member allowed the club to write to her, or not any more. Never changed.

    What holds now stands in ``Member.consents``. ``face`` is where it was said (portal, till,
    panel, api, import, link), ``actor`` by whom, ``version`` the wording of the purpose that was
    shown (0: none was, as in an import).
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    purpose = models.CharField(max_length=20)
    channel = models.CharField(max_length=8)
    is_given = models.BooleanField()
    version = models.IntegerField()
    face = models.CharField(max_length=8)
    actor = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "-at", "-id"], name="consent_of_member")]


class Terms(models.Model):
    """The club's terms of membership: a draft (``version`` null, one at most), or a version that
    holds from ``starts_at`` on and is never changed then.

    ``asks_again``: who accepted an earlier one is asked to accept this one too.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    version = models.IntegerField(null=True)
    text = models.TextField()
    text_en = models.TextField(blank=True, default="")
    changes = models.CharField(max_length=300, blank=True, default="")
    changes_en = models.CharField(max_length=300, blank=True, default="")
    asks_again = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    actor = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "version"], name="terms_version"),
            models.UniqueConstraint(
                fields=["club"], condition=Q(version__isnull=True), name="terms_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=True, starts_at__isnull=True)
                | Q(version__gt=0, starts_at__isnull=False) & ~Q(text=""),
                name="terms_published",
            ),
        ]

    def said(self, lang: str) -> str:
        """The text in ``lang``."""
        return self.text if lang == "fa" or not self.text_en else self.text_en

    def changes_said(self, lang: str) -> str:
        """What is new in it, in ``lang``."""
        return self.changes if lang == "fa" or not self.changes_en else self.changes_en


class TermsAcceptance(models.Model):
    """A member accepted a version of the terms: where, when, and who noted it. Never changed."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+", db_index=False)
    version = models.IntegerField()
    face = models.CharField(max_length=8)
    actor = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "version"], name="terms_accepted_once")
        ]
