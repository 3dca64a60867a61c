"""The demo school: made by code, the same however often it is loaded, with something on every page."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cycles.models import Cycle
from cycles.stages import Stage
from lessonstudy.lib.commands import BadInput
from observations.models import Interview, Observation
from reflections.models import Claim, Report
from reflections.report.snapshot import take_snapshot
from reflections.weighing import weigh
from schools.models import School, SchoolClass, Student, User

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


def counted():
    kinds = [School, User, SchoolClass, Student, Cycle, Observation, Interview, Claim, Report]
    return [kind.objects.count() for kind in kinds]


def test_loading_it_again_changes_nothing(demo):
    before = counted()

    load()

    assert counted() == before


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


def test_without_debug_it_wants_a_yes(settings):
    settings.DEBUG = False

    with pytest.raises(BadInput):
        call_command("demo")

    assert School.objects.count() == 0
