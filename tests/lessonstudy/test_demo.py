"""The demo school: made by code, the same however often it is loaded, with something on every page."""

import json
import re
from datetime import date
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import F, Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cycles.models import Cycle, StageChange
from cycles.stages import Stage
from lessonstudy.demo import people
from lessonstudy.demo.calendar import MONDAY, Calendar
from lessonstudy.demo.pieces import Table
from lessonstudy.demo.story import tell
from lessonstudy.demo.voices import moments_at
from lessonstudy.lib.commands import BadInput
from observations.models import Observation
from reflections.models import Report
from reflections.report.snapshot import take_snapshot
from reflections.weighing import weigh
from schools.models import School, SchoolClass, Student, User
from tests.command_line import Terminal
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db
ACCOUNTS = ["guru", "observer", "observer2", "moderator", "narasumber", "principal", "admin"]


def load(*options):
    out = StringIO()
    call_command("demo", "--yes", "--json", *options, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def demo(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return load()


def our_models():
    ours = ["schools", "cycles", "observations", "reflections"]
    return [model for app in ours for model in apps.get_app_config(app).get_models()]


def counted():
    return {model.__name__: model.objects.count() for model in our_models()}


def test_loading_it_again_changes_nothing(demo):
    before = counted()

    again = load()

    assert again == demo
    assert counted() == before
    assert [name for name, count in before.items() if count == 0] == []


def test_everybody_signs_in(demo):
    emails = [f"{name}@demo.test" for name in ACCOUNTS] + ["stranger@other.test"]

    assert [login["email"] for login in demo["logins"]] == emails
    assert [signed_in(email, demo["password"]) for email in emails] == [True] * len(emails)


def signed_in(email, password):
    answer = Client().post(reverse("schools:login"), {"username": email, "password": password})
    return answer.status_code == 302


def test_every_stage_has_a_cycle(demo):
    assert set(Cycle.objects.filter(school__code="DEMO").values_list("stage", flat=True)) == set(Stage)


def test_the_closed_cycle_tells_a_whole_story(demo):
    closed = Cycle.objects.get(school__code="DEMO", stage=Stage.CLOSED)
    statuses = {verdict.status for verdict in weigh(list(closed.claims.all())).values()}
    lessons = list(closed.lessons.all())

    assert len(lessons) == 2
    assert all(Observation.objects.filter(lesson=lesson, kind="event").count() > 150 for lesson in lessons)
    assert {"triangulated", "contested", "lead"} <= statuses
    assert Report.objects.published().filter(lesson__in=lessons).count() == 2


def test_what_its_reports_say_is_what_a_new_count_says(demo):
    for report in Report.objects.select_related("lesson__cycle", "lesson__school", "lesson__school_class"):
        again = take_snapshot(report.lesson, compiled_at=report.created_at, version=report.version)
        assert json.loads(json.dumps(again))["turns"] == report.snapshot["turns"]


def test_the_classes_have_a_plausible_size(demo):
    sizes = [SchoolClass.objects.get(pk=pk).enrolments.count() for pk in classes_of("DEMO")]

    assert len(sizes) == 2
    assert all(28 <= size <= 32 for size in sizes)


def classes_of(code):
    return SchoolClass.objects.filter(school__code=code).values_list("pk", flat=True)


def test_every_choice_made_is_one_there_is(demo):
    unknown = [
        (model.__name__, field.name, value)
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.choices
        for value in model.objects.values_list(field.name, flat=True).distinct()
        if value not in {choice for choice, _label in field.flatchoices} and not (field.blank and not value)
    ]

    assert unknown == []


def texts_of(school):
    """Everything that somebody wrote about lessons there."""
    people_and_pupils = {"user", "student", "school", "schoolclass", "enrolment"}
    for model in our_models():
        if model._meta.model_name not in people_and_pupils and hasattr(model, "school"):
            for field in model._meta.concrete_fields:
                if field.get_internal_type() in {"CharField", "TextField"}:
                    yield from model.objects.filter(school=school).values_list(field.name, flat=True)


def test_children_appear_by_code_in_every_text(demo):
    school = School.objects.get(code="DEMO")
    given = set(Student.objects.filter(school=school).values_list("given_name", flat=True))
    words = {word for text in texts_of(school) for word in re.findall(r"\w+", text)}

    assert words & given == set()
    assert words >= {"A15", "B18"}


def test_what_is_told_has_happened_and_lies_within_its_lesson(demo):
    now = timezone.now()
    outside = Q(happened_at__lt=F("lesson__started_at")) | Q(happened_at__gt=F("lesson__ended_at"))

    assert Observation.objects.filter(outside).count() == 0
    assert Observation.objects.filter(happened_at__gt=now).count() == 0
    for cycle in Cycle.objects.filter(school__code="DEMO"):
        moves = list(
            StageChange.objects.filter(cycle=cycle).order_by("pk").values_list("created_at", flat=True)
        )
        assert [cycle.created_at, *moves] == sorted([cycle.created_at, *moves])


def test_quiet_pupils_become_active_and_one_does_not(demo):
    first, second = Report.objects.order_by("pk")
    turns = {code: (first.snapshot["turns"][code], second.snapshot["turns"][code]) for code in ("A15", "A10")}

    assert turns["A15"][0] == 0 < 4 <= turns["A15"][1]
    assert turns["A10"] == (0, 0)
    assert sorted(second.snapshot["silent"]) < sorted(first.snapshot["silent"])


def test_the_two_schools_know_nothing_of_each_other(demo):
    guru, stranger = (User.objects.get(email=email) for email in (people.GURU, people.STRANGER))

    assert set(Cycle.objects.listed_for(guru).values_list("school__code", flat=True)) == {"DEMO"}
    assert set(Cycle.objects.listed_for(stranger).values_list("school__code", flat=True)) == {"OTHER"}


def test_a_school_that_is_there_is_left_as_it_is_and_the_missing_one_is_made():
    own = SchoolFactory(code="DEMO", name="Our own")

    assert tell() is True

    assert set(School.objects.values_list("code", flat=True)) == {"DEMO", "OTHER"}
    assert (own.memberships.count(), Cycle.objects.filter(school=own).count()) == (0, 0)


def test_without_debug_it_wants_a_yes(settings):
    settings.DEBUG = False

    with pytest.raises(BadInput):
        call_command("demo")

    assert School.objects.count() == 0


@pytest.mark.embedded
def test_in_a_terminal_it_tells_how_to_sign_in_and_refuses_in_one_line(tmp_path):
    terminal = Terminal(tmp_path)

    refused = terminal("demo")
    told = terminal("demo", "--yes")
    again = terminal("demo", "--yes", "--json")

    why = "Everybody knows the password of the demo accounts. To load them here, say --yes."
    assert (refused.returncode, refused.stdout, refused.stderr) == (2, "", f"BadInput: {why}\n")
    assert told.returncode == 0
    assert told.stdout.splitlines()[1] == "Sign in with the password lesson-study-demo as:"
    assert set(json.loads(again.stdout)["schools"]) == {"DEMO", "OTHER"}


# How the story is made

JAKARTA = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 23), date(2026, 11, 20)),  # a Monday follows a Friday
        (date(2026, 11, 22), date(2026, 11, 20)),
        (date(2026, 11, 25), date(2026, 11, 24)),
    ],
)
def test_the_last_school_day_is_never_on_a_weekend(today, last):
    assert Calendar(today, JAKARTA).last_school_day("07:45").date() == last


def test_a_week_counts_from_its_monday():
    moment = Calendar(date(2026, 11, 25), JAKARTA).at(-2, MONDAY, "07:45")

    assert moment.isoformat() == "2026-11-09T07:45:00+07:00"


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 6, 30), "2025/2026"), (date(2026, 7, 1), "2026/2027")]
)
def test_a_school_year_begins_in_july(today, year):
    assert Calendar(today, JAKARTA).school_year == year


def test_the_same_seed_tells_the_same_lesson_and_who_is_silent_only_listens():
    table = Table("A01 A02 A03", "LSX", 60)
    moments = moments_at(table, seed="one", minutes=35)

    assert moments == moments_at(table, seed="one", minutes=35) != moments_at(table, seed="two", minutes=35)
    assert len(moments) == 60
    assert {moment.code for moment in moments if moment.pupil == "A03"} <= {"listens"}
    assert all(moment.target != moment.pupil for moment in moments)
