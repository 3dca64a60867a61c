"""Versions with a name, going back to one, and why a plan is not as it was taught."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from cycles import workflow
from cycles.differences import between
from cycles.models import (
    AnticipatedResponse,
    BoardZone,
    ChangeReason,
    Cycle,
    PlanDimension,
    PlanRevision,
    PlanStep,
)
from cycles.selectors import latest_plan
from cycles.sheet import take
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from tests.factories.cycles import (
    AnticipatedResponseFactory,
    CasePupilFactory,
    ObjectiveFactory,
    PlanStepFactory,
    ProfileDimensionFactory,
    StudyNoteFactory,
    lesson_in,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A lesson being planned, with something in every part of its sheet."""
    scene = lesson_in(Stage.PLAN)
    plan, step = scene.plan, scene.plan.steps.get()
    ObjectiveFactory(plan=plan, level_starting="Draws any parts")
    response = AnticipatedResponseFactory(step=step, kind="misconception", support="Fold it")
    BoardZone.objects.create(school=plan.school, plan=plan, title="Ways", content="Bars", response=response)
    pupil = CasePupilFactory(cycle=scene.cycle, student=scene.pupils[0])
    workflow.fill(
        plan,
        take(plan)
        | {"steps": [row | {"predictions": [told(pupil, "Waits")]} for row in take(plan)["steps"]]},
        by=scene.teacher,
    )
    dimension = ProfileDimensionFactory(school=plan.school)
    PlanDimension.objects.create(school=plan.school, plan=plan, dimension=dimension)
    return scene


def told(pupil, text):
    return {"case_pupil": pupil.pk, "text": text}


def test_a_sheet_written_back_is_the_same_sheet(scene):
    before = take(scene.plan)

    workflow.fill(scene.plan, before, by=scene.teacher)

    assert take(scene.plan) == before


def test_changed_fields_are_told_in_the_order_of_the_page_however_a_version_keeps_them(scene):
    before = take(scene.plan)
    step = before["steps"][0] | {"key_question": "Fair?", "materials": "Paper"}
    header = before["header"] | dict.fromkeys(("prior_knowledge", "assessment"), "New")

    told = between(before, before | {"header": as_kept(header), "steps": [as_kept(step)]}, codes={})

    assert [line.label for line in told.header] == ["What pupils already know", "Assessment"]
    assert [line.label for line in told.steps[0].lines] == ["Key question", "Materials"]


def as_kept(row):
    """The row with its fields in the order in which PostgreSQL keeps them: the short names first."""
    return {name: row[name] for name in sorted(row, key=lambda name: (len(name), name))}


def test_going_back_brings_every_word_and_keeps_how_it_stood(scene):
    kept = workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    step = scene.plan.steps.get()
    workflow.write_row(step, {"activity": "Cut"}, edition=step.edition, by=scene.teacher)
    PlanStepFactory(plan=scene.plan, activity="Tell")
    later = take(scene.plan)

    saved = workflow.restore_revision(kept, by=scene.teacher)

    assert take(scene.plan) == kept.sheet
    assert saved.sheet == later
    assert "First" in saved.name


def test_a_row_removed_since_comes_back_with_what_hung_on_it(scene):
    kept = workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    workflow.remove_row(scene.plan.steps.get(), by=scene.teacher)
    assert not PlanStep.objects.exists()

    workflow.restore_revision(kept, by=scene.teacher)

    assert words(take(scene.plan)) == words(kept.sheet)
    assert scene.plan.zones.get().response == AnticipatedResponse.objects.get()


def test_a_step_that_comes_back_is_the_one_that_went_with_all_that_was_said_of_it(scene):
    step = scene.plan.steps.get()
    note = StudyNoteFactory(cycle=scene.cycle, step=step)
    comment = workflow.add_comment(scene.plan, "Fold or cut?", by=scene.observer, step=step)
    workflow.give_reasons(scene.plan, [workflow.Reason("Folding took too long", step=step)], by=scene.planner)
    kept = workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    workflow.remove_row(step, by=scene.teacher)

    workflow.restore_revision(kept, by=scene.teacher)

    note.refresh_from_db()
    comment.refresh_from_db()
    assert take(scene.plan) == kept.sheet
    assert note.step == comment.step == scene.plan.steps.get() == step
    reason = ChangeReason.objects.get()
    assert (reason.step, reason.text, reason.by) == (step, "Folding took too long", scene.planner)


def test_a_step_taken_off_is_kept_and_put_back_in_its_place_and_nothing_else_is_touched(scene):
    step, other = scene.plan.steps.get(), PlanStepFactory(plan=scene.plan, activity="Tell")
    comment = workflow.add_comment(scene.plan, "Fold or cut?", by=scene.observer, step=step)
    before = take(scene.plan)

    kept = workflow.remove_step(step, by=scene.teacher)
    workflow.write_row(other, {"activity": "Draw"}, edition=other.edition, by=scene.planner)
    workflow.put_step_back(kept, step.pk, by=scene.teacher)

    told = [before["steps"][0], before["steps"][1] | {"activity": "Draw"}]
    assert take(scene.plan) == before | {"steps": told}
    comment.refresh_from_db()
    other.refresh_from_db()
    assert comment.step == step
    assert (other.edition, other.written_by) == (2, scene.planner)


def test_a_step_put_back_twice_stands_there_once(scene):
    step = scene.plan.steps.get()
    kept = workflow.remove_step(step, by=scene.teacher)

    for _ in range(2):
        workflow.put_step_back(kept, step.pk, by=scene.planner)

    assert scene.plan.steps.get() == step


def test_an_empty_step_leaves_no_version_behind(scene):
    empty = workflow.add_step(scene.lesson, {}, by=scene.teacher)

    assert workflow.remove_step(empty, by=scene.teacher) is None
    assert not scene.plan.revisions.exists()


def test_no_step_is_put_back_into_a_frozen_plan(scene):
    step = scene.plan.steps.get()
    PlanStepFactory(plan=scene.plan, activity="Tell")
    kept = workflow.remove_step(step, by=scene.teacher)
    workflow.start_observing(scene.cycle, by=scene.teacher)

    with pytest.raises(NotAllowedNow):
        workflow.put_step_back(kept, step.pk, by=scene.teacher)


def test_what_is_said_of_a_step_taken_off_puts_it_back(client, scene):
    step = scene.plan.steps.get()
    client.force_login(scene.planner)

    page = client.post(reverse("cycles:remove_step", args=[step.pk]), follow=True)
    kept = scene.plan.revisions.get()
    address = reverse("cycles:put_step_back", args=[kept.pk])
    client.post(address, {"step": step.pk})

    assert f'formaction="{address}" name="step" value="{step.pk}"' in page.text
    assert scene.plan.steps.get() == step


def test_who_still_has_a_row_open_from_before_it_went_is_told_when_it_comes_back(scene):
    seen = PlanStepFactory(plan=scene.plan)
    again = PlanStep.objects.get(pk=seen.pk)
    workflow.write_row(again, {"activity": "Cut"}, edition=seen.edition, by=scene.teacher)
    kept = workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    workflow.remove_row(again, by=scene.teacher)
    workflow.restore_revision(kept, by=scene.teacher)

    with pytest.raises(workflow.Overtaken) as raised:
        workflow.write_row(seen, {"activity": "Fold"}, edition=seen.edition, by=scene.planner)

    assert raised.value.now.activity == "Cut"


def test_a_note_used_elsewhere_by_now_is_not_taken_from_there(scene):
    step, other = scene.plan.steps.get(), PlanStepFactory(plan=scene.plan)
    note = StudyNoteFactory(cycle=scene.cycle, step=step)
    kept = workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    workflow.write_row(note, {"step": other}, edition=1, by=scene.teacher)
    workflow.remove_row(step, by=scene.teacher)

    workflow.restore_revision(kept, by=scene.teacher)

    note.refresh_from_db()
    assert note.step == other


def test_a_row_comes_back_to_its_own_plan_alone(scene):
    """The plan of the next lesson starts from rows of the same numbers; they stay where they are."""
    reason = workflow.Reason("Too long", step=scene.plan.steps.get())
    workflow.give_reasons(scene.plan, [reason], by=scene.teacher)
    before = take(scene.plan)
    other = lesson_in(Stage.PLAN, school=scene.school, steps=0)

    workflow.fill(other.plan, before, by=scene.teacher, continues=True)
    workflow.start_from_plan(other.lesson, scene.plan, by=other.teacher)

    assert take(scene.plan) == before
    assert not other.plan.change_reasons.exists()


def words(sheet):
    """A sheet without the ids of its rows."""
    if isinstance(sheet, dict):
        return {key: words(value) for key, value in sheet.items() if key not in {"id", "response"}}
    return [words(row) for row in sheet] if isinstance(sheet, list) else sheet


def test_who_has_a_row_open_while_the_team_goes_back_loses_nothing(scene):
    step = scene.plan.steps.get()
    kept = workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    workflow.restore_revision(kept, by=scene.teacher)

    with pytest.raises(workflow.Overtaken) as raised:
        workflow.write_row(step, {"activity": "Cut"}, edition=step.edition, by=scene.planner)

    assert raised.value.now.activity == step.activity


def test_a_frozen_plan_stays_as_it_is(scene):
    kept = workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    workflow.start_observing(scene.cycle, by=scene.teacher)

    with pytest.raises(NotAllowedNow):
        workflow.restore_revision(kept, by=scene.teacher)
    assert PlanRevision.objects.count() == 1


@pytest.mark.parametrize("who", ["observer", "guest"])
def test_who_does_not_plan_keeps_no_version(scene, who):
    with pytest.raises(PermissionDenied):
        workflow.keep_revision(scene.plan, name="Mine", by=getattr(scene, who))


def test_a_version_needs_a_name(client, scene):
    client.force_login(scene.planner)

    answer = client.post(reverse("cycles:keep_revision", args=[scene.lesson.pk]), {"reason": "Guest came"})

    assert answer.status_code == 422
    assert "Guest came" in answer.text
    assert not PlanRevision.objects.exists()


def test_two_versions_stand_side_by_side_with_their_words_marked(client, scene):
    workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    step = scene.plan.steps.get()
    activity = f"{step.activity} twice"
    workflow.write_row(step, {"activity": activity}, edition=step.edition, by=scene.teacher)
    client.force_login(scene.observer)

    page = client.get(reverse("cycles:compare", args=[scene.lesson.pk]), {"a": PlanRevision.objects.get().pk})

    assert "<ins> twice</ins>" in page.text


def test_a_version_of_another_plan_is_not_shown(client, scene):
    foreign = lesson_in(Stage.PLAN)
    kept = workflow.keep_revision(foreign.plan, name="Theirs", by=foreign.teacher)
    client.force_login(scene.planner)

    answer = client.get(reverse("cycles:compare", args=[scene.lesson.pk]), {"a": kept.pk})

    assert answer.status_code == 404


@pytest.fixture
def next_lesson():
    """The lesson after one that was taught, its only step written anew."""
    scene = lesson_in(Stage.REFLECT)
    lesson = workflow.plan_next_lesson(scene.cycle, kind="next", by=scene.teacher)
    step = latest_plan(lesson).steps.get()
    workflow.write_row(step, {"activity": "Cut"}, edition=step.edition, by=scene.teacher)
    return scene, lesson, step


def test_the_difference_to_the_taught_plan_is_shown_with_its_reason(client, next_lesson):
    scene, lesson, step = next_lesson
    client.force_login(scene.planner)

    client.post(
        reverse("cycles:give_reasons", args=[lesson.pk]), {f"step_{step.pk}": "Folding took too long"}
    )
    client.force_login(scene.observer)
    page = client.get(reverse("cycles:changes", args=[lesson.pk])).text

    assert "<ins>Cut</ins>" in page
    assert "Folding took too long" in page


def test_why_a_taught_step_is_gone_can_be_said_too(client, next_lesson):
    scene, lesson, step = next_lesson
    workflow.remove_row(step, by=scene.teacher)
    client.force_login(scene.planner)

    client.post(reverse("cycles:give_reasons", args=[lesson.pk]), {f"taught_{step.came_from_id}": "No time"})

    assert 'value="No time"' in client.get(reverse("cycles:changes", args=[lesson.pk])).text


def test_an_empty_reason_takes_it_away(next_lesson):
    scene, _lesson, step = next_lesson
    workflow.give_reasons(step.plan, [workflow.Reason("Too long", step=step)], by=scene.teacher)
    workflow.give_reasons(step.plan, [workflow.Reason("", step=step)], by=scene.teacher)

    assert not step.plan.change_reasons.exists()


def test_no_reason_is_given_any_more_once_the_cycle_is_closed(client, next_lesson):
    scene, lesson, step = next_lesson
    Cycle.objects.filter(pk=scene.cycle.pk).update(stage=Stage.CLOSED, closed_at=timezone.now())
    client.force_login(scene.planner)
    address = reverse("cycles:give_reasons", args=[lesson.pk])

    answer = client.post(address, {f"step_{step.pk}": "No time"}, follow=True)

    assert not ChangeReason.objects.exists()
    assert "This cycle is closed." in answer.text
    assert address not in answer.text


def test_no_reason_is_given_for_a_step_of_another_cycle(client, next_lesson):
    scene, lesson, _step = next_lesson
    foreign = lesson_in(Stage.PLAN, school=scene.school).plan.steps.get()
    client.force_login(scene.planner)

    client.post(reverse("cycles:give_reasons", args=[lesson.pk]), {f"taught_{foreign.pk}": "x"})

    assert not ChangeReason.objects.exists()


def test_all_reasons_of_the_page_are_kept_at_once(client, next_lesson):
    scene, lesson, step = next_lesson
    gone = scene.lesson.plans.get().steps.get()
    client.force_login(scene.planner)

    page = client.get(reverse("cycles:changes", args=[lesson.pk])).text
    client.post(
        reverse("cycles:give_reasons", args=[lesson.pk]),
        {f"step_{step.pk}": "Folding took too long", f"taught_{gone.pk}": "No time", "step_x": "?"},
    )

    assert page.count("Keep the reasons") == 1
    assert set(ChangeReason.objects.values_list("step", "taught", "text")) == {
        (step.pk, None, "Folding took too long"),
        (None, gone.pk, "No time"),
    }


def test_a_reason_that_stays_as_it_was_stays_with_who_gave_it(next_lesson):
    scene, _lesson, step = next_lesson
    for person in (scene.teacher, scene.planner):
        workflow.give_reasons(step.plan, [workflow.Reason("Too long", step=step)], by=person)

    assert step.plan.change_reasons.get().by == scene.teacher


def test_a_closed_cycle_takes_no_more_reasons(client, next_lesson):
    scene, lesson, step = next_lesson
    Cycle.objects.filter(pk=scene.cycle.pk).update(stage=Stage.CLOSED, closed_at=timezone.now())
    client.force_login(scene.planner)

    page = client.get(reverse("cycles:changes", args=[lesson.pk])).text
    client.post(reverse("cycles:give_reasons", args=[lesson.pk]), {f"step_{step.pk}": "Late"})

    assert "Keep the reasons" not in page
    assert not ChangeReason.objects.exists()


def test_side_by_side_begins_with_the_newest_version_against_now(client, scene):
    workflow.keep_revision(scene.plan, name="First", by=scene.teacher)
    newest = workflow.keep_revision(scene.plan, name="Second", by=scene.teacher)
    client.force_login(scene.planner)

    page = client.get(reverse("cycles:revisions", args=[scene.lesson.pk])).text

    assert f'<option value="{newest.pk}" selected>' in page


def test_the_name_of_a_version_made_on_the_way_is_never_cut_in_a_word(scene):
    kept = workflow.keep_revision(scene.plan, name="before our guest came " * 4, by=scene.teacher)

    saved = workflow.restore_revision(kept, by=scene.teacher)

    assert len(saved.name) <= 100
    assert saved.name.endswith(("guest…”", "our…”", "before…”", "came…”"))


def test_the_first_lesson_has_nothing_to_compare(client, scene):
    client.force_login(scene.planner)

    page = client.get(reverse("cycles:changes", args=[scene.lesson.pk]))

    assert "no plan was taught before" in page.text


def test_rows_nobody_wrote_in_are_not_frozen_along(scene):
    blank = PlanStepFactory(plan=scene.plan, activity="", observation_point="")
    AnticipatedResponseFactory(step=blank, text="")
    spoken_of = PlanStepFactory(plan=scene.plan, activity="", observation_point="")
    workflow.add_comment(scene.plan, "What comes here?", by=scene.observer, step=spoken_of)
    ObjectiveFactory(plan=scene.plan, statement="", success_criterion="")
    BoardZone.objects.create(school=scene.school, plan=scene.plan)
    written = scene.plan.steps.first()

    workflow.start_observing(scene.cycle, by=scene.teacher)

    assert list(scene.plan.steps.all()) == [written, spoken_of]
    assert scene.plan.objectives.count() == 1
    assert scene.plan.zones.count() == 1


def test_a_plan_of_empty_rows_is_not_observed_and_keeps_them():
    scene = lesson_in(Stage.PLAN)
    scene.plan.steps.update(activity="", observation_point="")

    with pytest.raises(NotAllowedNow):
        workflow.start_observing(scene.cycle, by=scene.teacher)

    scene.cycle.refresh_from_db()
    assert scene.cycle.stage == Stage.PLAN
    assert scene.plan.steps.count() == 1
