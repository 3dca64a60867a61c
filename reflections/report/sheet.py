"""What the pages of a report say: a snapshot turned into words, numbers and dates of one language.

Small numbers are kept honest here: no index and no judgement where chance could have made it.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import override

from reflections.measures import TURNS_FOR_A_BAND, TURNS_FOR_A_WORD, Spread
from reflections.report.words import words

Rows = list[dict[str, Any]]
Words = dict[str, str]

WATCHED_FOR_AN_INDEX = 0.6  # of the class; with fewer watched, a figure on the class is one on the watching
STRENGTH = ("supported", "corroborated", "triangulated", "confirmed", "contested")
STANCES = {"supports": "for", "contradicts": "against", "context": "context"}


def sheet(snapshot: dict[str, Any], language: str) -> dict[str, Any]:
    """Return everything a page prints, as JSON-able data in which no word is left to choose.

    ``words`` (see words.py) · ``title``, ``school``, ``place``, ``stamp`` · ``facts``, ``people``,
    ``method``: pairs of name and value · ``stages``: stage, name, counts · ``plan``: as in the snapshot, with
    words for its kinds, or None · ``pupils``, ``groups``, ``findings`` (numbered), ``leads``, ``legend``,
    ``said``, ``decisions``: see the functions below.
    """
    say = words(language)
    with override(language):
        claims = [_claim(claim, say) for claim in snapshot["claims"]]
        findings = [claim for claim in claims if claim["status"] != "lead"]
        return {
            "language": language,
            "words": say,
            "title": snapshot["title"],
            "school": snapshot["school"],
            **_frame(snapshot, say),
            "facts": _facts(snapshot, say),
            "stages": _stages(snapshot, len(findings), say),
            "people": _people(snapshot["people"], say),
            "method": [
                [label, _number(snapshot["method"][key])] for key, label in _labels("method", say).items()
            ],
            "plan": _plan(snapshot["plan"], say),
            "pupils": _pupils(snapshot, say),
            "groups": _groups(snapshot, say),
            "findings": [claim | {"number": number} for number, claim in enumerate(findings, 1)],
            "leads": [claim for claim in claims if claim["status"] == "lead"],
            "legend": _legend({claim["status"] for claim in findings}, say),
            "said": [said | {"kind": say[f"statement_{said['kind']}"]} for said in snapshot["statements"]],
            "decisions": [_decision(decision, say) for decision in snapshot["decisions"]],
        }


def verdict(group: dict[str, Any]) -> Spread:
    """Return a group's verdict, never bolder than its number of turns allows."""
    if group["turns"] < TURNS_FOR_A_BAND or group["verdict"] == Spread.TOO_FEW:
        return Spread.TOO_FEW
    return Spread(group["verdict"]) if group["turns"] >= TURNS_FOR_A_WORD else Spread.BAND


def _frame(snapshot: dict[str, Any], say: Words) -> dict[str, str]:
    """What stands at the head and the foot of every page."""
    compiled = _date(snapshot["compiled_at"], "j F Y, H:i")
    return {
        "place": f"{snapshot['school']} · {say['field_class']} {snapshot['school_class']}",
        "stamp": f"{say['field_version']} {snapshot['version']} · {say['field_compiled']} {compiled}",
    }


def _facts(snapshot: dict[str, Any], say: Words) -> list[list[str]]:
    held_on = _date(snapshot["held_on"], "j F Y") or say["not_held"]
    facts = [
        [say["field_school"], snapshot["school"]],
        [say["field_class"], f"{snapshot['school_class']} · {snapshot['academic_year']}"],
        [say["field_subject"], snapshot["subject"]],
        [say["field_topic"], snapshot["topic"]],
        [say["field_lesson"], f"{snapshot['sequence']} · {say['kind_' + snapshot['kind']]}"],
        [say["field_held_on"], f"{held_on} · {say['minutes'] % {'minutes': snapshot['minutes']}}"],
        [say["field_theme"], snapshot.get("theme", "")],
    ]
    return [[name, value] for name, value in facts if value]


def _stages(snapshot: dict[str, Any], findings: int, say: Words) -> Rows:
    """The three stages with a count or two each, as the screens show them at the top of a page."""
    plan, method = snapshot["plan"], snapshot["method"]
    counts = {
        "plan": [[say["field_version"], plan["version"]]] if plan else [],
        "observe": [[say["method_observers"], method["observers"]], [say["method_events"], method["events"]]],
        "reflect": [[say["findings"], findings], [say["decisions"], len(snapshot["decisions"])]],
    }
    return [
        {
            "stage": stage,
            "name": say[f"stage_{stage}"],
            "counts": [f"{label} {_number(n)}" for label, n in counted],
        }
        for stage, counted in counts.items()
    ]


def _people(people: Rows, say: Words) -> list[list[str]]:
    """Each role with its people in one line."""
    named = {
        label: ", ".join(person["name"] for person in people if person["role"] == role)
        for role, label in _labels("role", say).items()
    }
    return [[label, names] for label, names in named.items() if names]


def _plan(plan: dict[str, Any] | None, say: Words) -> dict[str, Any] | None:
    if plan is None:
        return None
    return plan | {
        "objectives": [goal | {"domain": say[f"domain_{goal['domain']}"]} for goal in plan["objectives"]],
        "steps": [
            step
            | {
                "phase": say[f"phase_{step['phase']}"],
                "anticipated": [
                    answer | {"kind": say[f"response_{answer['kind']}"]} for answer in step["anticipated"]
                ],
            }
            for step in plan["steps"]
        ],
    }


def _pupils(snapshot: dict[str, Any], say: Words) -> dict[str, Any]:
    """``numbers`` (value, name) · ``rows``: pupil, turns, length of the bar (0–1), a number for each of
    ``codes`` · ``totals`` and ``all`` for the last row · ``silent``, ``unseen``, ``index``: a line of text.
    """
    turns, codes = snapshot["turns"], _codes(snapshot["codes"], say)
    most, total = max(turns.values(), default=0) or 1, sum(turns.values())
    unseen = ", ".join(label for code, label in _labels("code", say).items() if code not in codes)
    done = {pupil: snapshot["by_pupil"].get(pupil, {}) for pupil in turns}
    return {
        "numbers": _numbers(snapshot, total, say),
        "codes": list(codes.values()),
        "totals": [snapshot["codes"][code] for code in codes],
        "all": total,
        "rows": [
            {
                "pupil": pupil,
                "turns": n,
                "length": n / most,
                "codes": [done[pupil].get(code, 0) for code in codes],
            }
            for pupil, n in sorted(turns.items())
        ],
        "silent": ", ".join(snapshot["silent"]) or say["silent_nobody"],
        "unseen": say["codes_unseen"] % {"codes": unseen} if codes and unseen else "",
        "index": _index(snapshot, total, say),
    }


def _numbers(snapshot: dict[str, Any], turns: int, say: Words) -> list[list[str]]:
    return [
        [f"{_number(snapshot['watched'])}/{_number(snapshot['pupils'])}", say["pupils_watched"]],
        [_number(snapshot["events"]), say["pupils_events"]],
        [_number(turns), say["pupils_turns"]],
        [_number(len(snapshot["silent"])), say["pupils_silent"]],
    ]


def _codes(counted: dict[str, int], say: Words) -> Words:
    """The event codes that occurred, with their words; a school's own code speaks for itself."""
    builtin = _labels("code", say)
    own = {code: code.replace("_", " ") for code in sorted(counted) if code not in builtin}
    return {code: label for code, label in (builtin | own).items() if counted.get(code)}


def _index(snapshot: dict[str, Any], turns: int, say: Words) -> str:
    """How the turns were shared in the class, in one line; or why there is no such line."""
    gini, share = snapshot["gini"], snapshot["top_share"]
    watched = snapshot["watched"] >= WATCHED_FOR_AN_INDEX * snapshot["pupils"]
    if turns < TURNS_FOR_A_BAND or not watched or gini is None or share is None:
        return say["too_few_turns"]
    return f"{say['largest_share'] % {'share': _percent(share)}} {say['gini'] % {'gini': _number(gini, 2)}}"


def _groups(snapshot: dict[str, Any], say: Words) -> Rows:
    """The groups, the turns of their pupils all on one scale."""
    turns = snapshot["turns"]
    members = [pupil for group in snapshot["groups"] for pupil in group["pupils"]]
    most = max((turns.get(pupil, 0) for pupil in members), default=0) or 1
    return [_group(group, turns, most, say) for group in snapshot["groups"]]


def _group(group: dict[str, Any], turns: dict[str, int], most: int, say: Words) -> dict[str, Any]:
    """``band``: how far chance alone may put the busiest pupil, 0–1 on the scale of the pupils' ``place``."""
    judged, chance = verdict(group), group["chance_top_share"]
    shown = judged != Spread.TOO_FEW and chance is not None
    text = say[f"verdict_{judged}"]
    if shown:
        shares = {"share": _percent(group["top_share"]), "chance": _percent(chance)}
        text += " " + say["largest_share_by_chance"] % shares
    return {
        "name": group["name"],
        "turns": group["turns"],
        "text": text,
        "band": min(1, chance * group["turns"] / most) if shown else None,
        "pupils": [
            {"pupil": pupil, "turns": turns.get(pupil), "place": turns.get(pupil, 0) / most}
            for pupil in group["pupils"]
        ],
    }


def _claim(claim: dict[str, Any], say: Words) -> dict[str, Any]:
    """Its text with a chip (``status``, ``label``), what it stands on, and all its evidence by stance."""
    return {
        "text": claim["text"],
        "status": claim["status"],
        "label": say[f"status_{claim['status']}"],
        "ground": _ground(claim, say),
        "answer": claim.get("answer", ""),
        "evidence": [
            {
                "stance": name,
                "heading": say[f"evidence_{name}"],
                "items": [_item(item, say) for item in items],
            }
            for stance, name in STANCES.items()
            if (items := [item for item in claim["items"] if item["stance"] == stance])
        ],
    }


def _ground(claim: dict[str, Any], say: Words) -> str:
    """The axes along which the evidence agrees, its kinds and its days, in one line."""
    axes = " + ".join(say[f"axis_{axis}"] for axis in claim["axes"])
    items = [item for item in claim["items"] if item["stance"] != "context"]
    kinds = Counter(say[f"item_{item['kind']}"] for item in items)
    days = sorted({item["on"] for item in items})
    parts = [
        say["axis_none"] if claim["status"] == "supported" else axes,
        ", ".join(f"{kind} × {n}" for kind, n in kinds.items()),
        ", ".join(_date(day) for day in days),
    ]
    return " · ".join(part for part in parts if part)


def _item(item: dict[str, Any], say: Words) -> dict[str, str]:
    return {
        "who": item["who"],
        "where": f"{say['item_' + item['kind']]} · {_date(item['on'])}",
        "pupils": ", ".join(item["pupils"]),
        "text": item["text"],
    }


def _legend(present: set[str], say: Words) -> Rows:
    """The statuses that occur, weakest first, each with what it means."""
    return [
        {"status": status, "label": say[f"status_{status}"], "meaning": say[f"meaning_{status}"]}
        for status in STRENGTH
        if status in present
    ]


def _decision(decision: dict[str, Any], say: Words) -> dict[str, Any]:
    return decision | {
        "due_on": _date(decision["due_on"]),
        "done_at": _date(decision["done_at"]) or say["not_done"],
    }


def _labels(kind: str, say: Words) -> Words:
    """value → word of one kind of words, in the order they are kept."""
    prefix = f"{kind}_"
    return {key.removeprefix(prefix): word for key, word in say.items() if key.startswith(prefix)}


def _date(value: str | None, form: str = "j M Y") -> str:
    return date_format(datetime.fromisoformat(value), form) if value else ""


def _number(value: float, decimals: int = 0) -> str:
    return str(number_format(round(value, decimals), decimals, force_grouping=True))


def _percent(share: float) -> str:
    return f"{_number(share * 100)}%"
