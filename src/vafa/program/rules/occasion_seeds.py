"""The occasions that a new club begins with: plain data, which each club may change.

Lunar ones bear the days that were announced for Iran; the others of theirs are computed until
somebody enters them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from vafa.program.rules.occasions import OccasionCalendar


class Seed(NamedTuple):
    """An occasion, as ``models.Occasion`` has it."""

    code: str
    fa: str
    en: str
    calendar: OccasionCalendar
    month: int
    day: int
    official: Sequence[date] = ()


SEEDS = (
    Seed("nowruz", "نوروز", "Nowruz", "jalali", 1, 1),
    Seed("sizdah-bedar", "سیزده‌به‌در", "Sizdah Bedar", "jalali", 1, 13),
    Seed("teachers-day", "روز معلم", "Teacher's Day", "jalali", 2, 12),
    Seed("doctors-day", "روز پزشک", "Doctor's Day", "jalali", 6, 1),
    Seed("first-of-mehr", "اول مهر", "First of Mehr", "jalali", 7, 1),
    Seed("students-day", "روز دانشجو", "Student's Day", "jalali", 9, 16),
    Seed("yalda", "شب یلدا", "Yalda", "jalali", 9, 30),
    Seed("engineers-day", "روز مهندس", "Engineer's Day", "jalali", 12, 5),
    Seed("nurses-day", "روز پرستار", "Nurse's Day", "hijri", 5, 5),
    Seed("mothers-day", "روز مادر", "Mother's Day", "hijri", 6, 20, (date(2026, 11, 30),)),
    Seed("fathers-day", "روز پدر", "Father's Day", "hijri", 7, 13, (date(2026, 12, 23),)),
    Seed("mid-shaban", "نیمهٔ شعبان", "Mid-Shaban", "hijri", 8, 15),
    Seed("ramadan", "آغاز ماه رمضان", "Beginning of Ramadan", "hijri", 9, 1),
    Seed("fitr", "عید فطر", "Eid al-Fitr", "hijri", 10, 1),
    Seed("girls-day", "روز دختر", "Girl's Day", "hijri", 11, 1),
    Seed("qurban", "عید قربان", "Eid al-Adha", "hijri", 12, 10),
    Seed("ghadir", "عید غدیر", "Eid al-Ghadir", "hijri", 12, 18),
    Seed("new-year", "سال نو میلادی", "New Year", "gregorian", 1, 1),
    Seed("valentine", "ولنتاین", "Valentine's Day", "gregorian", 2, 14),
    Seed("womens-day", "روز جهانی زن", "International Women's Day", "gregorian", 3, 8),
)
