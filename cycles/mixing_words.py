"""A grouping in words that a teacher can read out to a parent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cycles import grouping_words
from cycles.grouping import GroupFacts, Infeasible, NoLone
from cycles.grouping.objective import Measure, Violation
from cycles.mixing import (
    ATTAINMENT,
    GENDER,
    INVITES,
    MIXED,
    NEEDS,
    QUIET,
    TAKES_OVER,
    Face,
    Seating,
    key,
)
from cycles.models import GroupingProof, ResearchLesson
from cycles.selectors import pupils_of

CLEARLY = 5  # points of a hundred: by that much a rule must hold a score down before it is said


@dataclass
class TableSaid:
    """A table with its pupils and the sentences about it."""

    number: int
    faces: list[Face]
    sentences: list[str]
    broken: list[str]


@dataclass
class MeasureSaid:
    """How evenly one thing is mixed, from 0 (drawing lots) to 100 (as whole pupils allow)."""

    words: str
    score: int
    note: str


def tables_said(seating: Seating) -> list[TableSaid]:
    """Each table with its sentences."""
    codes = _codes(seating)
    return [
        TableSaid(
            number,
            faces,
            _sentences(facts, faces, codes),
            [_broken(one) for one in facts.broken] + _too_near(seating, facts, codes),
        )
        for number, faces, facts in seating.tables
    ]


def _too_near(seating: Seating, facts: GroupFacts, codes: Mapping[str, str]) -> list[str]:
    """Pairs at this table who should not sit together."""
    pairs = [pupils for kind, pupils in seating.measured.broken if kind == "apart"]
    return [
        _("%(pupils)s should not sit together.")
        % {"pupils": grouping_words.listed(map(codes.__getitem__, pair))}
        for pair in pairs
        if set(pair) <= set(facts.pupils)
    ]


def _codes(seating: Seating) -> dict[str, str]:
    return {
        key(face.student.pk): face.student.code for _number, faces, _facts in seating.tables for face in faces
    }


def _sentences(facts: GroupFacts, faces: Sequence[Face], codes: Mapping[str, str]) -> list[str]:
    said = [_listed([_thirds(facts), _genders(facts)])]
    quiet = [codes[one] for one in facts.tagged.get(QUIET, ())]
    inviting = [face.student.code for face in faces if INVITES in face.tags]
    for code in quiet:
        company = [other for other in inviting if other != code]
        if company:
            said.append(
                _("Quiet %(quiet)s sits with %(inviting)s, who invites others.")
                % {"quiet": code, "inviting": company[0]}
            )
        else:
            said.append(_("%(quiet)s has been quiet.") % {"quiet": code})
    for code in (codes[one] for one in facts.tagged.get(TAKES_OVER, ())):
        said.append(_("%(pupil)s often takes over.") % {"pupil": code})
    if NEEDS in facts.tagged:
        number = len(facts.tagged[NEEDS])
        said.append(
            ngettext("%(number)d with support needs.", "%(number)d with support needs.", number)
            % {"number": number}
        )
    pairs = [f"{codes[first]} + {codes[second]}" for first, second in facts.again]
    if pairs:
        said.append(_("Together before: %(pairs)s.") % {"pairs": ", ".join(pairs)})
    for wish in facts.wishes:
        pupils = ", ".join(codes[one] for one in wish.pupils if one in codes)
        if wish.kind == "together":
            said.append(_("%(pupils)s together: your rule.") % {"pupils": pupils})
        elif wish.kind == "locked":
            said.append(_("%(pupils)s locked here.") % {"pupils": pupils})
    return [sentence for sentence in said if sentence]


def _thirds(facts: GroupFacts) -> str:
    found = facts.thirds.get(ATTAINMENT, {})
    words = [
        (found.get("high", 0), _("%(number)d high")),
        (found.get("middle", 0), _("%(number)d middle")),
        (found.get("low", 0), _("%(number)d low")),
        (found.get("unknown", 0), _("%(number)d unknown")),
    ]
    if not any(found.get(third, 0) for third in ("high", "middle", "low")):
        return ""
    return ", ".join(text % {"number": number} for number, text in words if number)


def _genders(facts: GroupFacts) -> str:
    found = facts.levels.get(GENDER, {})
    girls, boys = found.get("f", 0), found.get("m", 0)
    parts = [ngettext("%(number)d girl", "%(number)d girls", girls) % {"number": girls}] if girls else []
    parts += [ngettext("%(number)d boy", "%(number)d boys", boys) % {"number": boys}] if boys else []
    return ", ".join(parts)


def _listed(parts: Iterable[str]) -> str:
    told = [part for part in parts if part]
    return "; ".join(told) + "." if told else ""


def _broken(violation: Violation) -> str:
    if isinstance(violation.rule, NoLone):
        return _("One girl alone here.") if violation.rule.value == "f" else _("One boy alone here.")
    return _("%(number)d %(what)s here, where %(most)d would be shared out evenly.") % {
        "number": violation.count,
        "what": MIXED[violation.rule.tag][1],
        "most": violation.rule.most,
    }


def rules_said(seating: Seating) -> list[str]:
    """Every wish and rule that does not hold; [] where all do."""
    codes = _codes(seating)
    words = {
        "apart": _("%(pupils)s sit in one group, though they should not."),
        "together": _("%(pupils)s sit in different groups, though they should be together."),
    }
    said = [
        words[kind] % {"pupils": grouping_words.listed(codes.get(one, "") for one in pupils)}
        for kind, pupils in seating.measured.broken
        if kind in words
    ]
    for violation in seating.measured.violations:
        said.append(f"{_('Group %(number)d') % {'number': violation.group + 1}}: {_broken(violation)}")
    sizes = sorted({len(facts.pupils) for _number, _faces, facts in seating.tables})
    if sizes and (sizes[0] < 4 or sizes[-1] > 6):
        size = sizes[0] if sizes[0] < 4 else sizes[-1]
        said.append(_("Groups of four to six work best; one here has %(size)d.") % {"size": size})
    return said


def measures_said(seating: Seating) -> list[MeasureSaid]:
    """How evenly each thing is mixed, and which rule holds it down."""
    return [
        MeasureSaid(str(MIXED[one.name][1]), round(one.score), _held_down(one))
        for one in sorted(seating.measured.measures, key=lambda one: -one.weight)
    ]


def _held_down(measure: Measure) -> str:
    possible = 100 * (1 - measure.least_by_rule) / (1 - measure.least) if measure.least < 1 else 100
    if measure.name == GENDER and 100 - possible >= CLEARLY:
        return _("at most %(score)d while no girl and no boy is alone") % {"score": max(0, round(possible))}
    return ""


def side_by_side(both: Sequence[Seating]) -> list[tuple[str, list[int]]]:
    """Each thing that is mixed, with its score in each of the groupings."""
    told = [{one.name: round(one.score) for one in seating.measured.measures} for seating in both]
    names = [name for name in MIXED if any(name in scores for scores in told)]
    return [(str(MIXED[name][1]), [scores.get(name, 0) for scores in told]) for name in names]


def why_not(found: Iterable[Infeasible], lesson: ResearchLesson) -> list[str]:
    """Why the wishes cannot be met, by pupils' codes."""
    codes = {key(pupil.pk): pupil.code for pupil in pupils_of(lesson)}
    return [grouping_words.why_not(one, name=lambda pupil: codes.get(pupil, pupil)) for one in found]


def proof_said(proof: GroupingProof) -> list[str]:
    """What came of the look into better groups, and what each rule costs."""
    if proof.state == GroupingProof.State.FAILED:
        return [_("It could not be worked out. You can ask again.")]
    if proof.state != GroupingProof.State.READY:
        return []
    said = [_verdict(proof)]
    if proof.rules_proven and not proof.is_best:
        said.append(_("No grouping breaks fewer rules: that is certain."))
    for name, cost in sorted(proof.costs.items(), key=lambda told: -told[1]):
        said.append(
            _("%(rule)s: costs %(points)s points of a hundred.")
            % {"rule": _rule(name), "points": max(1, round(100 * cost))}
        )
    if not proof.costs:
        said.append(_("No rule costs anything: without them the mix would be the same."))
    return said


def _verdict(proof: GroupingProof) -> str:
    if proof.better is not None:
        best = _("Better groups were found, and none better than those exist.")
        return best if proof.is_best else _("Better groups were found.")
    if proof.is_best:
        return _("No better groups of these sizes exist: every possible group was looked at.")
    if proof.could_gain is None:
        return _("There are too many possible groups to look at each of them.")
    return _("At most %(percent)s %% better could exist.") % {"percent": _percent(proof.could_gain)}


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.1f}" if percent < 10 else f"{percent:.0f}"


def _rule(name: str) -> str:
    rules = {
        "no_lone": _("No girl and no boy alone"),
        "apart": _("Pupils who must not sit together"),
        "together": _("Pupils who must sit together"),
    }
    return rules.get(name) or _("Sharing out: %(what)s") % {"what": MIXED[name][1]}
