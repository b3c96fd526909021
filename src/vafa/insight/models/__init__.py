from vafa.insight.models.kept import DayFigures, DayPools, EventReading, KeptClub, WaitingDay
from vafa.insight.models.saved import ReportReceiver, ReportRun, ReportSchedule, SavedReport

__all__ = [
    "DayFigures",
    "DayPools",
    "EventReading",
    "KeptClub",
    "ReportReceiver",
    "ReportRun",
    "ReportSchedule",
    "SavedReport",
    "WaitingDay",
]
