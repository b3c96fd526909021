from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from vafa.club.models import Club


class EventReading(models.Model):
    """How far somebody has read the event log: everything up to (``transaction``, ``event``) was
    there at ``read_at``."""

    name = models.CharField(max_length=20, unique=True)
    transaction = models.BigIntegerField()
    event = models.BigIntegerField()
    read_at = models.DateTimeField()


class KeptClub(models.Model):
    """A club whose daily figures are kept, by days of ``zone``.

    ``is_whole``: all of its past is in them. ``waiting_since``: they are as of then, and something
    that came later waits; null where nothing waits. (``transaction``, ``transfer``) is how far its
    book was added up.
    """

    club = models.OneToOneField(Club, models.PROTECT, related_name="+")
    zone = models.CharField(max_length=40)
    is_whole = models.BooleanField(default=False)
    waiting_since = models.DateTimeField(null=True)
    transaction = models.BigIntegerField(default=0)
    transfer = models.BigIntegerField(default=0)


class WaitingDay(models.Model):
    """A day whose figures are to be made again."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["club", "day"], name="waiting_day_once")]


class DayFigures(models.Model):
    """What happened on a day of the club's zone at ``place``: a branch's number, 0 for all of them.

    ``given`` and ``used`` are points that bills of the place gave and took. ``buyers`` bought,
    ``twice`` of them more than once on that day. The arrays stand beside each other, the shortest
    gap first: how many buyers bought ``gaps[n]`` days before for the last time (``last``), how many
    did so that long ago or longer (``buyers_since``), and how many bought that long ago or longer
    for the last time but one, less those of whom only the last time was and who bought once on this
    day (``twice_since``), so that the buyers of a span that begins any days ago are one look-up.
    2147483647 days: never.
    """

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    place = models.BigIntegerField()
    day = models.DateField()
    sales = models.BigIntegerField()
    purchases = models.BigIntegerField()
    returned = models.BigIntegerField()
    returns = models.BigIntegerField()
    joined = models.BigIntegerField()
    given = models.BigIntegerField()
    used = models.BigIntegerField()
    buyers = models.BigIntegerField()
    twice = models.BigIntegerField()
    gaps = ArrayField(models.IntegerField(), default=list)
    last = ArrayField(models.IntegerField(), default=list)
    buyers_since = ArrayField(models.IntegerField(), default=list)
    twice_since = ArrayField(models.IntegerField(), default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "place", "day"], name="day_figures_once")
        ]


class DayPools(models.Model):
    """What a unit's pools gave and took on a day of the club's zone, all positive."""

    club = models.ForeignKey(Club, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("ledger.Unit", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    issued = models.BigIntegerField()
    clawed_back = models.BigIntegerField()
    spent = models.BigIntegerField()
    restored = models.BigIntegerField()
    expired = models.BigIntegerField()
    revived = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["club", "unit", "day"], name="day_pools_once")
        ]
