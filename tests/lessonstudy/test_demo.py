"""The demo school: made by code, the same however often it is loaded, with something on every page."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from cycles.models import Cycle, ResearchLesson
from cycles.selectors import latest_plan
from cycles.stages import Stage
from lessonstudy.lib import files
from lessonstudy.lib.commands import BadInput
from observations.clashes import count_open
from observations.gathered import seen_photo
from observations.models import Interview, Observation, Tablet, Watch, WorkSample
from observations.sync import count_missing
from reflections.models import Claim, Report
from reflections.report.snapshot import take_snapshot
from reflections.weighing import weigh
from schools.models import Consent, School, SchoolClass, Student, User

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
    kinds += [Consent, Tablet, Watch, WorkSample]
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


# The lesson on area: what observing gives, and the time after it


def seen(lesson, **said):
    return Observation.objects.standing().filter(lesson=lesson, **said)


def began(lesson):
    """The steps somebody said the lesson had come to, in that order."""
    markers = seen(lesson, kind="marker", response=None, fact="").order_by("happened_at")
    return [marker.step for marker in markers]


def struck_out(lesson):
    """What was taken back, and what was corrected."""
    gone = set(
        Observation.objects.filter(lesson=lesson, voided_at__isnull=False).values_list("pk", flat=True)
    )
    taken_back = gone & set(lesson.voids.values_list("target", flat=True))
    corrected = gone & set(seen(lesson).values_list("replaces", flat=True))
    return len(taken_back), len(corrected)


def watches(lesson):
    """(observer, group) → when, in order."""
    spans = {}
    for watch in Watch.objects.standing().filter(session__lesson=lesson).order_by("from_at"):
        spans.setdefault((watch.session.observer.email, watch.group), []).append((watch.from_at, watch.to_at))
    return spans


def away(lesson):
    """How long somebody was away from a table they came back to."""
    twice = [spans for spans in watches(lesson).values() if len(spans) > 1]
    return [after - before for ((_begin, before), (after, _end)) in twice]


def beside(lesson, *, seconds):
    """Of what a second observer wrote down at a table: how much the first one did alike, and how much not."""
    (second,) = (email for email, spans in when(lesson).items() if spans[0] > lesson.started_at)
    events = list(seen(lesson, kind="event").select_related("observer"))
    theirs = [event for event in events if event.observer.email == second]
    others = [event for event in events if event.observer.email != second]
    alike = [event for event in theirs if any(is_alike(event, other, seconds) for other in others)]
    return len(alike), len(theirs) - len(alike)


def when(lesson):
    return {email: spans[0] for (email, _group), spans in watches(lesson).items()}


def is_alike(event, other, seconds):
    same = (event.student_id, event.code_id) == (other.student_id, other.code_id)
    return same and abs(event.happened_at - other.happened_at) <= timedelta(seconds=seconds)


def levels(lesson):
    """How many pupils were known before and after, on how many objectives."""
    rows = lesson.attainments
    return (
        rows.exclude(before=None).count(),
        rows.exclude(after=None).count(),
        rows.values("objective").distinct().count(),
    )


def sheets(lesson):
    """Sheets with lines on them: handed in, and still open."""
    written = lesson.sessions.exclude(thoughts="")
    return written.exclude(finished_at=None).count(), written.filter(finished_at=None).count()


def still_watching(lesson):
    return [spans for spans in watches(lesson).values() for _begin, end in spans if end is None]


def with_levels(lesson):
    return lesson.work_samples.exclude(level=None).exclude(what_it_shows="").count()


def pictures(lesson):
    """Drawings kept on the disk, and those of them that may be looked at."""
    kept = [sample for sample in lesson.work_samples.exclude(image="") if files.is_there(sample.image)]
    teacher = User.objects.get(email="guru@demo.test")
    return len(kept), sum(bool(seen_photo(sample, teacher)) for sample in kept)


SHOWN = {
    "every step began": lambda lesson: began(lesson) == list(latest_plan(lesson).steps.all()),
    "answers that were expected": lambda lesson: seen(lesson, response__isnull=False).count() > 3,
    "one that was not": lambda lesson: seen(lesson, kind="marker").exclude(fact="").count() == 1,
    "who is at work": lambda lesson: seen(lesson, kind="sample", code__slug="on_task").count() > 9,
    "who is not": lambda lesson: seen(lesson, kind="sample", code__slug="off_task").count() == 3,
    "one taken back and one corrected": lambda lesson: struck_out(lesson) == (1, 1),
    "who spoke to whom": lambda lesson: seen(lesson, target__isnull=False).count() > 20,
    "who spoke to the teacher": lambda lesson: seen(lesson, target_teacher=True).exists(),
    "five minutes away": lambda lesson: away(lesson) == [timedelta(minutes=5)],
    "no watch goes on": lambda lesson: not still_watching(lesson),
    "two at a table": lambda lesson: min(beside(lesson, seconds=5)) > 0,
    "a clash to settle": lambda lesson: count_open(lesson, User.objects.get(email="observer@demo.test")) == 1,
    "pupils asked alone and together": lambda lesson: sorted(
        interview.companions.count() for interview in lesson.interviews.all()
    ) == [0, 1],
    "work with levels": lambda lesson: with_levels(lesson) > 4,
    "a drawing to look at and one no longer": lambda lesson: pictures(lesson) == (2, 1),
    "how far all but one got": lambda lesson: levels(lesson) == (29, 28, 1),
    "a sheet handed in and one open": lambda lesson: sheets(lesson) == (1, 1),
}  # fmt: skip


def test_a_lesson_shows_what_observing_gives_and_the_time_after_it(demo):
    lesson = ResearchLesson.objects.get(cycle__school__code="DEMO", cycle__stage=Stage.REFLECT)

    assert [what for what, is_shown in SHOWN.items() if not is_shown(lesson)] == []


def test_everybody_has_one_tablet_and_two_records_never_came_from_one_of_them(demo):
    tablets = list(Tablet.objects.all())

    assert sorted(count_missing(tablet.heard) for tablet in tablets) == [0] * (len(tablets) - 1) + [2]
    assert len({tablet.device for tablet in tablets}) == len({tablet.observer_id for tablet in tablets})


def test_most_work_may_be_photographed_and_of_one_pupil_no_longer(demo):
    photos = Consent.objects.filter(use="photo", school__code="DEMO")

    assert photos.filter(withdrawn_on=None).count() == 54
    assert photos.exclude(withdrawn_on=None).count() == 1
    assert Student.objects.filter(school__code="DEMO", consents=None).count() == 4


def test_without_debug_it_wants_a_yes(settings):
    settings.DEBUG = False

    with pytest.raises(BadInput):
        call_command("demo")

    assert School.objects.count() == 0
