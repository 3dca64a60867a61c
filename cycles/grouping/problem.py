"""What is asked of a grouping: pupils, sizes, what to mix, what must hold. Reads the published JSON form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import Any

FORM = "hetgroups-instance/1"
MOST_PUPILS = 1000
MOST = 1e9  # of a number, so that squares and sums stay numbers


class BadProblem(ValueError):
    """The problem is not one. ``code`` and ``params`` say what is wrong; the caller finds the words.

    Of a ``wrong_value``, ``place`` says where in the JSON it stands and ``wanted`` what kind belongs there.
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params


class Kind(StrEnum):
    NUMERIC = "numeric"
    CATEGORY = "category"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something to mix. ``weight`` is relative to the others; ``spread`` (0–1, numeric only) is the share of
    it that asks each group to span high and low, not only to have a fair mean.
    """

    name: str
    kind: Kind
    weight: float
    spread: float = 0.0


@dataclass(frozen=True, slots=True)
class Pupil:
    """``values``: attribute → number or level, absent where not known; ``tags``: those that apply."""

    id: str
    values: Mapping[str, float | str] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class NoLone:
    """No group has exactly one pupil of this level."""

    attribute: str
    value: str

    def breaks(self, count: int) -> int:
        """How often a group with so many of them breaks the rule."""
        return int(count == 1)


@dataclass(frozen=True, slots=True)
class Cap:
    """No group has more than ``most`` pupils with this tag."""

    tag: str
    most: int

    def breaks(self, count: int) -> int:
        """How often a group with so many of them breaks the rule: once for each above."""
        return max(0, count - self.most)


Rule = NoLone | Cap


@dataclass(frozen=True)
class Problem:
    """Pupils to place into groups of these sizes; a group is known by its position in ``sizes``.

    ``together`` (two or more), ``apart`` (pairs) and ``locked`` (pupil → group) must hold. ``no_lone`` and
    ``caps`` are broken only where they cannot all be kept. ``met`` holds pairs who were together before, with
    how much that counts (1 for last time); ``met_weight`` is its weight among the attributes.
    """

    pupils: tuple[Pupil, ...]
    sizes: tuple[int, ...]
    attributes: tuple[Attribute, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    locked: Mapping[str, int] = field(default_factory=dict)
    no_lone: tuple[NoLone, ...] = ()
    caps: tuple[Cap, ...] = ()
    met: tuple[tuple[str, str, float], ...] = ()
    met_weight: float = 0.0

    def __post_init__(self) -> None:
        _check(self)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(pupil.id for pupil in self.pupils)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return (*self.no_lone, *self.caps)

    def holders(self, rule: Rule) -> frozenset[str]:
        """The pupils a rule is about."""
        if isinstance(rule, Cap):
            return frozenset(pupil.id for pupil in self.pupils if rule.tag in pupil.tags)
        return frozenset(
            pupil.id
            for pupil in self.pupils
            if rule.attribute in pupil.values and level(pupil.values[rule.attribute]) == rule.value
        )


def level(value: float | str) -> str:
    """A value as the name of a level; whole numbers without their point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _check(problem: Problem) -> None:
    ids = problem.ids
    if len(ids) < 2:
        raise BadProblem("too_few_pupils", pupils=len(ids))
    if len(ids) > MOST_PUPILS:
        raise BadProblem("too_many_pupils", pupils=len(ids), most=MOST_PUPILS)
    if twice := sorted(one for one, times in Counter(ids).items() if times > 1):
        raise BadProblem("pupil_twice", pupils=twice)
    _check_sizes(problem)
    _check_wishes(problem)


def _check_sizes(problem: Problem) -> None:
    if not problem.sizes or min(problem.sizes) < 1:
        raise BadProblem("size_not_positive", sizes=list(problem.sizes))
    if sum(problem.sizes) != len(problem.pupils):
        raise BadProblem("sizes_do_not_add_up", places=sum(problem.sizes), pupils=len(problem.pupils))


def _check_wishes(problem: Problem) -> None:
    pairs = [*problem.together, *problem.apart, *((first, second) for first, second, _ in problem.met)]
    named = {*problem.locked, *(one for pair in pairs for one in pair)}
    if strangers := sorted(named - set(problem.ids)):
        raise BadProblem("unknown_pupil", pupils=strangers)
    for first, second in problem.apart:
        if first == second:
            raise BadProblem("apart_from_oneself", pupils=[first])
    for pupil, group in problem.locked.items():
        if not 0 <= group < len(problem.sizes):
            raise BadProblem("no_such_group", pupils=[pupil], group=group, groups=len(problem.sizes))


def read(data: Any) -> Problem:
    """The problem in a JSON object of form ``hetgroups-instance/1``. Raises BadProblem, naming the place."""
    if not isinstance(data, dict):
        raise BadProblem("not_an_object")
    if data.get("format", FORM) != FORM:
        raise BadProblem("other_form", form=str(data["format"])[:40], known=FORM)
    hard, rules, repeat = (_object(data, name) for name in ("hard", "rules", "repeat"))
    attributes = _attributes(data)
    no_lone = tuple(_no_lone(one) for one in _list(rules, "no_isolated", "rules"))
    locked = _object(hard, "locked", "hard")
    return Problem(
        pupils=_pupils(data, attributes, no_lone),
        sizes=tuple(_whole(n, "group_sizes") for n in _list(data, "group_sizes")),
        attributes=attributes,
        together=tuple(_ids(one, "hard.together") for one in _list(hard, "together", "hard")),
        apart=tuple(_pair(one, "hard.apart") for one in _list(hard, "apart", "hard")),
        locked={_id(one, "hard.locked"): _whole(group, "hard.locked") for one, group in locked.items()},
        no_lone=no_lone,
        caps=tuple(_cap(one) for one in _list(rules, "cap", "rules")),
        met=tuple(_met(one) for one in _list(repeat, "pairs", "repeat")),
        met_weight=_number(repeat.get("weight", 0), "repeat.weight", least=0),
    )


def _attributes(data: Mapping[str, Any]) -> tuple[Attribute, ...]:
    found = [_attribute(one, f"attributes[{n}]") for n, one in enumerate(_list(data, "attributes"))]
    if twice := sorted(name for name, times in Counter(one.name for one in found).items() if times > 1):
        raise BadProblem("attribute_twice", names=twice)
    return tuple(found)


def _attribute(one: Any, place: str) -> Attribute:
    name, kind = (one.get("name"), one.get("kind")) if isinstance(one, dict) else (None, None)
    if not isinstance(name, str) or not name or not isinstance(kind, str) or kind not in set(Kind):
        raise BadProblem("wrong_value", place=place, wanted="attribute")
    weight = _number(one.get("weight", 1), f"{place}.weight", least=0)
    spread = one.get("spread")
    spread = 0.0 if spread is None else _number(spread, f"{place}.spread", least=0)
    if spread > 1:
        raise BadProblem("wrong_value", place=f"{place}.spread", wanted="share")
    return Attribute(name, Kind(kind), weight, spread)


def _pupils(
    data: Mapping[str, Any], attributes: Sequence[Attribute], rules: Sequence[NoLone]
) -> tuple[Pupil, ...]:
    """The pupils with what is to be mixed, and with what only a rule asks for."""
    students = _list(data, "students")
    kinds = {one.name: one.kind for one in attributes}
    for rule in rules:
        if rule.attribute in kinds:
            continue
        if not any(isinstance(one, dict) and rule.attribute in one for one in students):
            raise BadProblem("unknown_attribute", name=rule.attribute)
        kinds[rule.attribute] = Kind.CATEGORY
    return tuple(_pupil(one, kinds, f"students[{n}]") for n, one in enumerate(students))


def _pupil(one: Any, kinds: Mapping[str, Kind], place: str) -> Pupil:
    if not isinstance(one, dict):
        raise BadProblem("wrong_value", place=place, wanted="pupil")
    values: dict[str, float | str] = {}
    for name, kind in kinds.items():
        value = one.get(name)
        if kind is Kind.NUMERIC and value is not None:
            values[name] = _number(value, f"{place}.{name}")
        elif kind is Kind.CATEGORY and value is not None:
            values[name] = _level(value, f"{place}.{name}")
    tags = frozenset(_level(tag, f"{place}.tags") for tag in _list(one, "tags", place))
    return Pupil(_id(one.get("id"), f"{place}.id"), values, tags)


def _no_lone(one: Any) -> NoLone:
    if not isinstance(one, dict) or not isinstance(one.get("attribute"), str):
        raise BadProblem("wrong_value", place="rules.no_isolated", wanted="no_lone")
    return NoLone(one["attribute"], _level(one.get("value"), "rules.no_isolated"))


def _cap(one: Any) -> Cap:
    if not isinstance(one, dict) or "tag" not in one:
        raise BadProblem("wrong_value", place="rules.cap", wanted="cap")
    return Cap(_level(one["tag"], "rules.cap"), _whole(one.get("max"), "rules.cap"))


def _met(one: Any) -> tuple[str, str, float]:
    if not isinstance(one, list) or len(one) not in {2, 3}:
        raise BadProblem("wrong_value", place="repeat.pairs", wanted="met")
    first, second = _id(one[0], "repeat.pairs"), _id(one[1], "repeat.pairs")
    if first == second:
        raise BadProblem("wrong_value", place="repeat.pairs", wanted="met")
    return first, second, _number(one[2], "repeat.pairs", least=0) if len(one) == 3 else 1.0


def _pair(one: Any, place: str) -> tuple[str, str]:
    ids = _ids(one, place)
    if len(ids) != 2:
        raise BadProblem("wrong_value", place=place, wanted="pair")
    return ids[0], ids[1]


def _ids(one: Any, place: str) -> tuple[str, ...]:
    if not isinstance(one, list):
        raise BadProblem("wrong_value", place=place, wanted="ids")
    return tuple(_id(each, place) for each in one)


def _id(one: Any, place: str) -> str:
    if isinstance(one, bool) or not isinstance(one, (str, int)) or one == "":
        raise BadProblem("wrong_value", place=place, wanted="id")
    return str(one)


def _whole(one: Any, place: str) -> int:
    if isinstance(one, bool) or not isinstance(one, int) or not 0 <= one <= MOST:
        raise BadProblem("wrong_value", place=place, wanted="whole")
    return one


def _number(one: Any, place: str, *, least: float = -MOST) -> float:
    if isinstance(one, bool) or not isinstance(one, (int, float)) or not least <= one <= MOST:
        raise BadProblem("wrong_value", place=place, wanted="number" if least else "not_negative")
    return float(one)


def _level(one: Any, place: str) -> str:
    if not isinstance(one, (str, int, float)) or (isinstance(one, float) and not isfinite(one)):
        raise BadProblem("wrong_value", place=place, wanted="level")
    return str(one) if isinstance(one, (str, bool)) else level(float(one) if abs(one) <= MOST else str(one))


def _list(data: Mapping[str, Any], name: str, place: str = "") -> Sequence[Any]:
    found = data.get(name)
    if found is not None and not isinstance(found, list):
        raise BadProblem("wrong_value", place=f"{place}.{name}".lstrip("."), wanted="list")
    return found or []


def _object(data: Mapping[str, Any], name: str, place: str = "") -> Mapping[str, Any]:
    found = data.get(name)
    if found is not None and not isinstance(found, dict):
        raise BadProblem("wrong_value", place=f"{place}.{name}".lstrip("."), wanted="object")
    return found or {}
