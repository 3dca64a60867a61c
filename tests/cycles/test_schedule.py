"""Dates: of lessons and meetings, what clashes, and calendars that read them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from cycles import calendars, workflow
from cycles.models import CalendarAddress, Cycle, Meeting, ResearchLesson
from cycles.stages import Stage
from cycles.timetable import dates_of
from lessonstudy.lib.errors import NotAllowedNow
from schools.models import Role
from tests.factories.cycles import CycleRoleFactory, lesson_in
from tests.factories.schools import MembershipFactory, SchoolClassFactory, UserFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def scene():
    return lesson_in(Stage.PLAN)


@pytest.fixture
def soon():
    return (timezone.now() + 7 * DAY).replace(minute=0, second=0, microsecond=0)


def at(scene, when, **told):
    told = {"minutes": 70, "room": "Lab", "model_teacher": None} | told
    workflow.schedule(scene.lesson, scheduled_at=when, by=scene.teacher, **told)


def times(scene):
    return dict(Meeting.objects.filter(cycle=scene.cycle).values_list("kind", "starts_at"))


def fresh(scene):
    """A lesson that never had a day."""
    ResearchLesson.objects.filter(pk=scene.lesson.pk).update(scheduled_at=None)
    scene.lesson.refresh_from_db()
    return scene


def test_with_its_first_day_a_lesson_gets_briefing_and_debrief_within_24_hours(scene, soon):
    at(fresh(scene), soon)

    told = times(scene)
    assert told["briefing"] < soon
    assert soon + timedelta(minutes=70) <= told["debrief"] <= soon + timedelta(minutes=70) + DAY
    assert dates_of(scene.cycle, reader=scene.teacher)[1].notes == []


def test_briefing_and_debrief_move_along_with_the_lesson(scene, soon):
    at(fresh(scene), soon)
    before = times(scene)

    at(scene, soon + 2 * DAY, minutes=80)

    after = times(scene)
    assert after["briefing"] - before["briefing"] == 2 * DAY
    assert after["debrief"] - before["debrief"] == 2 * DAY + timedelta(minutes=10)


def test_a_meeting_to_plan_the_lesson_stands_in_for_neither_briefing_nor_debrief(scene, soon):
    told = {"kind": "planning", "starts_at": soon - DAY, "minutes": 60, "room": "", "note": ""}
    workflow.put_meeting(scene.cycle, lesson=fresh(scene).lesson, by=scene.teacher, **told)

    at(scene, soon)

    assert set(times(scene)) == {"planning", "briefing", "debrief"}


def test_a_debrief_that_has_its_time_already_keeps_it(scene, soon):
    told = {"kind": "debrief", "starts_at": soon + DAY, "minutes": 60, "room": "", "note": ""}
    workflow.put_meeting(scene.cycle, lesson=fresh(scene).lesson, by=scene.teacher, **told)

    at(scene, soon)

    assert times(scene) == {"debrief": soon + DAY}


def test_a_lesson_that_is_saved_again_gets_no_second_debrief(scene, soon):
    at(fresh(scene), soon)
    at(scene, soon)

    assert Meeting.objects.count() == 2


def test_a_new_cycle_with_a_day_has_its_meetings(scene, soon):
    cycle = workflow.start_cycle(
        scene.cycle.school_class, title="New", team_name="B", scheduled_at=soon, by=scene.teacher
    )

    assert set(cycle.meetings.values_list("kind", flat=True)) == {"briefing", "debrief"}


def notes(scene, kind, reader=None):
    dates = dates_of(scene.cycle, reader=reader or scene.teacher)
    return next(date for date in dates if date.appointment.kind == kind).notes


def test_a_debrief_more_than_a_day_after_the_lesson_is_pointed_out(scene, soon):
    at(fresh(scene), soon)
    Meeting.objects.filter(kind="debrief").update(starts_at=soon + 3 * DAY)

    assert "24 hours" in notes(scene, "debrief")[0]


def test_a_debrief_before_the_lesson_is_over_is_pointed_out(scene, soon):
    at(fresh(scene), soon)
    Meeting.objects.filter(kind="debrief").update(starts_at=soon)

    assert "before the lesson is over" in notes(scene, "debrief")[0]


def test_a_lesson_without_a_debrief_is_pointed_out(scene, soon):
    at(fresh(scene), soon)
    Meeting.objects.filter(kind="debrief").delete()

    assert "No debrief" in notes(scene, "lesson")[0]


def clashes(scene, kind="lesson", reader=None):
    dates = dates_of(scene.cycle, reader=reader or scene.teacher)
    found = next(date for date in dates if date.appointment.kind == kind).clashes
    return [clash for clash in found if clash.other.kind == kind]


def other_lesson(scene, soon, *, room="Hall", **told):
    """A lesson of another cycle of the school at the same time."""
    told.setdefault("school", scene.school)
    other = lesson_in(Stage.PLAN, **told)
    at(fresh(other), soon + timedelta(minutes=30), room=room)
    return other


def test_the_same_room_at_the_same_time_is_pointed_out(scene, soon):
    at(fresh(scene), soon)
    other = other_lesson(scene, soon, room=" lab ")

    (clash,) = clashes(scene)

    assert (clash.other.cycle, clash.same_room, clash.people) == (other.cycle, True, [])


def test_somebody_in_two_places_is_pointed_out_by_name(scene, soon):
    at(fresh(scene), soon)
    other = other_lesson(scene, soon)
    CycleRoleFactory(cycle=other.cycle, user=scene.observer)

    assert [clash.people for clash in clashes(scene)] == [[scene.observer]]


def test_a_class_in_two_lessons_is_pointed_out(scene, soon):
    at(fresh(scene), soon)
    other = other_lesson(scene, soon)
    Cycle.objects.filter(pk=other.cycle.pk).update(school_class=scene.cycle.school_class)

    assert [clash.same_class for clash in clashes(scene)] == [True]


def test_what_comes_after_or_is_elsewhere_is_no_clash(scene, soon):
    at(fresh(scene), soon)
    later = lesson_in(Stage.PLAN, school=scene.school)
    at(fresh(later), soon + timedelta(minutes=300))
    abroad = lesson_in(Stage.PLAN)
    at(fresh(abroad), soon)

    assert clashes(scene) == []


def test_a_clash_in_another_school_names_nothing_of_it(client, scene, soon):
    at(fresh(scene), soon)
    other = lesson_in(Stage.PLAN)
    Cycle.objects.filter(pk=other.cycle.pk).update(title="Secret of the other school")
    at(fresh(other), soon)
    CycleRoleFactory(cycle=other.cycle, user=scene.guest, role="commentator")

    (clash,) = clashes(scene)
    client.force_login(scene.teacher)
    page = client.get(reverse("cycles:meetings", args=[scene.cycle.pk])).text

    assert (clash.people, clash.known) == ([scene.guest], False)
    assert "Secret" not in page


def test_what_is_over_clashes_with_nothing(scene, soon):
    at(fresh(scene), soon - 30 * DAY)
    other_lesson(scene, soon - 30 * DAY, room="Lab")

    assert clashes(scene) == []


def test_a_meeting_is_set_changed_and_taken_away(client, scene):
    client.force_login(scene.planner)
    told = {"kind": "planning", "starts_at": "2027-01-11T13:00", "minutes": 60, "note": "Task"}

    client.post(reverse("cycles:add_meeting", args=[scene.cycle.pk]), told)
    meeting = Meeting.objects.get()
    client.post(reverse("cycles:edit_meeting", args=[meeting.pk]), told | {"room": "Library"})
    meeting.refresh_from_db()

    assert meeting.room == "Library"
    assert timezone.localtime(meeting.starts_at, scene.school.zone).hour == 13
    client.post(reverse("cycles:remove_meeting", args=[meeting.pk]))
    assert not Meeting.objects.exists()


def test_a_meeting_without_a_time_is_asked_for_it(client, scene):
    client.force_login(scene.planner)

    answer = client.post(
        reverse("cycles:add_meeting", args=[scene.cycle.pk]), {"kind": "planning", "note": "Kept"}
    )

    assert answer.status_code == 422
    assert "Kept" in answer.text


def test_a_closed_cycle_meets_no_more(scene):
    Cycle.objects.filter(pk=scene.cycle.pk).update(stage=Stage.CLOSED, closed_at=timezone.now())
    scene.cycle.refresh_from_db()

    with pytest.raises(NotAllowedNow):
        workflow.put_meeting(scene.cycle, kind="other", starts_at=timezone.now(), by=scene.teacher)


def test_an_observer_sets_no_meeting(scene):
    with pytest.raises(PermissionDenied):
        workflow.put_meeting(scene.cycle, kind="other", starts_at=timezone.now(), by=scene.observer)


def test_an_administrator_sees_and_sets_dates_without_seeing_the_plan(client, scene):
    keeper = MembershipFactory(school=scene.school, role=Role.ADMINISTRATOR).user
    client.force_login(keeper)

    page = client.get(reverse("cycles:meetings", args=[scene.cycle.pk]))

    assert page.status_code == 200
    assert reverse("cycles:plan", args=[scene.lesson.pk]) not in page.text


# Calendars


def fetch(client, user):
    address = CalendarAddress.objects.get(user=user)
    return client.get(reverse("cycles:calendar_feed", args=[calendars.token_of(address)]))


def test_a_calendar_reads_ones_dates_without_signing_in(client, scene, soon):
    at(fresh(scene), soon)
    workflow.renew_calendar_address(scene.observer)

    answer = fetch(client, scene.observer)

    events = {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}
    lesson = events[f"lesson-{scene.lesson.pk}@lesson-study"]
    assert len(events) == 3
    assert lesson["dtstart"].dt == soon
    assert lesson["dtend"].dt == soon + timedelta(minutes=70)
    assert lesson["location"] == "Lab"
    assert answer["Content-Type"].startswith("text/calendar")


def test_a_calendar_holds_no_pupil_and_nobody_elses_dates(client, scene, soon):
    at(fresh(scene), soon)
    other = other_lesson(scene, soon)
    workflow.renew_calendar_address(scene.observer)

    text = fetch(client, scene.observer).text

    assert other.cycle.title not in text
    assert not any(pupil.given_name in text or pupil.code in text for pupil in scene.pupils)


def test_a_calendar_speaks_the_language_of_each_school(client, scene, soon):
    type(scene.school).objects.filter(pk=scene.school.pk).update(language="id")
    at(fresh(scene), soon)
    workflow.renew_calendar_address(scene.observer)

    events = Calendar.from_ical(fetch(client, scene.observer).content).walk("VEVENT")

    told = {str(event["summary"]).partition(":")[0] for event in events}
    assert told == {"Pengarahan", "Pelajaran 1", "Refleksi"}


def test_a_text_with_line_breaks_adds_no_line_of_its_own(client, scene, soon):
    Cycle.objects.filter(pk=scene.cycle.pk).update(title="Shares\r\nATTENDEE:mailto:x@example.org")
    at(fresh(scene), soon)
    workflow.renew_calendar_address(scene.observer)

    assert "\r\nATTENDEE" not in fetch(client, scene.observer).text


def test_a_replaced_address_leads_nowhere_and_the_new_one_does(client, scene):
    old = calendars.token_of(workflow.renew_calendar_address(scene.observer))
    workflow.renew_calendar_address(scene.observer)

    assert client.get(reverse("cycles:calendar_feed", args=[old])).status_code == 404
    assert fetch(client, scene.observer).status_code == 200


def test_a_closed_address_leads_nowhere_even_when_opened_again(client, scene):
    old = calendars.token_of(workflow.renew_calendar_address(scene.observer))
    workflow.close_calendar_address(scene.observer)
    assert client.get(reverse("cycles:calendar_feed", args=[old])).status_code == 404

    workflow.renew_calendar_address(scene.observer)

    assert client.get(reverse("cycles:calendar_feed", args=[old])).status_code == 404


@pytest.mark.parametrize("token", ["1-1", "1-1:forged", "x", "1-1:" + "a" * 200])
def test_a_forged_address_leads_nowhere(client, scene, token):
    workflow.renew_calendar_address(scene.observer)

    assert client.get(reverse("cycles:calendar_feed", args=[token])).status_code == 404


def test_who_may_no_longer_sign_in_is_read_no_more(client, scene):
    workflow.renew_calendar_address(scene.observer)
    type(scene.observer).objects.filter(pk=scene.observer.pk).update(is_active=False)

    assert fetch(client, scene.observer).status_code == 404


def test_who_left_a_cycle_no_longer_reads_its_dates(client, scene, soon):
    at(fresh(scene), soon)
    workflow.renew_calendar_address(scene.observer)
    scene.cycle.roles.filter(user=scene.observer).delete()

    assert "VEVENT" not in fetch(client, scene.observer).text


def test_the_page_shows_the_address_once_it_is_open(client, scene):
    client.force_login(scene.observer)
    page = reverse("cycles:calendar")
    assert ".ics" not in client.get(page).text

    client.post(reverse("cycles:calendar_address"), {"address": "new"})
    assert ".ics" in client.get(page).text

    client.post(reverse("cycles:calendar_address"), {"address": "close"})
    assert ".ics" not in client.get(page).text


def test_a_person_of_no_school_has_a_page_of_dates(client):
    client.force_login(UserFactory())

    assert client.get(reverse("cycles:calendar")).status_code == 200


def test_two_classes_of_one_name_are_two_classes(scene, soon):
    at(fresh(scene), soon)
    other_lesson(scene, soon)
    SchoolClassFactory(school=scene.school)

    assert clashes(scene) == []
