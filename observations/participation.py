"""How pupils of a class took part in its lessons so far: what the next grouping may go by.

The database counts, the functions at the end weigh. Unwatched is missing, not zero; what was taken back
counts nowhere.

Two who watch one pupil both write down what they see, so one act may stand twice. A rate is therefore turns
of all observers in minutes of all observers; and of what is said after a few acts, a lesson has as many as
the one observer who wrote down most of them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from cycles.mixing import Seen
from cycles.models import ResearchLesson
from cycles.selectors import pupils_of
from observations.codes import LISTENS
from observations.models import Observation
from observations.watches import union, watched_in

ENOUGH = 2  # lessons watched before anybody is called quiet, or somebody who takes over
QUIET = 1 / 2  # of the class's median rate, at most
LOUD = 2  # times the median rate, at least
TAKES_OVER, INVITES = "takes_over", "invites"
TAKEN_OVER = 3  # times the code stands before it is said of a pupil
INVITED = 2
HALF_HOUR = 30 * 60


@dataclass
class Record:
    """One lesson. ``seconds``: pupil id → how long watched, by all observers together; ``codes``: pupil id →
    events by code, of all observers together; ``acts``: the same, but by that one who wrote down most of
    the code; ``covered``: seconds in which anybody was watched.
    """

    lesson: int
    covered: float = 0
    seconds: dict[int, float] = field(default_factory=dict)
    codes: dict[int, dict[str, int]] = field(default_factory=dict)
    acts: dict[int, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Basis:
    """On how much it rests what is said of a class: lessons, and minutes in which somebody was watched."""

    lessons: int
    minutes: int

    @property
    def is_enough(self) -> bool:
        """Whether anybody may be called quiet."""
        return self.lessons >= ENOUGH


def seen_before(lesson: ResearchLesson) -> dict[int, Seen]:
    """Pupil id → what the class's earlier lessons told of each pupil of the lesson's class."""
    pupils = _pupils(lesson)
    return tell(pupils, _records(_over(lesson), pupils))


def basis_of(lesson: ResearchLesson) -> Basis:
    """What ``seen_before`` rests on."""
    return basis(records_before(lesson))


def records_before(lesson: ResearchLesson, *, itself: bool = False) -> list[Record]:
    """The class's earlier lessons that are over, oldest first; with ``itself``, this one as the last."""
    return _records(_over(lesson, itself=itself), _pupils(lesson))


def _pupils(lesson: ResearchLesson) -> list[int]:
    return list(pupils_of(lesson).values_list("pk", flat=True))


def _over(lesson: ResearchLesson, *, itself: bool = False) -> QuerySet[ResearchLesson]:
    """Lessons with the class that are over, in the order they began. None that began after this one."""
    wanted = ~Q(pk=lesson.pk)
    if lesson.started_at is not None:
        wanted &= Q(begun_at__lt=lesson.started_at)
    if itself:
        wanted |= Q(pk=lesson.pk)
    with_class = ResearchLesson.objects.filter(school_class=lesson.school_class_id, ended_at__isnull=False)
    with_class = with_class.annotate(begun_at=Coalesce("started_at", "ended_at"))
    return with_class.filter(wanted).order_by("begun_at", "pk")


def _records(taught: Iterable[ResearchLesson], pupils: Sequence[int]) -> list[Record]:
    """What was watched and seen of these pupils, in five queries at most."""
    lessons = {lesson.pk: lesson for lesson in taught}
    records = {pk: Record(pk) for pk in lessons}
    _add_events(records, pupils)
    watching = watched_in(lessons.values())
    for pk, record in records.items():
        if pk in watching:
            spans = watching[pk].spans
            record.seconds = {
                pupil: sum(map(union, spans[pupil].values())) for pupil in pupils if pupil in spans
            }
            record.covered = union(span for by in spans.values() for one in by.values() for span in one)
        elif record.codes:  # nobody said whom they watched, but somebody wrote down what they saw
            record.covered = lessons[pk].minutes * 60
            record.seconds = dict.fromkeys(pupils, record.covered)
    return list(records.values())


def _add_events(records: Mapping[int, Record], pupils: Sequence[int]) -> None:
    events = Observation.objects.standing().filter(
        lesson__in=records, kind=Observation.Kind.EVENT, student__in=pupils
    )
    counted = events.values_list("lesson", "student", "code__slug", "observer").annotate(n=Count("pk"))
    for lesson, student, code, _observer, number in counted.order_by():
        record = records[lesson]
        codes, acts = record.codes.setdefault(student, {}), record.acts.setdefault(student, {})
        codes[code] = codes.get(code, 0) + number
        acts[code] = max(acts.get(code, 0), number)


def tell(pupils: Iterable[int], records: Sequence[Record]) -> dict[int, Seen]:
    """What lessons tell of pupils. Rates are turns in half an hour of one observer's watching.

    Quiet: watched in two lessons or more, and over them at a rate of at most half the class's median. Takes
    over: at twice a lesson's median or more in two lessons, or seen to do it three times. Where the median is
    0 nobody stands out.
    """
    watched, taken, loud = Counter[int](), Counter[int](), Counter[int]()
    seconds: dict[int, float] = defaultdict(float)
    acts = Counter[tuple[int, str]]()
    for record in records:
        rates = {}
        for pupil, time in record.seconds.items():
            if time > 0:
                turns = turns_in(record.codes.get(pupil, {}))
                rates[pupil] = rate(turns, time)
                watched[pupil] += 1
                seconds[pupil] += time
                taken[pupil] += turns
        middle = median(rates.values()) if rates else 0
        loud.update(pupil for pupil, one in rates.items() if middle and one >= LOUD * middle)
        for pupil, codes in record.acts.items():
            acts.update({(pupil, code): number for code, number in codes.items()})
    overall = {pupil: rate(taken[pupil], time) for pupil, time in seconds.items()}
    middle = median(overall.values()) if overall else 0
    return {
        pupil: Seen(
            participation=overall.get(pupil),
            is_quiet=bool(middle) and watched[pupil] >= ENOUGH and overall[pupil] <= QUIET * middle,
            takes_over=loud[pupil] >= ENOUGH or acts[pupil, TAKES_OVER] >= TAKEN_OVER,
            invites=acts[pupil, INVITES] >= INVITED,
        )
        for pupil in pupils
    }


def basis(records: Iterable[Record]) -> Basis:
    """Lessons in which anybody was watched, and their minutes."""
    watched = [record.covered for record in records if record.covered]
    return Basis(len(watched), round(sum(watched) / 60))


def silences(records: Iterable[Record]) -> Counter[int]:
    """Pupil id → in how many lessons they were watched and took no turn."""
    return Counter(
        pupil
        for record in records
        for pupil, time in record.seconds.items()
        if time > 0 and not turns_in(record.codes.get(pupil, {}))
    )


def turns_in(codes: Mapping[str, int]) -> int:
    """A turn is any event but listening."""
    return sum(number for code, number in codes.items() if code != LISTENS)


def rate(turns: int, seconds: float) -> float:
    """Turns in half an hour."""
    return turns * HALF_HOUR / seconds
