"""Snapshots to print: one of a lesson nobody recorded, one of an ordinary lesson."""

from typing import Any


def empty_snapshot(**changes: Any) -> dict[str, Any]:
    """A lesson of which nothing was kept."""
    return {
        "schema": 1,
        "lesson": 7,
        "title": "Sharing pizzas",
        "school": "SD Harapan 2",
        "school_class": "4B",
        "academic_year": "2026/2027",
        "subject": "",
        "topic": "",
        "sequence": 1,
        "kind": "first",
        "held_on": None,
        "minutes": 35,
        "compiled_at": "2026-10-14T09:12:33+07:00",
        "version": 1,
        "language": "en",
        "people": [],
        "plan": None,
        "method": {"observers": 0, "events": 0, "notes": 0, "interviews": 0, "voided": 0},
        "pupils": 0,
        "watched": 0,
        "events": 0,
        "turns": {},
        "codes": {},
        "by_pupil": {},
        "silent": [],
        "gini": None,
        "top_share": None,
        "groups": [],
        "claims": [],
        "statements": [],
        "decisions": [],
    } | changes


def snapshot(**changes: Any) -> dict[str, Any]:
    """A lesson of four pupils, one of them not watched, with something in every section."""
    by_pupil = {"S01": {"asks": 9, "explains": 16}, "S02": {"asks": 11, "listens": 2}, "S03": {"listens": 1}}
    return (
        empty_snapshot(
            subject="Mathematics",
            topic="Fractions",
            sequence=2,
            kind="next",
            held_on="2026-10-13",
            version=3,
            people=[
                {"role": "observer", "name": "Dedi Kurniawan"},
                {"role": "model_teacher", "name": "Ratna Puspita"},
                {"role": "observer", "name": "Wati Lestari"},
            ],
            plan={
                "version": 4,
                "prior_knowledge": "They can fold paper in halves.",
                "objectives": [
                    {
                        "domain": "cognitive",
                        "statement": "Compare shares.",
                        "success_criterion": "Draws both.",
                    }
                ],
                "steps": [plan_step()],
            },
            method={"observers": 2, "events": 39, "notes": 12, "interviews": 3, "voided": 1},
            pupils=4,
            watched=3,
            events=39,
            turns={"S01": 25, "S02": 11, "S03": 0},
            codes={"asks": 20, "explains": 16, "listens": 3},
            by_pupil=by_pupil,
            silent=["S03"],
            gini=0.4630,
            top_share=25 / 36,
            groups=[group(pupils=["S01", "S02", "S03", "S04"], turns=36, top_share=25 / 36)],
            claims=[claim()],
            statements=[statement()],
            decisions=[
                {
                    "text": "One pencil a table.",
                    "owner": "Dedi Kurniawan",
                    "due_on": "2026-10-20",
                    "done_at": None,
                }
            ],
        )
        | changes
    )


def plan_step(**changes: Any) -> dict[str, Any]:
    return {
        "number": 1,
        "phase": "opening",
        "minutes": 5,
        "activity": "Four friends share three pizzas.",
        "key_question": "How much does each one get?",
        "observation_point": "Who draws first?",
        "anticipated": [{"kind": "misconception", "text": "Three pieces each, of any size."}],
    } | changes


def group(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Mangga",
        "pupils": ["S01", "S02"],
        "events": 38,
        "turns": 36,
        "gini": 0.2,
        "top_share": 0.6,
        "chance_top_share": 0.55,
        "verdict": "band",
    } | changes


def claim(**changes: Any) -> dict[str, Any]:
    return {
        "text": "S02 began to ask once she had her own drawing.",
        "status": "corroborated",
        "evidence": 2,
        "against": 0,
        "axes": ["observer"],
        "items": [
            evidence(),
            evidence(who="Wati Lestari", on="2026-10-20", text="Asked before being asked."),
        ],
    } | changes


def evidence(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "observation",
        "stance": "supports",
        "who": "Dedi Kurniawan",
        "pupils": ["S02"],
        "on": "2026-10-13",
        "text": "Put the drawing in the middle.",
    } | changes


def statement(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "suggestion",
        "speaker": "Ratna Puspita",
        "about": "S02",
        "text": "Give everybody a pencil.",
        "opinion": False,
    } | changes
