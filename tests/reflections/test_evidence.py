"""The computed status of a claim: a table over every rule, and what no further evidence may undo."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from reflections.evidence import (
    TECHNIQUES,
    Axis,
    Evidence,
    Extension,
    Kind,
    Stance,
    Status,
    Technique,
    independent_axes,
    status,
)

FIRST, LATER, LAST = date(2026, 5, 12), date(2026, 5, 19), date(2026, 5, 26)
LADDER = [
    Status.LEAD,
    Status.SUPPORTED,
    Status.CORROBORATED,
    Status.TRIANGULATED,
    Status.CONFIRMED,
    Status.CONTESTED,
]


def piece(identity, kind=Kind.NOTE, *, source="S07", observer="Alice", on=FIRST, **more):
    """Alice's note on S07 in the first lesson, unless told otherwise; ``S07 S08`` are two pupils."""
    more.setdefault("stance", Stance.SUPPORTS)
    return Evidence(
        identity=identity, kind=kind, source=frozenset(source.split()), observer=observer, on=on, **more
    )


NOTE = piece("note")
AGAIN = piece("again")
BY_BOB = piece("by Bob", observer="Bob")
OF_S08 = piece("of S08", source="S08")
WORK = piece("work", Kind.WORK, observer=None)
AGAINST = piece("against", stance=Stance.CONTRADICTS)
TRIANGULATED = [NOTE, BY_BOB, WORK]

SOURCE, TECHNIQUE, OBSERVER, TIME = Axis


@pytest.mark.parametrize(
    ("evidence", "reached", "axes"),
    [
        pytest.param([], Status.LEAD, (), id="nothing"),
        pytest.param([NOTE], Status.LEAD, (), id="one note"),
        pytest.param([NOTE, NOTE], Status.LEAD, (), id="one note linked twice"),
        pytest.param([NOTE, AGAIN], Status.SUPPORTED, (), id="two notes by one observer"),
        pytest.param([NOTE, OF_S08], Status.CORROBORATED, (SOURCE,), id="two pupils"),
        pytest.param([NOTE, WORK], Status.CORROBORATED, (TECHNIQUE,), id="two techniques"),
        pytest.param([NOTE, BY_BOB], Status.CORROBORATED, (OBSERVER,), id="two observers of one pupil"),
        pytest.param([NOTE, piece("late", on=LATER)], Status.CORROBORATED, (TIME,), id="two days"),
        pytest.param(
            [NOTE, BY_BOB, WORK],
            Status.TRIANGULATED,
            (TECHNIQUE, OBSERVER),
            id="two techniques, two observers",
        ),
        pytest.param(
            [NOTE, OF_S08, WORK], Status.TRIANGULATED, (SOURCE, TECHNIQUE), id="two pupils, two techniques"
        ),
        pytest.param(
            [NOTE, piece("of S08 by Bob", source="S08", observer="Bob")],
            Status.TRIANGULATED,
            (SOURCE, OBSERVER),
            id="two pieces that differ in two ways",
        ),
        pytest.param(
            [NOTE, piece("asked", Kind.INTERVIEW, source="S08", observer="Bob", on=LATER)],
            Status.TRIANGULATED,
            (SOURCE, TECHNIQUE, OBSERVER, TIME),
            id="all four axes",
        ),
    ],
)
def test_status_follows_from_independent_support(evidence, reached, axes):
    verdict = status(evidence)

    assert (verdict.status, verdict.axes) == (reached, axes)


@pytest.mark.parametrize(
    ("evidence", "axes"),
    [
        pytest.param(
            [piece("asked", Kind.INTERVIEW, source="S07 S08"), piece("saw", source="S08")],
            (TECHNIQUE,),
            id="a group and one of its members",
        ),
        pytest.param(
            [
                piece("asked", Kind.INTERVIEW, source="S07 S08"),
                piece("asked too", Kind.INTERVIEW, source="S09"),
            ],
            (SOURCE,),
            id="a group and somebody else",
        ),
        pytest.param([piece("asked", source="S07 S08")], (), id="a group interview is one source"),
        pytest.param(
            [NOTE, OF_S08, piece("asked", source="S07 S08")],
            (SOURCE,),
            id="a group does not merge its members",
        ),
        pytest.param([NOTE, piece("class", source="")], (), id="nobody in particular"),
        pytest.param([piece("class", source=""), piece("class too", source="")], (), id="nobody twice"),
    ],
)
def test_sources_differ_when_they_share_no_pupil(evidence, axes):
    assert independent_axes(evidence) == axes


@pytest.mark.parametrize(
    ("evidence", "axes"),
    [
        pytest.param(
            [
                piece("a", devices=frozenset({"tab 1"})),
                piece("b", observer="Bob", devices=frozenset({"tab 2"})),
            ],
            (OBSERVER,),
            id="a device each",
        ),
        pytest.param(
            [
                piece("a", devices=frozenset({"tab 1"})),
                piece("b", observer="Bob", devices=frozenset({"tab 1", "tab 2"})),
            ],
            (),
            id="a device shared",
        ),
        pytest.param(
            [piece("a", devices=frozenset({"tab 1"})), piece("b", devices=frozenset({"tab 2"}))],
            (),
            id="one observer with two devices",
        ),
        pytest.param([NOTE, piece("unsigned", observer=None)], (), id="an observer and nobody"),
        pytest.param(
            [
                piece("a", devices=frozenset({"tab 1"})),
                piece("b", observer="Bob", devices=frozenset({"tab 1"})),
                piece("c", observer="Charlie", devices=frozenset({"tab 3"})),
            ],
            (OBSERVER,),
            id="a third with a device of their own",
        ),
    ],
)
def test_observers_differ_when_they_share_no_device(evidence, axes):
    assert independent_axes(evidence) == axes


@pytest.mark.parametrize("kind", [Kind.WORK, Kind.PHOTO, Kind.DOCUMENT, Kind.TEST, Kind.ACCOUNT])
def test_only_what_was_seen_or_asked_has_an_observer(kind):
    assert independent_axes([piece("a", kind), piece("b", kind, observer="Bob")]) == ()


@pytest.mark.parametrize("kind", [Kind.NOTE, Kind.EVENTS, Kind.STATEMENT, Kind.INTERVIEW])
def test_what_was_seen_or_asked_has_an_observer(kind):
    assert independent_axes([piece("a", kind), piece("b", kind, observer="Bob")]) == (OBSERVER,)


def test_the_model_teacher_is_a_source_but_not_an_observer():
    account = piece("account", Kind.ACCOUNT, source="Charlie", observer="Charlie")

    assert independent_axes([NOTE, account]) == (SOURCE, TECHNIQUE)


def test_saying_again_what_one_noted_is_no_second_technique():
    assert status([NOTE, piece("said", Kind.STATEMENT)]).status == Status.SUPPORTED


def test_every_kind_has_its_technique():
    assert TECHNIQUES == {
        Kind.EVENTS: Technique.OBSERVATION,
        Kind.NOTE: Technique.OBSERVATION,
        Kind.STATEMENT: Technique.OBSERVATION,
        Kind.INTERVIEW: Technique.INTERVIEW,
        Kind.WORK: Technique.DOCUMENT,
        Kind.PHOTO: Technique.DOCUMENT,
        Kind.DOCUMENT: Technique.DOCUMENT,
        Kind.TEST: Technique.TEST,
        Kind.ACCOUNT: Technique.ACCOUNT,
    }
    assert TECHNIQUES.keys() == set(Kind)


@pytest.mark.parametrize(
    ("quotation", "beside", "supporting", "reached"),
    [
        pytest.param("note", [NOTE], 1, Status.LEAD, id="beside its original"),
        pytest.param("note", [], 1, Status.LEAD, id="alone"),
        pytest.param("lost", [NOTE], 2, Status.SUPPORTED, id="of something not linked"),
        pytest.param("note", [NOTE, AGAIN], 2, Status.SUPPORTED, id="one of two notes"),
    ],
)
def test_a_quotation_is_its_original_over_again(quotation, beside, supporting, reached):
    said = piece("said", Kind.ACCOUNT, source="Bob", observer="Bob", on=LATER, derived_from=quotation)

    verdict = status([said, *beside])

    assert (verdict.supporting, verdict.status, verdict.axes) == (supporting, reached, ())


def test_two_quotations_of_one_note_are_one_piece():
    said = [piece(f"said {n}", Kind.STATEMENT, derived_from="note") for n in range(2)]

    assert status(said).supporting == 1


def test_context_counts_for_nothing():
    context = [replace(other, stance=Stance.CONTEXT) for other in (AGAIN, BY_BOB, OF_S08, WORK)]

    assert status([NOTE, *context]) == status([NOTE])


@pytest.mark.parametrize(
    "evidence", [[], [NOTE], [NOTE, AGAIN], [NOTE, BY_BOB], TRIANGULATED], ids=lambda evidence: len(evidence)
)
def test_an_unanswered_contradiction_contests_every_status(evidence):
    verdict = status([*evidence, AGAINST], member_checks=[True])

    assert (verdict.status, verdict.contradicting, verdict.unanswered) == (Status.CONTESTED, 1, ("against",))


def test_a_contradiction_once_answered_still_counts_but_does_not_contest():
    verdict = status([*TRIANGULATED, AGAINST], answered=["against"])

    assert (verdict.status, verdict.contradicting, verdict.unanswered) == (Status.TRIANGULATED, 1, ())


def test_an_answer_to_one_contradiction_leaves_the_others_open():
    others = [replace(AGAINST, identity="b"), replace(AGAINST, identity="a")]

    verdict = status([AGAINST, *others], answered=["against"])

    assert (verdict.status, verdict.contradicting, verdict.unanswered) == (Status.CONTESTED, 3, ("a", "b"))


def test_a_contradiction_quoted_is_answered_with_its_original():
    quoted = replace(AGAINST, identity="said", derived_from="against")

    verdict = status([*TRIANGULATED, AGAINST, quoted], answered=["against"])

    assert (verdict.status, verdict.contradicting) == (Status.TRIANGULATED, 1)


@pytest.mark.parametrize("identity", ["support", "other"])
def test_contradictions_are_no_support(identity):
    contradictions = [
        replace(BY_BOB, stance=Stance.CONTRADICTS),
        replace(WORK, stance=Stance.CONTRADICTS, identity=identity),
    ]

    verdict = status([NOTE, *contradictions], answered=["by Bob", identity])

    assert (verdict.status, verdict.supporting, verdict.axes) == (Status.LEAD, 1, ())


@pytest.mark.parametrize(
    ("extensions", "reached"),
    [
        pytest.param([Extension("x", LATER, consistent=True)], Status.CONFIRMED, id="later and consistent"),
        pytest.param([Extension("x", FIRST, consistent=True)], Status.TRIANGULATED, id="the same day"),
        pytest.param([Extension("x")], Status.TRIANGULATED, id="not done yet"),
        pytest.param([Extension("x", LATER, consistent=False)], Status.CONTESTED, id="later and different"),
        pytest.param(
            [Extension("x", LATER, consistent=True), Extension("y")],
            Status.TRIANGULATED,
            id="another still awaited",
        ),
        pytest.param(
            [Extension("x", LAST, consistent=True), Extension("answered", LATER, consistent=False)],
            Status.CONFIRMED,
            id="different, answered, and consistent at last",
        ),
        pytest.param(
            [Extension("x", LATER, consistent=True), Extension("answered", LAST, consistent=False)],
            Status.TRIANGULATED,
            id="consistent, and different at last though answered",
        ),
        pytest.param(
            [Extension("x", LAST, consistent=True), Extension("answered", LAST, consistent=False)],
            Status.TRIANGULATED,
            id="two at last, one different though answered",
        ),
    ],
)
def test_going_back_confirms_what_is_triangulated(extensions, reached):
    assert status(TRIANGULATED, extensions=extensions, answered=["answered"]).status == reached


def test_going_back_is_later_than_the_first_support_and_not_than_what_it_brought():
    evidence = [NOTE, BY_BOB, piece("seen again", on=LATER)]

    verdict = status(evidence, extensions=[Extension("x", LATER, consistent=True)])

    assert (verdict.status, verdict.days) == (Status.CONFIRMED, (FIRST, LATER))


@pytest.mark.parametrize(
    ("checks", "reached"),
    [
        ([True], Status.CONFIRMED),
        ([True, True], Status.CONFIRMED),
        ([False], Status.TRIANGULATED),
        ([True, False], Status.TRIANGULATED),
    ],
)
def test_the_people_concerned_confirm_when_all_who_were_asked_agree(checks, reached):
    assert status(TRIANGULATED, member_checks=checks).status == reached


def test_disagreement_withholds_what_going_back_would_confirm():
    extensions = [Extension("x", LATER, consistent=True)]

    assert status(TRIANGULATED, extensions=extensions, member_checks=[False]).status == Status.TRIANGULATED


@pytest.mark.parametrize(
    ("evidence", "reached"),
    [([NOTE], Status.LEAD), ([NOTE, AGAIN], Status.SUPPORTED), ([NOTE, WORK], Status.CORROBORATED)],
)
def test_nothing_confirms_what_is_not_triangulated(evidence, reached):
    extensions = [Extension("x", LATER, consistent=True)]

    assert status(evidence, extensions=extensions, member_checks=[True]).status == reached


def test_a_verdict_tells_what_is_still_awaited_and_what_it_rests_on():
    context = piece("context", on=LAST, stance=Stance.CONTEXT)
    quoted = piece("said", Kind.STATEMENT, on=LAST, derived_from="note")
    evidence = [piece("late", on=LATER), NOTE, context, quoted]

    verdict = status(evidence, extensions=[Extension("x"), Extension("y"), Extension("z", LATER)])

    assert verdict.awaited == 2
    assert verdict.unanswered == ("z",)
    assert (verdict.supporting, verdict.days) == (2, (FIRST, LATER))


def test_values_as_the_database_holds_them_count_the_same():
    plain = [replace(other, kind=str(other.kind), stance=str(other.stance)) for other in TRIANGULATED]

    assert status(plain) == status(TRIANGULATED)


def names(*some):
    return st.frozensets(st.sampled_from(some), max_size=2)


def pieces(stances=tuple(Stance)):
    """Any evidence; a quotation quotes one of the first pieces or something that was never linked."""
    return st.builds(
        Evidence,
        identity=st.uuids().map(str),
        kind=st.sampled_from(Kind),
        stance=st.sampled_from(stances),
        on=st.sampled_from([FIRST, LATER, LAST]),
        source=names("S01", "S02", "S03"),
        observer=st.sampled_from([None, "Alice", "Bob", "Charlie"]),
        devices=names("tab 1", "tab 2", "tab 3"),
        derived_from=st.sampled_from([None, None, None, "elsewhere"]),
    )


@st.composite
def claims(draw, stances=tuple(Stance)):
    """Evidence with quotations of some of it, and all that belongs to the claim besides."""
    evidence = draw(st.lists(pieces(stances), max_size=6))
    originals = [other for other in evidence if other.derived_from is None]
    quoted = draw(st.lists(st.sampled_from(originals), max_size=2)) if originals else []
    evidence += [
        replace(draw(pieces(stances)), identity=f"quote {n}", derived_from=other.identity)
        for n, other in enumerate(quoted)
    ]
    days = st.sampled_from([None, FIRST, LATER, LAST])
    around = {
        "extensions": draw(
            st.lists(st.builds(Extension, st.sampled_from("xyz"), days, st.booleans()), max_size=2)
        ),
        "member_checks": draw(st.lists(st.booleans(), max_size=2)),
        "answered": draw(st.sets(st.sampled_from([*(other.original for other in evidence), *"xyz"]))),
    }
    return evidence, around


@pytest.mark.parametrize("wanted", list(Status))
def test_the_properties_below_are_tried_at_every_status(wanted):
    quick = settings(max_examples=5000, derandomize=True, database=None, phases=[Phase.generate])

    evidence, around = find(
        claims(), lambda claim: status(claim[0], **claim[1]).status == wanted, settings=quick
    )

    assert status(evidence, **around).status == wanted


@given(claims(), pieces([Stance.SUPPORTS]), st.data())
def test_more_support_never_lowers_a_status(claim, support, data):
    evidence, around = claim
    quotes = data.draw(st.sampled_from([support.derived_from, *(other.original for other in evidence)]))
    support = replace(support, derived_from=data.draw(st.sampled_from([None, quotes])))

    before, after = status(evidence, **around), status([*evidence, support], **around)

    assert LADDER.index(after.status) >= LADDER.index(before.status)
    assert set(after.axes) >= set(before.axes)
    assert (after.status == Status.CONTESTED) == (before.status == Status.CONTESTED)


@given(claims(), pieces([Stance.CONTRADICTS]))
def test_a_new_contradiction_always_contests(claim, contradiction):
    evidence, around = claim

    verdict = status([*evidence, replace(contradiction, derived_from=None)], **around)

    assert verdict.status == Status.CONTESTED


@given(claims(), pieces([Stance.CONTEXT]))
def test_context_never_changes_a_verdict(claim, context):
    evidence, around = claim

    assert status([*evidence, context], **around) == status(evidence, **around)


@given(claims(), st.randoms(use_true_random=False))
def test_order_never_matters(claim, random):
    evidence, around = claim
    shuffled = {name: random.sample(sorted(some, key=repr), len(some)) for name, some in around.items()}

    assert status(random.sample(evidence, len(evidence)), **shuffled) == status(evidence, **around)


@given(claims([Stance.SUPPORTS, Stance.CONTEXT]))
def test_nothing_is_contested_without_a_word_against_it(claim):
    evidence, around = claim
    agreeing = [replace(extension, consistent=True) for extension in around["extensions"]]

    verdict = status(evidence, **around | {"extensions": agreeing})

    assert verdict.status != Status.CONTESTED
    assert (verdict.contradicting, verdict.unanswered) == (0, ())
