"""The two forms of a plan that Indonesian schools hand in, from the same sheet.

Both follow the parts that the ministry's guides name (Modul Ajar; Perencanaan Pembelajaran Mendalam, 2025).
They are official papers, so they are printed in Indonesian whoever asks; what is still empty says so. Texts
of the sheet have their names, so that a form that was changed elsewhere is read in again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from cycles.exports.document import Cell, Document, Pairs, Section, Table, Text
from cycles.exports.facts import Facts
from cycles.models import PlanStep
from cycles.sheet import OBJECTIVE, label, planned_minutes, worded

Phase, Episode = PlanStep.Phase, PlanStep.Episode
# The three experiences of deep learning, and the phase that stands for each where a step names no episode.
EXPERIENCES = (
    (Episode.INFORMATION, Phase.OPENING),
    (Episode.TRANSFORMATION, Phase.CORE),
    (Episode.EVALUATION, Phase.CLOSING),
)


def experience_titles() -> list[str]:
    """What the three experiences are called."""
    return [_("Understanding"), _("Applying"), _("Reflecting")]


def not_written() -> str:
    """What stands where nothing is written."""
    return _("Not written yet")


def teaching_module(facts: Facts) -> Document:
    """Modul Ajar: general information, core components, appendices."""
    with override("id"):
        header = facts.sheet["header"]
        general = [
            *_identity(facts),
            (_("Initial competence"), _or_empty(header["prior_knowledge"], "prior_knowledge")),
            (_("Graduate profile"), _or_empty("\n".join(facts.sheet["dimensions"]), "dimensions")),
            (_("Facilities and infrastructure"), _or_empty(header["facilities"], "facilities")),
            (_("Target pupils"), Text(_target(facts))),
            (_("Learning model"), _or_empty(header["approach"], "approach")),
        ]
        core = [
            Section(_("Learning objectives"), _objectives(facts), level=2),
            _written(_("Meaningful understanding"), header, "meaning"),
            _written(_("Trigger questions"), header, "opening_question"),
            *(
                Section(_phase_title(facts, phase), _activities(facts, steps), level=2)
                for phase in Phase
                if (steps := [step for step in facts.sheet["steps"] if step["phase"] == phase])
            ),
            Section(_("Assessment"), _assessment(facts), level=2),
            Section(
                _("Reflection"), [Text(_("To be written together after the lesson."), look="soft")], level=2
            ),
        ]
        appendices = [
            _written(_("Pupils’ worksheet"), header, "worksheet"),
            _written(_("Reading for pupils and teachers"), header, "reading"),
            _written(_("Glossary"), header, "glossary"),
        ]
        return _document(
            facts,
            _("Teaching module"),
            [
                Section(_("A. General information"), [Pairs(general)]),
                Section(_("B. Core components"), []),
                *core,
                Section(_("C. Appendices"), []),
                *appendices,
            ],
        )


def deep_learning_plan(facts: Facts) -> Document:
    """Perencanaan Pembelajaran Mendalam: identification, design, learning experience, assessment."""
    with override("id"):
        header = facts.sheet["header"]
        identification = [
            (_("Pupils’ readiness"), _or_empty(header["prior_knowledge"], "prior_knowledge")),
            (_("Character of the material"), _or_empty(header["material_character"], "material_character")),
            (_("Graduate profile"), _or_empty("\n".join(facts.sheet["dimensions"]), "dimensions")),
        ]
        design = [
            (_("Learning outcome"), _or_empty(header["learning_outcome"], "learning_outcome")),
            (_("Topic"), _or_empty(header["topic"])),
            (_("Pedagogical practice"), _or_empty(header["approach"], "approach")),
            (_("Learning partnership"), _or_empty(header["partnership"], "partnership")),
            (_("Learning environment"), _or_empty(header["environment"], "environment")),
            (_("Use of digital tools"), _or_empty(header["digital_tools"], "digital_tools")),
        ]
        experiences = [
            Section(title, _activities(facts, steps, with_phases=True), level=2)
            for title, (episode, phase) in zip(experience_titles(), EXPERIENCES, strict=True)
            if (steps := [step for step in facts.sheet["steps"] if _is_in(step, episode, phase)])
        ]
        return _document(
            facts,
            _("Deep learning plan"),
            [
                Section(_("Identity"), [Pairs(_identity(facts))]),
                Section(_("Identification"), [Pairs(identification)]),
                Section(_("Learning design"), [Pairs(design)]),
                Section(_("Learning objectives"), _objectives(facts), level=2),
                Section(_("Learning experience"), [] if experiences else [_or_empty("")]),
                *experiences,
                Section(_("Assessment"), _assessment(facts)),
            ],
        )


def _is_in(step: Mapping[str, Any], episode: str, phase: str) -> bool:
    """Every step is in one experience: that of its episode; without one, that of its phase."""
    return step["episode"] == episode if step["episode"] else step["phase"] == phase


def _document(facts: Facts, form: str, sections: Sequence[Section]) -> Document:
    lesson = facts.lesson
    return Document(
        title=facts.sheet["header"]["topic"] or lesson.cycle.title,
        kicker=form,
        school=lesson.school.name,
        language="id",
        sections=sections,
        foot=f"{lesson.school.name} · {form}",
        page=_("Page"),
        about=f"A school form of the plan of lesson {lesson.pk}",
    )


def _identity(facts: Facts) -> list[tuple[str, Text]]:
    lesson, cycle = facts.lesson, facts.lesson.cycle
    return [
        (_("School"), Text(lesson.school.name)),
        (_("Written by"), Text(", ".join(filter(None, [cycle.team.name, facts.teacher])))),
        (_("Class"), Text(str(lesson.school_class))),
        (_("Subject"), _or_empty(cycle.subject)),
        (_("Topic"), _or_empty(facts.sheet["header"]["topic"], "topic")),
        (_("Day"), _or_empty(facts.day)),
        (_("Time"), Text(_("%(minutes)d minutes") % {"minutes": lesson.minutes})),
    ]


def _target(facts: Facts) -> str:
    return _("%(count)d pupils of class %(name)s") % {
        "count": facts.pupils,
        "name": facts.lesson.school_class.name,
    }


def _objectives(facts: Facts) -> list[Text | Table | Pairs]:
    rows = worded(facts.sheet)["objectives"]
    if not rows:
        return [_or_empty("")]
    told: list[Text | Table | Pairs] = [
        Text(f"{n}. {row['statement']}", name="statement") for n, row in enumerate(rows, start=1)
    ]
    names = [name for name in OBJECTIVE[2:] if any(row[name] for row in rows)]
    if names:
        head = ["", *(label("objectives", name) for name in names)]
        table = [
            [[Text(str(n), name="number")], *([Text(row[name], name=name)] for name in names)]
            for n, row in enumerate(rows, start=1)
        ]
        told.append(Table(head, table, [1, *([6] * len(names))], name="levels"))
    return told


def _phase_title(facts: Facts, phase: PlanStep.Phase) -> str:
    minutes = planned_minutes({"steps": [step for step in facts.sheet["steps"] if step["phase"] == phase]})
    return _("%(phase)s (%(minutes)d minutes)") % {"phase": phase.label, "minutes": minutes}


def _activities(
    facts: Facts, steps: Iterable[Mapping[str, Any]], *, with_phases: bool = False
) -> list[Text | Table | Pairs]:
    """Under a heading that says which part of the lesson this is. ``with_phases``: the heading names an
    experience; the phase is said of each step that does not follow from it.
    """
    told = worded({**facts.sheet, "objectives": [], "steps": list(steps)})["steps"]
    head = [_("Minutes"), _("What pupils do"), _("Expected responses and help")]
    rows = [
        [_timing(step, with_phase=with_phases and bool(step["episode"])), _doing(step), _expecting(step)]
        for step in told
    ]
    return [Table(head, rows, [2, 9, 8], name="activities")]


def _timing(step: Mapping[str, Any], *, with_phase: bool) -> Cell:
    phase = [Text(step["phase"], name="phase", look="soft")] if with_phase else []
    return [Text(str(step["minutes"]), name="minutes"), *phase]


def _doing(step: Mapping[str, Any]) -> Cell:
    names = ["key_question", "link_to_known", "materials", "teacher_response"]
    rest = [Text(step[name], name=name, label=label("steps", name)) for name in names if step[name]]
    mode = step["grouping_mode"]
    tags = [Text(mode, name="grouping_mode", look="soft")] if mode else []
    return [Text(step["activity"], name="activity", look="strong"), *tags, *rest]


def _expecting(step: Mapping[str, Any]) -> Cell:
    told = []
    for response in step["responses"]:
        told.append(Text(response["text"], name="response", label=response["kind"]))
        if response["support"]:
            told.append(Text(response["support"], name="support", label="→", look="soft"))
    return told


def _assessment(facts: Facts) -> list[Text | Table | Pairs]:
    points = [
        (step["activity"].split("\n")[0], Text(step["evaluation_point"], name="evaluation_point"))
        for step in facts.sheet["steps"]
        if step["evaluation_point"]
    ]
    told: list[Text | Table | Pairs] = [_or_empty(facts.sheet["header"]["assessment"], "assessment")]
    return [*told, Pairs(points)] if points else told


def _written(title: str, header: Mapping[str, str], name: str) -> Section:
    return Section(title, [_or_empty(header[name], name)], level=2)


def _or_empty(text: str, name: str = "") -> Text:
    return Text(text, name=name) if text else Text(not_written(), name=name, look="soft")
