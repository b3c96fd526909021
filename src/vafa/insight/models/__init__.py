from vafa.insight.models.saved import ReportReceiver, ReportRun, ReportSchedule, SavedReport

__all__ = ["ReportReceiver", "ReportRun", "ReportSchedule", "SavedReport"]
