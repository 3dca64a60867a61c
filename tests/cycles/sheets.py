"""Whole sheets to print, read in and compare."""

from hypothesis import strategies as st

from cycles.sheet import OBJECTIVE, RESPONSE, STEP, ZONE, take
from cycles.workflow import fill
from lessonstudy.lib.plain import plain

LINES = (
    st.text(alphabet="abc =+-@:·é½م日 \n\t'\"<&\\", max_size=40)
    .map(str.strip)
    .filter(lambda text: plain(text) == text)
)
NAMES = {"objectives": OBJECTIVE, "steps": STEP, "zones": ZONE}


def whole(pupil=None):
    """A sheet with every field filled."""
    return {
        "header": {
            "topic": "Fair shares",
            "prior_knowledge": "Halves.\nQuarters of one cake.",
            "learning_outcome": "Fractions as parts of a whole",
            "meaning": "To share is to make equal parts.",
            "opening_question": "Who gets more?",
            "material_character": "Conceptual",
            "approach": "One problem, many ways",
            "partnership": "Parents bring cake tins",
            "environment": "Four tables",
            "digital_tools": "None",
            "facilities": "Paper, scissors",
            "assessment": "Drawings and what is said of them",
            "worksheet": "Three cakes, four children.",
            "reading": "Pages 12–14",
            "glossary": "Part: a piece of a whole",
        },
        "dimensions": [],
        "objectives": [
            {
                "domain": "affective",
                "statement": "Pupils listen to each idea.",
                "success_criterion": "Says it again in own words.",
                "level_starting": "Hears",
                "level_adequate": "Repeats",
                "level_capable": "Adds",
                "level_proficient": "Asks",
            },
            {"domain": "cognitive", "statement": "Names the part."},
        ],
        "steps": [
            {
                "phase": "opening",
                "episode": "information",
                "domain": "cognitive",
                "grouping_mode": "whole",
                "minutes": 10,
                "activity": "Three cakes: four children.\nWho gets how much?",
                "key_question": "Fair?",
                "link_to_known": "Halving",
                "teacher_response": "Write every guess.",
                "observation_point": "Who guesses alone?",
                "evaluation_point": "Each has guessed.",
                "materials": "Paper",
                "responses": [
                    {"id": -1, "kind": "misconception", "text": "Correct: a third", "support": "Fold\nit."},
                    {"id": -2, "kind": "none", "text": "Silence", "support": ""},
                ],
                "predictions": [{"case_pupil": pupil.pk, "text": "Waits\nfor others"}] if pupil else [],
            },
            {"phase": "core", "minutes": 25, "activity": "=1+1 is a formula to nobody", "responses": []},
        ],
        "zones": [
            {"title": "Ways", "content": "Bars\nCircles", "minute": 20, "response": -1},
            {"title": "Conclusion", "content": "", "minute": None, "response": None},
        ],
    }


def words_of(plan):
    """What a plan says, its rows by their place instead of their ids."""
    sheet = take(plan)
    texts = {response["id"]: response["text"] for step in sheet["steps"] for response in step["responses"]}
    told = {"header": sheet["header"], "dimensions": sheet["dimensions"]}
    for part, names in NAMES.items():
        told[part] = [{name: row[name] for name in names} for row in sheet[part]]
    for step, row in zip(told["steps"], sheet["steps"], strict=True):
        step["responses"] = [{name: answer[name] for name in RESPONSE} for answer in row["responses"]]
        step["predictions"] = row["predictions"]
    for zone, row in zip(told["zones"], sheet["zones"], strict=True):
        zone["response"] = texts.get(row["response"])
    return told


def every_text(sheet):
    """All that people wrote in a sheet."""
    if isinstance(sheet, str):
        return {sheet} - {""}
    if isinstance(sheet, dict):
        chosen = {"domain", "phase", "episode", "grouping_mode", "kind"}
        return set().union(*(every_text(value) for key, value in sheet.items() if key not in chosen))
    return set().union(*map(every_text, sheet)) if isinstance(sheet, list) else set()


def write(plan, sheet):
    fill(plan, sheet, by=None)
