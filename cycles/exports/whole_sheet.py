"""The team's sheet as a document: everything that stands on it, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cycles.exports.document import Document, Pairs, Section, Table, Text
from cycles.exports.facts import Facts
from cycles.sheet import HEADER, LEVELS, OBJECTIVE, ZONE, ideas, label, planned_minutes, worded


def whole_sheet(facts: Facts) -> Document:
    """Everything on the sheet, in the reader's words, to print and to read in again."""
    sheet = worded(facts.sheet)
    cycle, lesson = facts.lesson.cycle, facts.lesson
    about = _about(facts, sheet)
    told: list[Text | Pairs] = [Text(_when_and_who(facts)), *([Pairs(about)] if about else [])]
    sections = [Section(_("About the lesson"), told)]
    if sheet["objectives"]:
        sections.append(Section(_("Objectives"), [_objectives(sheet)]))
    sections.append(Section(_("Steps"), [_steps(facts, sheet)]))
    if sheet["zones"]:
        sections.append(Section(_("The board at the end"), [_zones(facts.sheet)]))
    return Document(
        title=cycle.title,
        kicker=" · ".join(filter(None, [lesson.school_class.name, cycle.subject, cycle.team.name])),
        school=lesson.school.name,
        language=get_language() or "en",
        sections=sections,
        foot=_("%(school)s · plan, version %(number)d")
        % {"school": lesson.school.name, "number": facts.plan.version},
        page=_("Page"),
        about=f"The plan of lesson {lesson.pk}",
        landscape=True,
    )


def _when_and_who(facts: Facts) -> str:
    lesson = facts.lesson
    minutes = _("%(planned)d of %(total)d minutes planned") % {
        "planned": planned_minutes(facts.sheet),
        "total": lesson.minutes,
    }
    day = facts.day or _("day not set yet")
    teacher = facts.teacher or _("model teacher not decided yet")
    return " · ".join(filter(None, [str(lesson.school_class), day, lesson.room, teacher, minutes]))


def _about(facts: Facts, sheet: Mapping[str, Any]) -> list[tuple[str, Text]]:
    lesson = facts.lesson
    told = []
    if lesson.cycle.hypothesis:
        told.append((_("Our hypothesis"), Text(lesson.cycle.hypothesis)))
    if sheet["dimensions"]:
        names = Text("\n".join(sheet["dimensions"]), name="dimensions")
        told.append((_("Dimensions of the graduate profile"), names))
    for name in HEADER:
        if text := sheet["header"][name]:
            told.append((label("header", name), Text(text, name=name)))
    return told


def _objectives(sheet: Mapping[str, Any]) -> Table:
    names = [
        name for name in OBJECTIVE if name not in LEVELS or any(row[name] for row in sheet["objectives"])
    ]
    head = [label("objectives", name) for name in names]
    rows = [
        [[Text(row[name], name=name, look="strong" if name == "statement" else "")] for name in names]
        for row in sheet["objectives"]
    ]
    widths = {"domain": 3, "statement": 5, "success_criterion": 4}  # a domain is one long word
    return Table(head, rows, [widths.get(name, 3) for name in names], name="objectives")


def _steps(facts: Facts, sheet: Mapping[str, Any]) -> Table:
    head = [
        _("Minutes"),
        _("What pupils do · key question"),
        _("What we expect them to think"),
        _("What we will do"),
        _("Watch for"),
    ]
    rows = [
        [
            [Text(str(row["minutes"]), name="minutes", look="strong"), *_named(row, _TAGS, look="soft")],
            [
                *_named(row, ["activity"], look="strong"),
                *_labelled(row, ["key_question", "link_to_known", "materials"]),
            ],
            [*_responses(row), *_predictions(row, facts.codes)],
            list(_named(row, ["teacher_response"])),
            [*_named(row, ["observation_point"]), *_labelled(row, ["evaluation_point"])],
        ]
        for row in sheet["steps"]
    ]
    return Table(head, rows, [4, 8, 8, 6, 6], name="steps")


_TAGS = ["phase", "episode", "grouping_mode", "domain"]


def _named(row: Mapping[str, Any], names: list[str], look: str = "") -> Iterator[Text]:
    for name in names:
        if row[name]:
            yield Text(row[name], name=name, look=look)


def _labelled(row: Mapping[str, Any], names: list[str]) -> Iterator[Text]:
    for name in names:
        if row[name]:
            yield Text(row[name], name=name, label=label("steps", name))


def _responses(row: Mapping[str, Any]) -> Iterator[Text]:
    for response in row["responses"]:
        yield Text(response["text"], name="response", label=response["kind"])
        if response["support"]:
            yield Text(response["support"], name="support", label=label("responses", "support"), look="soft")


def _predictions(row: Mapping[str, Any], codes: Mapping[int, str]) -> Iterator[Text]:
    for prediction in row["predictions"]:
        if code := codes.get(prediction["case_pupil"]):
            yield Text(prediction["text"], name="prediction", label=code)


def _zones(sheet: Mapping[str, Any]) -> Table:
    said = ideas(sheet)
    head = [*(label("zones", name) for name in ZONE), label("zones", "response")]
    rows = [
        [
            [Text(zone["title"], name="title", look="strong")],
            [Text(zone["content"], name="content")],
            [Text("" if zone["minute"] is None else str(zone["minute"]), name="minute")],
            [Text(said.get(zone["response"], ""), name="response")],
        ]
        for zone in sheet["zones"]
    ]
    return Table(head, rows, [4, 10, 2, 6], name="zones")
