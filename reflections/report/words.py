"""Every word the report prints, in the reader's language: page, PDF and spreadsheet share them."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from cycles.models import AnticipatedResponse, CycleRole, Domain, PlanStep, ResearchLesson
from cycles.stages import Stage
from observations.codes import LABELS
from reflections.models import Statement

Lazy = str | Promise

HEADINGS: dict[str, Lazy] = {
    "report": _("Lesson study report"),
    "heading_people": _("Who took part, and how we looked"),
    "heading_plan": _("The plan, as taught"),
    "heading_pupils": _("What the pupils did"),
    "heading_groups": _("In the groups"),
    "heading_findings": _("What we found"),
    "heading_leads": _("First guesses"),
    "heading_said": _("What was said in the debrief"),
    "heading_decisions": _("What we decided"),
}

# Said where a section has nothing to show.
EMPTY: dict[str, Lazy] = {
    "empty_people": _("Nobody is named for this lesson."),
    "empty_plan": _("No plan was kept for this lesson."),
    "empty_steps": _("The plan has no steps."),
    "empty_objectives": _("The plan has no objectives."),
    "empty_pupils": _("Nothing was recorded about any pupil in this lesson."),
    "empty_groups": _("The pupils were not placed in groups."),
    "empty_findings": _("No finding has enough evidence yet."),
    "empty_leads": _("No first guess is waiting for more evidence."),
    "empty_said": _("Nothing was written down from the debrief."),
    "empty_decisions": _("Nothing has been decided yet."),
}

FIELDS: dict[str, Lazy] = {
    "field_school": _("School"),
    "field_class": _("Class"),
    "field_subject": _("Subject"),
    "field_topic": _("Topic"),
    "field_theme": _("Theme"),
    "field_lesson": _("Lesson"),
    "field_held_on": _("Held on"),
    "minutes": _("%(minutes)s min"),
    "field_version": _("Version"),
    "field_compiled": _("Compiled"),
    "field_page": _("Page"),
    "not_held": _("no date"),
}

METHOD: dict[str, Lazy] = {
    "method_observers": _("Observers"),
    "method_events": _("Events"),
    "method_notes": _("Notes"),
    "method_interviews": _("Interviews"),
    "method_voided": _("Taken back"),
}

PLAN: dict[str, Lazy] = {
    "plan_prior": _("What pupils already know"),
    "plan_objectives": _("What pupils are to learn"),
    "plan_criterion": _("We can tell by"),
    "plan_minutes": _("Min"),
    "plan_activity": _("What pupils do"),
    "plan_anticipated": _("What we expected"),
    "plan_observation": _("What to watch"),
}

PUPILS: dict[str, Lazy] = {
    "pupils_watched": _("pupils watched"),
    "pupils_events": _("events recorded"),
    "pupils_turns": _("turns taken"),
    "pupils_silent": _("without a turn"),
    "pupil": _("Pupil"),
    "group": _("Group"),
    "turns": _("Turns"),
    "everybody": _("All"),
    "codes_unseen": _("Nobody was seen to do this: %(codes)s."),
    "turn_meaning": _("A turn is anything a pupil did but listening."),
    "silent": _("Watched, no turn recorded"),
    "silent_nobody": _("Every pupil watched took a turn."),
    "silent_meaning": _("Being quiet is not being absent: look at what they wrote, drew and followed."),
    "not_watched": _("not watched"),
    "too_few_turns": _("Too few turns, or too few pupils watched, for a figure on how turns were shared."),
    "share": _("Largest share"),
    "verdict": _("In words"),
    "largest_share": _("Largest share of one pupil: %(share)s."),
    "largest_share_by_chance": _(
        "Largest share of one pupil: %(share)s. By chance alone it is up to %(chance)s."
    ),
    "gini": _("Gini index: %(gini)s (0: all pupils alike, 1: one pupil alone)."),
    "band_meaning": _("Grey band: what chance alone gives."),
}

VERDICTS: dict[str, Lazy] = {
    "verdict_too_few": _("Too few turns to say how they were shared."),
    "verdict_band": _("Enough turns to look at, too few to judge."),
    "verdict_dominated": _("One pupil dominated: more turns than chance alone gives."),
    "verdict_shared": _("Shared: nobody had more turns than chance alone gives."),
}

STATUSES: dict[str, Lazy] = {
    "status_lead": _("first guess"),
    "status_supported": _("supported"),
    "status_corroborated": _("corroborated"),
    "status_triangulated": _("triangulated"),
    "status_confirmed": _("confirmed"),
    "status_contested": _("evidence against"),
    "meaning_lead": _("not enough evidence yet; worth watching again"),
    "meaning_supported": _("several pieces of evidence of one kind"),
    "meaning_corroborated": _("different evidence agrees in one way: by source, technique, observer or time"),
    "meaning_triangulated": _("different evidence agrees in two of these ways or more"),
    "meaning_confirmed": _("triangulated, and found again later or agreed by those it speaks of"),
    "meaning_contested": _("something speaks against it and is not answered yet"),
    "legend": _("How sure we are"),
    "leads_meaning": _("Not enough evidence yet to say so; worth watching again."),
    "axis_source": _("source"),
    "axis_technique": _("technique"),
    "axis_observer": _("observer"),
    "axis_time": _("time"),
    "axis_none": _("one source"),
}

EVIDENCE: dict[str, Lazy] = {
    "finding": _("Finding"),
    "findings": _("Findings"),
    "status": _("Status"),
    "evidence_for": _("Evidence for it"),
    "evidence_against": _("Evidence against it"),
    "evidence_context": _("Background"),
    "answer": _("What the team answers"),
    "item_observation": _("observation"),
    "item_interview": _("interview"),
    "item_statement": _("debrief"),
    "no_evidence": _("No evidence is linked yet."),
}

DEBRIEF: dict[str, Lazy] = {
    "speaker": _("Who"),
    "said": _("What was said"),
    "opinion": _("opinion"),
    "opinion_meaning": _("An opinion is something said without evidence linked to it."),
    "decision": _("Decision"),
    "decisions": _("Decisions"),
    "who": _("Who sees to it"),
    "by_when": _("By"),
    "done": _("Done"),
    "not_done": pgettext_lazy("decision", "open"),
    "unprintable": _("%(sign)s stands for a sign that cannot be printed."),
}


def _choices(prefix: str, choices: Iterable[tuple[str, Lazy]]) -> dict[str, Lazy]:
    return {f"{prefix}_{value}": label for value, label in choices}


# The words of the models' own choices: the report calls a thing what the screens call it.
CHOICES: dict[str, Lazy] = {
    **_choices("stage", Stage.choices),
    **_choices("role", CycleRole.Kind.choices),
    **_choices("kind", ResearchLesson.Kind.choices),
    **_choices("phase", PlanStep.Phase.choices),
    **_choices("domain", Domain.choices),
    **_choices("response", AnticipatedResponse.Kind.choices),
    **_choices("statement", Statement.Kind.choices),
    **_choices("code", LABELS.items()),
}

WORDS = (
    HEADINGS | EMPTY | FIELDS | METHOD | PLAN | PUPILS | VERDICTS | STATUSES | EVIDENCE | DEBRIEF | CHOICES
)


def words(language: str) -> dict[str, str]:
    """Return key → words in ``language`` ("id", "en").

    A key is a plain name (``heading_plan``) or a kind and a value of it (``status_lead``, ``role_observer``,
    ``code_asks``), so that ``words["status_" + status]`` finds the word of a stored value. Words with
    ``%(name)s`` in them are filled in by whoever prints them.
    """
    with override(language):
        return {key: str(word) for key, word in WORDS.items()}
