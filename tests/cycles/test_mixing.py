"""Groupings: made from what a teacher asks, changed by hand, gone back on, taken into use."""

import pytest
from django.core.exceptions import PermissionDenied

from cycles import workflow
from cycles.grouping.objective import judge
from cycles.mixing import Seen, Wishes, key, problem_of_grouping, seating_of
from cycles.models import Grouping, GroupPlace
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from schools.models import Enrolment, Student
from tests.factories.cycles import ResearchLessonFactory, enrol, lesson_in, seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    """A lesson at *plan* with a class of sixteen: half girls, all attainments from 40 to 85."""
    scene = lesson_in(Stage.PLAN, pupils=16, groups=2)
    for n, pupil in enumerate(scene.pupils):
        Student.objects.filter(pk=pupil.pk).update(gender="fm"[n % 2])
        Enrolment.objects.filter(student=pupil).update(prior_attainment=40 + 3 * n)
    return scene


def mixed(scene, wishes=None, seen=None, **kwargs):
    return workflow.mix(scene.lesson, wishes or Wishes(), seen or {}, by=scene.planner, **kwargs)


def groups_of(grouping):
    groups = {}
    for group, student in grouping.places.filter(group__gt=0).values_list("group", "student"):
        groups.setdefault(group, set()).add(student)
    return groups


def apart(scene, first, second, kind="apart"):
    return workflow.add_pair_rule(scene.lesson, first, second, kind=kind, reason="", by=scene.planner)


def test_a_class_is_mixed_into_groups_of_four_without_a_lone_girl_or_boy(scene):
    grouping = mixed(scene)

    groups = groups_of(grouping)
    girls = {pupil.pk for pupil in scene.pupils[::2]}
    assert sorted(map(len, groups.values())) == [4, 4, 4, 4]
    assert 1 not in {len(group & girls) for group in groups.values()}
    assert {len(group) - len(group & girls) for group in groups.values()} == {2}


def test_mixing_the_same_class_again_is_another_alternative(scene):
    first, second = mixed(scene), mixed(scene)

    assert (first.number, second.number) == (1, 2)


def test_who_is_away_sits_nowhere(scene):
    away = scene.pupils[3].pk

    grouping = mixed(scene, absent=[away])

    assert grouping.places.get(student=away).group == 0
    assert sorted(map(len, groups_of(grouping).values())) == [5, 5, 5]


def test_pupils_who_must_not_sit_together_do_not_and_who_must_do(scene):
    a, b, c, d = scene.pupils[:4]
    apart(scene, a, b)
    apart(scene, c, d, kind="together")

    groups = groups_of(mixed(scene)).values()

    assert not any({a.pk, b.pk} <= group for group in groups)
    assert any({c.pk, d.pk} <= group for group in groups)


def test_quiet_pupils_are_shared_out(scene):
    quiet = {pupil.pk: Seen(is_quiet=True) for pupil in scene.pupils[:4]}

    groups = groups_of(mixed(scene, seen=quiet)).values()

    assert {len(group & quiet.keys()) for group in groups} == {1}


def test_who_sat_together_last_time_meets_others(scene):
    before = ResearchLessonFactory(
        cycle=scene.cycle, sequence=2, school_class=scene.lesson.school_class, model_teacher=scene.teacher
    )
    type(before).objects.filter(pk=before.pk).update(
        started_at="2026-09-01T01:00Z", ended_at="2026-09-01T02:00Z"
    )
    seat(before, scene.pupils, 4)
    last = [
        set(GroupPlace.objects.filter(group=group).values_list("student", flat=True))
        for group in before.groups.all()
    ]

    groups = groups_of(mixed(scene)).values()

    assert max(len(group & mates) for group in groups for mates in last) <= 2


def test_contradicting_rules_are_named_and_nothing_is_kept(scene):
    a, b, c = scene.pupils[:3]
    apart(scene, a, b, kind="together")
    apart(scene, b, c, kind="together")
    apart(scene, a, c)

    with pytest.raises(workflow.CannotBe) as error:
        mixed(scene)

    (found,) = error.value.found
    assert found.reason == "together_and_apart"
    assert set(found.pupils) == {key(a.pk), key(b.pk), key(c.pk)}
    assert not Grouping.objects.exists()


def test_three_pupils_are_too_few_to_mix(scene):
    away = [pupil.pk for pupil in scene.pupils[3:]]

    with pytest.raises(NotAllowedNow, match="from four pupils on; 3 are here"):
        mixed(scene, absent=away)


def test_a_class_without_any_attainment_is_mixed_all_the_same(scene):
    Enrolment.objects.update(prior_attainment=None)
    Student.objects.update(gender="")

    assert sorted(map(len, groups_of(mixed(scene)).values())) == [4, 4, 4, 4]


def test_only_who_plans_mixes_and_changes(scene):
    grouping = mixed(scene)

    for verb in (
        lambda: workflow.mix(scene.lesson, Wishes(), {}, by=scene.observer),
        lambda: workflow.rebuild(grouping, edition=1, by=scene.observer),
        lambda: workflow.exchange(grouping, 1, 2, edition=1, by=scene.observer),
        lambda: workflow.move(grouping, 1, 1, edition=1, by=scene.observer),
        lambda: workflow.lock(grouping, 1, locked=True, edition=1, by=scene.observer),
        lambda: workflow.undo(grouping, edition=1, by=scene.observer),
        lambda: workflow.use(grouping, by=scene.observer),
        lambda: workflow.discard(grouping, by=scene.observer),
        lambda: workflow.ask_for_proof(grouping, by=scene.observer),
        lambda: workflow.take_better(grouping, edition=1, by=scene.observer),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_after_the_lesson_groups_stay_as_they_were():
    scene = lesson_in(Stage.REFLECT, pupils=8)

    with pytest.raises(NotAllowedNow, match="taught already"):
        workflow.mix(scene.lesson, Wishes(), {}, by=scene.planner)


def test_two_pupils_change_places_and_it_can_be_undone(scene):
    grouping = mixed(scene)
    before = groups_of(grouping)
    first, second = sorted(before[1])[0], sorted(before[2])[0]

    workflow.exchange(grouping, first, second, edition=1, by=scene.planner)
    grouping.refresh_from_db()

    assert groups_of(grouping) == {
        **before,
        1: before[1] - {first} | {second},
        2: before[2] - {second} | {first},
    }
    workflow.undo(grouping, edition=2, by=scene.planner)
    assert groups_of(grouping) == before


def test_each_change_is_measured_by_the_engines_objective(scene):
    grouping = mixed(scene)
    groups = groups_of(grouping)

    workflow.exchange(grouping, sorted(groups[1])[0], sorted(groups[3])[0], edition=1, by=scene.planner)

    grouping.refresh_from_db()
    _broken, _violations, objective = judge(*problem_of_grouping(grouping))
    assert grouping.objective == objective


def test_a_pupil_goes_to_another_table_or_away(scene):
    grouping = mixed(scene)
    pupil = min(groups_of(grouping)[1])

    workflow.move(grouping, pupil, 2, edition=1, by=scene.planner)
    grouping.refresh_from_db()
    assert sorted(map(len, groups_of(grouping).values())) == [3, 4, 4, 5]
    workflow.move(grouping, pupil, 0, edition=2, by=scene.planner)

    assert grouping.places.get(student=pupil).group == 0


def test_a_table_that_nobody_is_left_at_goes(scene):
    grouping = mixed(scene)

    for n, pupil in enumerate(sorted(groups_of(grouping)[4]), start=1):
        grouping.refresh_from_db()
        workflow.move(grouping, pupil, 1, edition=n, by=scene.planner)

    assert sorted(groups_of(grouping)) == [1, 2, 3]


def test_of_two_who_change_the_same_groups_the_second_is_told(scene):
    grouping = mixed(scene)
    groups = groups_of(grouping)
    first, second, third = (min(groups[n]) for n in (1, 2, 3))
    workflow.exchange(grouping, first, second, edition=1, by=scene.planner)

    with pytest.raises(NotAllowedNow, match="changed these groups meanwhile"):
        workflow.exchange(grouping, first, third, edition=1, by=scene.teacher)

    assert third in groups_of(grouping)[3]


def test_who_is_locked_stays_while_the_others_are_mixed_again(scene):
    grouping = mixed(scene)
    spoil(scene, grouping)
    highest = sorted(pupil.pk for pupil in scene.pupils[-4:])
    for n, pupil in enumerate(highest, start=2):
        workflow.lock(grouping, pupil, locked=True, edition=n, by=scene.planner)
    where = {pupil: n for n, group in groups_of(grouping).items() for pupil in group}

    workflow.rebuild(grouping, edition=6, by=scene.planner)

    after = {pupil: n for n, group in groups_of(grouping).items() for pupil in group}
    assert {pupil: after[pupil] for pupil in highest} == {pupil: where[pupil] for pupil in highest}


def spoil(scene, grouping):
    """The lowest pupil and a high one change places, so that mixing again has something to put right."""
    groups = groups_of(grouping)
    where = {pupil: n for n, group in groups.items() for pupil in group}
    lowest = scene.pupils[0].pk
    other = max(pupil for n, group in groups.items() for pupil in group if n != where[lowest])
    workflow.exchange(grouping, lowest, other, edition=grouping.edition, by=scene.planner)


def test_who_is_locked_is_not_moved_by_hand_either(scene):
    grouping = mixed(scene)
    locked, other = min(groups_of(grouping)[1]), min(groups_of(grouping)[2])
    workflow.lock(grouping, locked, locked=True, edition=1, by=scene.planner)
    code = grouping.places.get(student=locked).student.code

    with pytest.raises(NotAllowedNow, match=f"{code} is locked here"):
        workflow.exchange(grouping, other, locked, edition=2, by=scene.planner)
    with pytest.raises(NotAllowedNow, match=f"{code} is locked here"):
        workflow.move(grouping, locked, 2, edition=2, by=scene.planner)


def test_mixing_again_where_nothing_can_be_better_leaves_the_tables_their_numbers(scene):
    grouping = mixed(scene)
    before = groups_of(grouping)

    with pytest.raises(NotAllowedNow, match="No better groups were found"):
        workflow.rebuild(grouping, edition=1, by=scene.planner)

    assert groups_of(grouping) == before


def test_mixing_again_evens_the_sizes_that_a_move_left(scene):
    grouping = mixed(scene)
    workflow.move(grouping, min(groups_of(grouping)[1]), 2, edition=1, by=scene.planner)
    grouping.refresh_from_db()

    workflow.rebuild(grouping, edition=2, by=scene.planner)

    assert sorted(map(len, groups_of(grouping).values())) == [4, 4, 4, 4]


def test_taking_a_grouping_into_use_seats_the_class(scene):
    first, grouping = mixed(scene), mixed(scene)
    workflow.use(first, by=scene.planner)

    workflow.use(grouping, by=scene.planner)

    seated = dict(GroupPlace.objects.filter(lesson=scene.lesson).values_list("student", "group__order"))
    assert len(seated) == 16
    assert len(set(seated.values())) == 4
    assert list(Grouping.objects.filter(used_at__isnull=False)) == [grouping]


def test_a_rule_about_a_pair_is_told_once(scene):
    a, b = scene.pupils[:2]
    apart(scene, b, a)

    with pytest.raises(NotAllowedNow, match=r"a rule about .* already"):
        apart(scene, a, b, kind="together")


def test_the_seating_marks_thirds_and_who_is_alone(scene):
    grouping = mixed(scene)
    groups = groups_of(grouping)
    girls = {pupil.pk for pupil in scene.pupils[::2]}
    girl, boy = min(groups[1] & girls), min(groups[2] - girls)

    workflow.exchange(grouping, girl, boy, edition=1, by=scene.planner)
    grouping.refresh_from_db()
    seating = seating_of(grouping)

    alone = [face.student.pk for _number, faces, _facts in seating.tables for face in faces if face.is_alone]
    assert set(alone) == (groups[1] & girls - {girl}) | (groups[2] - girls - {boy})
    thirds = [face.third for _number, faces, _facts in seating.tables for face in faces]
    assert {third: thirds.count(third) for third in thirds} == {"high": 6, "middle": 5, "low": 5}


def test_a_seating_takes_as_many_queries_for_eight_pupils_as_for_thirty(scene, django_assert_num_queries):
    few = mixed(scene, absent=[pupil.pk for pupil in scene.pupils[8:]])
    scene.pupils += enrol(scene.lesson.school_class, 14)
    many = mixed(scene)

    for grouping in (few, many):
        with django_assert_num_queries(6):
            about = Grouping.objects.select_related("lesson__school_class", "lesson__school")
            seating_of(about.get(pk=grouping.pk))
