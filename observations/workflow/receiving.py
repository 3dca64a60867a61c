"""Taking in what tablets send: each record once, whatever is sent again, late, twice or out of order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cycles.models import ResearchLesson
from lessonstudy.lib.errors import NotAllowedNow
from lessonstudy.lib.inserting import insert_new
from lessonstudy.lib.permissions import require
from observations import sync
from observations.models import Clash, Observation, ObservationSession, Tablet, Void, Watch
from observations.permissions import can_settle
from observations.receiving import Kept, Known, Refused, kept_under, known_to
from observations.selectors import elapsed
from observations.sync import CONFLICT, DUPLICATE, FORBIDDEN, REJECTED, STORED, Batch, Record
from observations.workflow.holding import hold_among_others
from schools.models import User


class Result(NamedTuple):
    """What became of one record. ``id`` as it was sent, were it none."""

    id: str | None
    status: str
    reason: str | None = None
    message: str | None = None


class Receipt(NamedTuple):
    """What is answered: a result for each record in the order sent, and the numbers that never came."""

    results: list[Result]
    missing: list[int]


def receive(batch: Batch, *, by: User) -> Receipt:
    """Store what a tablet sent; every record has its own outcome and none can spoil another.

    The same batch again stores nothing and answers ``duplicate``. Raises nothing for what is in the records;
    OperationalError where the database is away, and then nothing of the lesson at hand was stored.
    """
    if batch.author != by.pk:  # nothing of it was heard, either: it is all still to come from its author
        return Receipt([_not_the_author(raw) for raw in batch.records], [])
    results: list[Result | None] = [None] * len(batch.records)
    by_lesson: dict[int, list[tuple[int, Record]]] = {lesson: [] for lesson in _named(batch)}
    for place, raw in enumerate(batch.records):
        try:
            record = sync.read_record(raw)
        except sync.Refusal as refusal:
            results[place] = _rejected(_id_in(raw), refusal.field, refusal.message)
        else:
            by_lesson[record.lesson].append((place, record))
    lessons = ResearchLesson.objects.joined_by(by).select_related("school", "cycle").in_bulk(by_lesson)
    missing: list[int] = []
    for number, records in by_lesson.items():
        if lesson := lessons.get(number):
            refused = _numbers_refused(batch.records, results, number)
            outcomes, gaps = _lesson_of(lesson, batch, by).take(records, refused)
            results = [outcomes.get(place, result) for place, result in enumerate(results)]
            missing += gaps
        else:
            for place, record in records:
                results[place] = _forbidden(record, "not_in_cycle", _("You are not in this lesson’s cycle."))
    return Receipt([result for result in results if result], sorted(missing))


def _lesson_of(lesson: ResearchLesson, batch: Batch, by: User) -> _Receiving:
    now = timezone.now()
    return _Receiving(lesson, by, batch.device, now, sync.offset(batch.client_now, now))


@dataclass
class _Receiving:
    """One person's records of one lesson, from one device."""

    lesson: ResearchLesson
    by: User
    device: UUID
    now: datetime
    behind: timedelta
    known: Known = field(init=False)
    session: ObservationSession = field(init=False)

    def take(
        self, records: Sequence[tuple[int, Record]], refused: Iterable[int]
    ) -> tuple[dict[int, Result], list[int]]:
        """Place → result, and the numbers of this device that never came."""
        numbers = [*refused, *(record.seq for _place, record in records if record.seq)]
        try:
            with transaction.atomic():
                tablet = self._tablet()
                outcomes = self._store(records) if records else {}
                return outcomes, self._hear(tablet, numbers)
        except NotAllowedNow as error:
            return {place: _forbidden(record, "still_planned", str(error)) for place, record in records}, []
        except IntegrityError:
            # Something these records name went while they came. One at a time, only what names it is refused.
            outcomes = dict(one for record in records for one in self._alone(record).items())
            with transaction.atomic():
                return outcomes, self._hear(self._tablet(), numbers)

    def keep(self, sent: Mapping[str, Any]) -> Result:
        """What becomes of one record that was sent before."""
        return self._store([(0, sync.read_record(sent))])[0]

    def _alone(self, place_and_record: tuple[int, Record]) -> dict[int, Result]:
        place, record = place_and_record
        try:
            with transaction.atomic():
                return self._store([place_and_record])
        except IntegrityError:
            message = _("What this names is not there any more. Choose again.")
            return {place: _rejected(str(record.id), "reference", message)}
        except NotAllowedNow as error:
            return {place: _forbidden(record, "still_planned", str(error))}

    def _store(self, records: Sequence[tuple[int, Record]]) -> dict[int, Result]:
        self.lesson = hold_among_others(self.lesson)
        if connection.vendor == "postgresql":  # a reference is refused here, not when all is committed
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.session = self._session()
        self.known = known_to(self.lesson, [record for _place, record in records])
        before = kept_under([record.id for _place, record in records])
        outcomes: dict[int, Result] = {}
        new: dict[UUID, tuple[int, Record]] = {}
        repeated: list[tuple[int, Record]] = []
        for place, record in records:
            if record.id in before or record.id in new:
                repeated.append((place, record))
                continue
            try:
                self.known.check(record)
            except Refused as refused:
                outcomes[place] = _refused(record, refused)
            else:
                new[record.id] = (place, record)
        inserted = self._insert([record for _place, record in new.values()])
        for id, (place, record) in new.items():
            if id in inserted:
                outcomes[place] = Result(str(id), STORED)
            else:  # somebody was faster by the blink of an eye
                repeated.append((place, record))
        if repeated:
            kept = kept_under([record.id for _place, record in repeated])
            outcomes |= {place: self._again(record, kept.get(record.id)) for place, record in repeated}
        self._strike_out(record for _place, record in new.values() if record.id in inserted)
        return outcomes

    def _session(self) -> ObservationSession:
        """Who sends without having opened the page is here all the same, and watched whom they say."""
        session, _new = ObservationSession.objects.get_or_create(
            lesson=self.lesson,
            observer=self.by,
            defaults={"school_id": self.lesson.school_id, "rules_accepted_at": self.now},
        )
        return session

    def _insert(self, records: Sequence[Record]) -> set[UUID]:
        """The ids of the records that were not there yet, and are now. In one order, whoever sends them."""
        records = sorted(records, key=lambda record: record.id)
        voids = [self._void(record) for record in records if record.kind == "void"]
        watches = [self._watch(record) for record in records if record.kind == "watch"]
        seen = [self._observation(record) for record in records if record.kind not in {"void", "watch"}]
        stored = insert_new(seen, once=["id"]) | insert_new(voids, once=["id"])
        return {id for (id,) in stored | insert_new(watches, once=["record"])}

    def _moment(self, record: Record, said: datetime | None = None) -> datetime:
        return sync.on_our_clock(
            said or record.happened_at,
            behind=self.behind,
            elapsed=record.elapsed if said is None else None,
            started_at=self.lesson.started_at,
            server_now=self.now,
        )

    def _observation(self, record: Record) -> Observation:
        moment = self._moment(record)
        return Observation(
            id=record.id,
            school_id=self.lesson.school_id,
            lesson=self.lesson,
            observer=self.by,
            kind=record.kind,
            code_id=self.known.code(record),
            student_id=record.student,
            target_id=record.target,
            target_teacher=record.at_teacher,
            group_id=record.group,
            step_id=record.step,
            response_id=record.response,
            happened_at=moment,
            said_at=record.happened_at,
            clock_behind=self.behind,
            elapsed=elapsed(self.lesson, moment) if record.elapsed is None else record.elapsed,
            seq=record.seq,
            fact=record.fact,
            interpretation=record.interpretation,
            question=record.question,
            domain=record.domain,
            flagged=record.flagged,
            device=self.device,
            digest=sync.digest(record),
            replaces_id=record.replaces,
        )

    def _void(self, record: Record) -> Void:
        return Void(
            id=record.id,
            school_id=self.lesson.school_id,
            lesson=self.lesson,
            observer=self.by,
            target=record.replaces or record.id,
            digest=sync.digest(record),
            happened_at=self._moment(record),
        )

    def _watch(self, record: Record) -> Watch:
        """Nobody watches on after the lesson; a watch that was never ended ends with it."""
        began = self._moment(record)
        ended = self._moment(record, record.until) if record.until else self.lesson.ended_at
        return Watch(
            school_id=self.lesson.school_id,
            session=self.session,
            record=record.id,
            digest=sync.digest(record),
            replaces=record.replaces,
            student_id=record.student,
            group_id=record.group,
            from_at=began,
            to_at=max(began, ended) if ended else None,
        )

    def _again(self, record: Record, kept: Kept | None) -> Result:
        """The same id a second time: the same record, another text of its author, or not theirs at all."""
        if kept is None or kept.observer != self.by.pk or kept.lesson != self.lesson.pk:
            return _forbidden(record, "not_yours", _("This belongs to somebody else."))
        if kept.digest == sync.digest(record):
            return Result(str(record.id), DUPLICATE)
        try:
            self.known.check_erased(record)
        except Refused as refused:
            return _refused(record, refused)
        clash = Clash(
            school_id=self.lesson.school_id,
            lesson=self.lesson,
            observer=self.by,
            record=record.id,
            digest=sync.digest(record),
            sent=sync.as_sent(record),
            student_id=self.known.of_the_school(record.student),
            target_id=self.known.of_the_school(record.target),
        )
        insert_new([clash], once=["record", "digest"])
        message = _("Something else was already sent under this id. Both are kept; choose between them.")
        return Result(str(record.id), CONFLICT, "other_content", message)

    def _strike_out(self, records: Iterable[Record]) -> None:
        """Void what these take back or replace, and those of them that were taken back before they came."""
        touched = {id for record in records for id in (record.id, record.replaces) if id}
        if not touched:
            return
        mine = {"lesson": self.lesson, "observer": self.by}
        struck: set[UUID] = set()
        struck |= set(Void.objects.filter(**mine, target__in=touched).values_list("target", flat=True))
        replaced = Observation.objects.filter(**mine, replaces__in=touched)
        struck |= set(replaced.values_list("replaces_id", flat=True))
        corrected = self.session.watches.filter(replaces__in=touched).values_list("replaces", flat=True)
        struck |= {id for id in corrected if id}
        if struck:
            Observation.objects.filter(**mine, pk__in=struck, voided_at=None).update(voided_at=self.now)
            self.session.watches.filter(record__in=struck, voided_at=None).update(voided_at=self.now)

    def _tablet(self) -> Tablet:
        """This device's own row, held: what it sends twice at once comes one after the other."""
        tablet, _new = Tablet.objects.select_for_update(of=("self",)).get_or_create(
            lesson=self.lesson,
            observer=self.by,
            device=self.device,
            defaults={"school_id": self.lesson.school_id, "last_heard_at": self.now},
        )
        return tablet

    def _hear(self, tablet: Tablet, numbers: Iterable[int]) -> list[int]:
        tablet.heard = sync.heard(tablet.heard, numbers)
        tablet.last_heard_at = self.now
        tablet.save(update_fields=["heard", "last_heard_at"])
        return sync.missing(tablet.heard)


@transaction.atomic
def settle(clash: Clash, outcome: str, *, by: User) -> Clash:
    """Decide between two texts that came under one id; nothing of either is lost.

    The second one is stored under an id of its own, in the first one's place or beside it. Deciding again
    changes nothing. Raises PermissionDenied, and NotAllowedNow where the second cannot be stored any more.
    """
    require(can_settle(by, clash))
    held = Clash.objects.select_for_update(of=("self",)).get(pk=clash.pk)
    if held.outcome:
        return held
    lesson = ResearchLesson.objects.select_related("school", "cycle").get(pk=clash.lesson_id)
    if outcome == Clash.Outcome.SECOND and held.sent["kind"] == "void":
        raise NotAllowedNow(_("What was taken back stays so. Let the first stand, or keep both."))
    if outcome != Clash.Outcome.FIRST:
        again = held.sent | {"id": str(uuid5(held.record, held.digest)), "seq": None}
        if outcome == Clash.Outcome.SECOND:
            again["replaces"] = str(held.record)
        result = _Receiving(lesson, by, held.record, timezone.now(), timedelta()).keep(again)
        if result.status not in {STORED, DUPLICATE}:
            raise NotAllowedNow(result.message or _("The second cannot be stored any more."))
    held.outcome, held.settled_at = outcome, timezone.now()
    held.save(update_fields=["outcome", "settled_at"])
    return held


# Answers


def _rejected(id: str | None, field: str, message: str) -> Result:
    return Result(id, REJECTED, field, message)


def _forbidden(record: Record, reason: str, message: str) -> Result:
    return Result(str(record.id), FORBIDDEN, reason, message)


def _refused(record: Record, refused: Refused) -> Result:
    return Result(str(record.id), refused.status, refused.reason, refused.message)


def _not_the_author(raw: Any) -> Result:
    message = _("Somebody else wrote this on this device. It waits until they sign in.")
    return Result(_id_in(raw), FORBIDDEN, "not_yours", message)


def _id_in(raw: Any) -> str | None:
    id = raw.get("id") if isinstance(raw, Mapping) else None
    return id[:100] if isinstance(id, str) else None


def _named(batch: Batch) -> set[int]:
    """The lessons that the records name, be there something else wrong with them."""
    said = (raw.get("lesson") for raw in batch.records if isinstance(raw, Mapping))
    return {lesson for lesson in said if sync.is_id(lesson)}


def _numbers_refused(raws: Sequence[Any], results: Sequence[Result | None], lesson: int) -> list[int]:
    """The numbers of records that were refused unread: they came, so they are not missing."""
    return [
        seq
        for raw, result in zip(raws, results, strict=True)
        if result
        and isinstance(raw, Mapping)
        and raw.get("lesson") == lesson
        and isinstance(seq := raw.get("seq"), int)
        and not isinstance(seq, bool)
        and 0 < seq <= sync.MOST_NUMBERS
    ]
