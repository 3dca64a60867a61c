"""Turns the story's days into dates around the day on which it is told."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = range(5)
JULY = 7


class Calendar:
    """School weeks before and after ``today``, on the school's clock."""

    def __init__(self, today: date, zone: ZoneInfo) -> None:
        self.today = today
        self.zone = zone

    def at(self, weeks: int, day: int, clock: str) -> datetime:
        """A weekday so many weeks from this one: ``at(-2, TUESDAY, "07:45")``."""
        monday = self.today - timedelta(days=self.today.weekday())
        return self._moment(monday + timedelta(weeks=weeks, days=day), clock)

    def last_school_day(self, clock: str) -> datetime:
        """The last weekday before today."""
        day = self.today - timedelta(days=1)
        while day.weekday() > FRIDAY:
            day -= timedelta(days=1)
        return self._moment(day, clock)

    @property
    def school_year(self) -> str:
        """Indonesian schools begin theirs in July."""
        first = self.today.year if self.today.month >= JULY else self.today.year - 1
        return f"{first}/{first + 1}"

    def _moment(self, day: date, clock: str) -> datetime:
        return datetime.combine(day, time.fromisoformat(clock), self.zone)
