"""The map of the room: where tables and things stand, and that a class finds its room as it left it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from cycles import workflow
from cycles.models import ROOM, RoomFeature
from cycles.room import cells_for, room_of
from cycles.stages import Stage
from lessonstudy.lib.errors import NotAllowedNow
from tests.factories.cycles import ObserverAssignmentFactory, ResearchLessonFactory, lesson_in, seat

Kind = RoomFeature.Kind
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture
def scene(db):
    return lesson_in(Stage.PLAN)


def standing(lesson):
    """Cell → name of what stands there."""
    return {cell: thing.name for cell, thing in room_of(lesson).standing.items()}


def put(scene, thing, row, column):
    workflow.put(scene.lesson, thing, row, column, by=scene.teacher)


# Where tables stand when nobody has said


CELLS = [(row, column) for row in range(1, ROOM + 1) for column in range(1, ROOM + 1)]


@given(st.integers(0, 80), st.lists(st.sampled_from(CELLS), max_size=6).map(set))
def test_laid_out_tables_stand_in_the_room_each_in_a_cell_of_its_own_that_was_free(count, taken):
    cells = cells_for(count, taken)

    assert len(set(cells)) == len(cells) <= count
    assert not set(cells) & taken
    assert all(1 < row <= ROOM and 1 <= column <= ROOM for row, column in cells)


def test_few_tables_stand_in_twos_and_more_in_threes():
    assert cells_for(3) == [(2, 2), (2, 3), (3, 2)]
    assert cells_for(5) == [(2, 2), (2, 3), (2, 4), (3, 2), (3, 3)]
    assert len(cells_for(56)) == 56


# To put, to change, to take away


def test_a_table_is_put_where_it_stands_and_moved(scene):
    group = scene.groups[0]

    put(scene, group, 2, 3)
    put(scene, group, 4, 1)

    assert standing(scene.lesson) == {(4, 1): group.name}


def test_two_tables_change_places(scene):
    first, second = scene.groups
    put(scene, first, 2, 1)
    put(scene, second, 2, 2)

    put(scene, first, 2, 2)

    assert standing(scene.lesson) == {(2, 2): first.name, (2, 1): second.name}


def test_a_table_and_the_door_change_places_and_so_do_two_features(scene):
    put(scene, scene.groups[0], 2, 1)
    put(scene, Kind.DOOR, 1, 1)
    put(scene, Kind.BOARD, 1, 2)

    put(scene, scene.groups[0], 1, 1)
    put(scene, Kind.BOARD, 2, 1)

    assert standing(scene.lesson) == {(1, 1): scene.groups[0].name, (2, 1): "Board", (1, 2): "Door"}


def test_what_is_brought_in_sends_a_table_off_the_map_to_wait(scene):
    put(scene, scene.groups[0], 2, 1)

    put(scene, Kind.DESK, 2, 1)

    assert standing(scene.lesson) == {(2, 1): "Teacher’s desk"}
    assert len(room_of(scene.lesson).waiting) == 2


def test_put_where_it_stands_already_it_stays(scene):
    for _time in range(2):
        put(scene, Kind.BOARD, 1, 2)

    assert standing(scene.lesson) == {(1, 2): "Board"}


def test_there_is_one_board_and_one_desk_but_several_doors_and_windows(scene):
    for column, kind in enumerate([*Kind, *Kind], start=1):
        put(scene, kind, 1, column)

    kinds = sorted(RoomFeature.objects.values_list("kind", flat=True))
    assert kinds == ["board", "desk", "door", "door", "window", "window"]


def test_a_door_is_taken_away_and_a_table_waits(scene):
    put(scene, scene.groups[0], 2, 1)
    put(scene, Kind.DOOR, 1, 1)

    for thing in (scene.groups[0], RoomFeature.objects.get()):
        workflow.take_away(scene.lesson, thing, by=scene.teacher)

    assert standing(scene.lesson) == {}
    assert scene.lesson.groups.count() == 2


def test_what_is_gone_meanwhile_is_told(scene):
    put(scene, Kind.DOOR, 1, 1)
    door = RoomFeature.objects.get()
    RoomFeature.objects.all().delete()

    with pytest.raises(NotAllowedNow, match="no longer in the room"):
        put(scene, door, 1, 2)


@pytest.mark.parametrize("cell", [(0, 1), (1, 0), (ROOM + 1, 1), (1, ROOM + 1)])
def test_the_map_ends_somewhere(scene, cell):
    with pytest.raises(NotAllowedNow, match="ends there"):
        put(scene, scene.groups[0], *cell)


def test_a_table_of_another_lesson_is_not_put_here(scene):
    other = lesson_in(Stage.PLAN, school=scene.school)

    with pytest.raises(NotAllowedNow):
        put(scene, other.groups[0], 1, 1)


def test_laid_out_board_and_desk_are_in_front_and_the_doors_stay(scene):
    put(scene, Kind.DOOR, 2, 2)
    put(scene, Kind.BOARD, 5, 5)

    workflow.lay_out(scene.lesson, by=scene.teacher)

    first, second = (group.name for group in scene.groups)
    assert standing(scene.lesson) == {
        (1, 2): "Board",
        (1, 3): "Teacher’s desk",
        (2, 2): "Door",
        (2, 3): first,
        (3, 2): second,
    }


CHANGES = [
    lambda scene, by: workflow.put(scene.lesson, scene.groups[0], 1, 1, by=by),
    lambda scene, by: workflow.take_away(scene.lesson, scene.groups[0], by=by),
    lambda scene, by: workflow.lay_out(scene.lesson, by=by),
    lambda scene, by: workflow.assign_roles(scene.lesson, {}, by=by),
    lambda scene, by: workflow.share_out_roles(scene.lesson, by=by),
]


@pytest.mark.parametrize("change", CHANGES)
def test_an_observer_changes_nothing_in_the_room(scene, change):
    with pytest.raises(PermissionDenied):
        change(scene, scene.observer)


@pytest.mark.parametrize("change", CHANGES)
def test_after_the_lesson_the_room_stays_as_it_was(db, change):
    scene = lesson_in(Stage.REFLECT)

    with pytest.raises(NotAllowedNow):
        change(scene, scene.teacher)


# The next lesson of the class


def next_lesson(scene, **fields):
    fields = {"school_class": scene.lesson.school_class, "sequence": 2, **fields}
    return ResearchLessonFactory(cycle=scene.cycle, **fields)


def place(scene, lesson, count=2):
    places = {pupil.pk: number % count + 1 for number, pupil in enumerate(scene.pupils)}
    workflow.place_pupils(lesson, places, count=count, by=scene.teacher)


def test_the_next_lesson_in_the_same_room_starts_from_the_last_map(scene):
    put(scene, scene.groups[0], 3, 1)
    put(scene, Kind.DOOR, 1, 8)
    lesson = next_lesson(scene)

    place(scene, lesson)

    assert standing(lesson) == {(3, 1): "Group 1", (1, 8): "Door"}
    assert standing(scene.lesson) == {(3, 1): scene.groups[0].name, (1, 8): "Door"}


def test_in_another_room_it_starts_with_an_empty_map(scene):
    put(scene, scene.groups[0], 3, 1)
    lesson = next_lesson(scene, room="Laboratory")

    place(scene, lesson)

    assert standing(lesson) == {}


def test_a_map_of_its_own_is_not_overwritten(scene):
    put(scene, scene.groups[0], 3, 1)
    lesson = next_lesson(scene)
    workflow.put(lesson, Kind.BOARD, 1, 1, by=scene.teacher)

    place(scene, lesson)

    assert standing(lesson) == {(1, 1): "Board"}


def test_what_was_emptied_is_laid_out_as_the_class_had_it_last(scene):
    put(scene, scene.groups[0], 3, 1)
    lesson = next_lesson(scene)
    seat(lesson, scene.pupils, 2)

    workflow.lay_out(lesson, by=scene.teacher)

    assert list(standing(lesson)) == [(3, 1)]


def test_who_is_placed_anew_keeps_table_and_role(scene):
    lesson = next_lesson(scene, room="Laboratory")
    place(scene, lesson)
    workflow.lay_out(lesson, by=scene.teacher)
    workflow.assign_roles(lesson, {scene.pupils[0].pk: "reporter"}, by=scene.teacher)
    before = standing(lesson)

    place(scene, lesson, count=3)

    assert lesson.places.get(student=scene.pupils[0]).role == "reporter"
    assert before.items() <= standing(lesson).items()
    assert len(room_of(lesson).waiting) == 1


# The page


def page(scene, **query):
    return reverse("cycles:room", args=[scene.lesson.pk], query=query)


def post(client, scene, name, **sent):
    return client.post(reverse(f"cycles:{name}", args=[scene.lesson.pk]), sent)


@pytest.fixture
def planner(client, scene):
    client.force_login(scene.planner)
    return client


def test_a_thing_is_chosen_and_put_with_plain_forms(planner, scene):
    group = scene.groups[0]
    picked = planner.get(page(scene, picked=f"table-{group.pk}")).text
    assert f"{group.name} is chosen." in picked
    assert 'value="2-3"' in picked

    answer = post(planner, scene, "put", thing=f"table-{group.pk}", cell="2-3")

    assert answer.url == page(scene)
    assert standing(scene.lesson) == {(2, 3): group.name}
    seen = " ".join(planner.get(page(scene)).text.split())
    assert f"Row 2, column 3: </span>{group.name}</button>" in seen


def test_htmx_gets_the_map_alone_and_the_address_without_what_was_chosen(planner, scene):
    sent = {"thing": f"table-{scene.groups[0].pk}", "cell": "2-3"}
    answer = planner.post(reverse("cycles:put", args=[scene.lesson.pk]), sent, **HTMX)

    assert answer.headers["HX-Replace-Url"] == page(scene)
    assert "<html" not in answer.text
    assert 'id="room"' in answer.text


@pytest.mark.parametrize(
    "sent", [{}, {"thing": "table-x"}, {"thing": "door"}, {"thing": "door", "cell": "9-9"}]
)
@pytest.mark.parametrize("name", ["put", "take_away"])
def test_what_cannot_be_put_is_told_and_changes_nothing(planner, scene, name, sent):
    post(planner, scene, name, **sent)

    assert standing(scene.lesson) == {}


def test_laid_out_and_taken_away_on_the_page(planner, scene):
    post(planner, scene, "lay_out")
    post(planner, scene, "take_away", thing=f"table-{scene.groups[0].pk}")

    assert scene.groups[1].name in standing(scene.lesson).values()
    assert "1 table has no place yet." in planner.get(page(scene)).text


def test_who_only_reads_sees_the_map_and_a_guest_no_names(client, scene):
    workflow.lay_out(scene.lesson, by=scene.teacher)
    for person, named in ((scene.observer, True), (scene.guest, False)):
        client.force_login(person)
        seen = client.get(page(scene)).text
        assert scene.pupils[0].code in seen
        assert (scene.pupils[0].given_name in seen) == named
        assert "Lay out" not in seen


def test_a_colleague_outside_the_cycle_finds_no_map(client, scene):
    client.force_login(lesson_in(Stage.PLAN, school=scene.school).planner)

    assert client.get(page(scene)).status_code == 404


PAGE_QUERIES = {"room": 23, "name_cards": 23, "roles": 23, "observers": 27}


@pytest.mark.parametrize("groups", [1, 3])
@pytest.mark.parametrize("name", PAGE_QUERIES)
def test_a_page_asks_the_database_as_often_for_three_groups_as_for_one(
    client, db, django_assert_num_queries, name, groups
):
    scene = lesson_in(Stage.PLAN, pupils=groups * 4, groups=groups)
    workflow.lay_out(scene.lesson, by=scene.teacher)
    workflow.share_out_roles(scene.lesson, by=scene.teacher)
    for group in scene.groups:
        ObserverAssignmentFactory(group=group, observer=scene.observer)
    client.force_login(scene.planner)

    with django_assert_num_queries(PAGE_QUERIES[name]):
        client.get(reverse(f"cycles:{name}", args=[scene.lesson.pk]))


def test_the_page_of_observers_shows_who_watches_which_table_on_the_map(planner, scene):
    workflow.lay_out(scene.lesson, by=scene.teacher)
    workflow.assign_observers(scene.lesson, {scene.observer.pk: [scene.groups[0].pk]}, by=scene.teacher)

    seen = planner.get(reverse("cycles:observers", args=[scene.lesson.pk])).text

    the_map = seen[seen.index('class="room"') : seen.index("</table>")]
    assert str(scene.observer) in the_map
    assert the_map.count("nobody yet") == 1


def test_without_a_map_the_page_of_observers_has_none(planner, scene):
    assert 'class="room"' not in planner.get(reverse("cycles:observers", args=[scene.lesson.pk])).text
