"""A person's dates as a calendar file that other programs fetch by a secret address.

The address is signed, not stored; its row says which serial is still good. Whoever has it reads titles, times
and rooms of that person's appointments: no pupil is in it, and no name of a colleague.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from cycles.models import CalendarAddress
from cycles.timetable import Appointment, appointments_for
from schools.models import User

SALT = "cycles.calendar"
BACK = timedelta(days=90)  # a calendar keeps what was
MOST = 1000


def token_of(address: CalendarAddress) -> str:
    """The secret part of an address; the same until the serial changes."""
    return signing.Signer(salt=SALT).sign(f"{address.user_id}-{address.serial}")


def reader_of(token: str) -> User | None:
    """Whose calendar this is; None for an address that is forged, replaced or closed, or of one who left."""
    try:
        pk, serial = map(int, signing.Signer(salt=SALT).unsign(token).split("-"))
    except (signing.BadSignature, ValueError):
        return None
    addresses = CalendarAddress.objects.filter(is_open=True, serial=serial, user=pk, user__is_active=True)
    address = addresses.select_related("user").first()
    return address.user if address else None


def feed(user: User, *, absolute: Callable[[str], str]) -> bytes:
    """The calendar file, each entry in the language of its school; ``absolute`` makes whole addresses."""
    calendar = Calendar()
    calendar.add("prodid", "-//Lesson Study//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Lesson Study")
    calendar.add("refresh-interval;value=duration", "PT1H")
    for appointment in appointments_for(user, since=timezone.now() - BACK)[:MOST]:
        with override(appointment.cycle.school.language):
            calendar.add_component(_event(appointment, absolute))
    return calendar.to_ical()


def _event(appointment: Appointment, absolute: Callable[[str], str]) -> Event:
    cycle = appointment.cycle
    event = Event()
    kind = "lesson" if appointment.kind == "lesson" else "meeting"
    event.add("uid", f"{kind}-{appointment.pk}@lesson-study")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", appointment.starts)
    event.add("dtend", appointment.ends)
    told = {"what": appointment.name, "cycle": cycle.title}
    event.add("summary", _("%(what)s: %(cycle)s") % told)
    event.add(
        "description", "\n".join(filter(None, [cycle.team.name, cycle.school_class.name, appointment.note]))
    )
    if appointment.room:
        event.add("location", appointment.room)
    event.add("url", absolute(url_of(appointment)))
    return event


def url_of(appointment: Appointment) -> str:
    """Where one reads about it: before a lesson its briefing, else the cycle."""
    if appointment.lesson is not None and appointment.kind in {"lesson", "briefing"}:
        return reverse("cycles:briefing", args=[appointment.lesson.pk])
    return appointment.cycle.get_absolute_url()
