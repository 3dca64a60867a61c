"""The engine's answers in words: what is wrong, what cannot be, and why these groups.

``name`` tells how a pupil is called, ``label`` how an attribute is, ``level`` how one of its levels is
counted; unless told, each by what the problem itself says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cycles.grouping import (
    BadProblem,
    GroupFacts,
    Infeasible,
    Measure,
    NoLone,
    PupilFacts,
    Reason,
    Violation,
    Wish,
)
from cycles.grouping.objective import MET

Name = Callable[[str], str]
Level = Callable[[str, str, int], str]

MOST_NAMED = 12
INVITES, QUIET = "invites", "quiet"  # tags that mean something to us, where a problem has them

WANTED = {
    "attribute": gettext_lazy("a name and a kind (numeric, category or tag)"),
    "share": gettext_lazy("a number from 0 to 1"),
    "pupil": gettext_lazy("an object with an id"),
    "no_lone": gettext_lazy("an attribute and a value"),
    "cap": gettext_lazy("a tag and a whole number as max"),
    "met": gettext_lazy("two different ids and how often"),
    "pair": gettext_lazy("two ids"),
    "ids": gettext_lazy("a list of ids"),
    "id": gettext_lazy("an id (text or a whole number)"),
    "whole": gettext_lazy("a whole number, 0 or more"),
    "number": gettext_lazy("a number"),
    "not_negative": gettext_lazy("a number, 0 or more"),
    "level": gettext_lazy("text or a number"),
    "list": gettext_lazy("a list"),
    "object": gettext_lazy("an object"),
}

BAD = {
    "too_few_pupils": gettext_lazy("At least two pupils are needed to make groups."),
    "too_many_pupils": gettext_lazy("%(pupils)d pupils are too many; up to %(most)d can be mixed at once."),
    "pupil_twice": gettext_lazy("More than once in the list of pupils: %(pupils)s."),
    "size_not_positive": gettext_lazy("Every group needs a size, and at least one pupil."),
    "sizes_do_not_add_up": gettext_lazy(
        "The groups have %(places)d places, but there are %(pupils)d pupils."
    ),
    "unknown_pupil": gettext_lazy("Named in a wish, but not in the list of pupils: %(pupils)s."),
    "apart_from_oneself": gettext_lazy("Nobody can be kept apart from themselves: %(pupils)s."),
    "no_such_group": gettext_lazy(
        "%(pupils)s cannot be fixed to group %(group)d: there are %(groups)d groups, counted from 0."
    ),
    "not_an_object": gettext_lazy("What was given is not a JSON object with pupils and sizes of groups."),
    "other_form": gettext_lazy("The form “%(form)s” is not known; it has to be “%(known)s”."),
    "attribute_twice": gettext_lazy("More than once among what to mix: %(names)s."),
    "unknown_attribute": gettext_lazy("A rule is about “%(name)s”, but no pupil has such a thing."),
    "wrong_value": gettext_lazy("%(place)s must be %(wanted)s."),
}

WHY_NOT = {
    Reason.TOGETHER_TOO_LARGE: gettext_lazy(
        "Wishes to stay together tie %(pupils)s to each other: more pupils than any group holds."
    ),
    Reason.TOGETHER_AND_APART: gettext_lazy("%(first)s and %(last)s are to be together and apart at once."),
    Reason.APART_CLIQUE: gettext_lazy(
        "%(pupils)s are all to be kept apart from each other, but there are fewer groups than that."
    ),
    Reason.APART_UNCOLOURABLE: gettext_lazy(
        "However the groups are made, the wishes about %(pupils)s cannot all be kept."
    ),
    Reason.LOCK_CONFLICT: gettext_lazy(
        "The groups that pupils are fixed to contradict other wishes: %(pupils)s."
    ),
    Reason.GROUP_OVERFULL: gettext_lazy(
        "Group %(group)d is too small for all who are fixed to it and those who stay with them: %(pupils)s."
    ),
    Reason.BLOCKS_DO_NOT_PACK: gettext_lazy(
        "Those who stay together do not fit into groups of these sizes: %(pupils)s."
    ),
}

THIRDS = {
    "high": lambda n: ngettext("%(n)d high", "%(n)d high", n),
    "middle": lambda n: ngettext("%(n)d middle", "%(n)d middle", n),
    "low": lambda n: ngettext("%(n)d low", "%(n)d low", n),
    "unknown": lambda n: ngettext("%(n)d unknown", "%(n)d unknown", n),
}

GENDERS = {
    "F": lambda n: ngettext("%(n)d girl", "%(n)d girls", n),
    "M": lambda n: ngettext("%(n)d boy", "%(n)d boys", n),
}


def itself(word: str) -> str:
    return word


def counted(attribute: str, level: str, n: int) -> str:
    """“2 girls”; levels that we have no words for as they are called."""
    if not level:
        return THIRDS["unknown"](n) % {"n": n}
    if attribute == "gender" and level in GENDERS:
        return GENDERS[level](n) % {"n": n}
    return f"{n} {level}"


def why_bad(problem: BadProblem) -> str:
    """One sentence about what is wrong with what was asked."""
    params = {
        key: listed(map(str, value)) if isinstance(value, list) else value
        for key, value in problem.params.items()
    }
    if "wanted" in params:
        params["wanted"] = WANTED[params["wanted"]]
    return str(BAD[problem.code]) % params


def why_not(found: Infeasible, name: Name = itself) -> str:
    """Why wishes cannot be met, and what to give up so that they can."""
    pupils = [name(one) for one in found.pupils]
    if found.reason is Reason.TOGETHER_AND_APART and len(pupils) > 2:
        why = _("%(first)s and %(last)s are to be apart, but are together through %(between)s.")
    else:
        why = str(WHY_NOT[found.reason])
    why %= {
        "pupils": listed(pupils),
        "first": pupils[0],
        "last": pupils[-1],
        "between": listed(pupils[1:-1]),
        "group": (found.group or 0) + 1,
    }
    drop = _("It is enough to give up: %(wishes)s.") % {
        "wishes": "; ".join(wished(wish, name) for wish in found.drop)
    }
    return f"{why} {drop}"


def undecided() -> str:
    return _(
        "It could not be decided in time whether these wishes can all be met. "
        "Give up one or two, and try again."
    )


def wished(wish: Wish, name: Name = itself) -> str:
    """A wish in a few words."""
    pupils = listed(name(one) for one in wish.pupils)
    if wish.kind == "together":
        return _("%(pupils)s together") % {"pupils": pupils}
    if wish.kind == "apart":
        return _("%(pupils)s apart") % {"pupils": pupils}
    return _("%(pupils)s in group %(group)d") % {"pupils": pupils, "group": (wish.group or 0) + 1}


def said(facts: GroupFacts, name: Name = itself, label: Name = itself, level: Level = counted) -> str:
    """A group in one line: thirds, levels, tags, who meets again, what is broken."""
    parts = [
        _headed(label(attribute), _thirds(counts), when=len(facts.thirds) > 1)
        for attribute, counts in facts.thirds.items()
    ]
    for attribute, levels in facts.levels.items():
        counts = ", ".join(level(attribute, one, levels[one]) for one in sorted(levels, key=_unknown_last))
        parts.append(_headed(label(attribute), counts, when=attribute != "gender"))
    parts += _tags(facts.tagged, name, label)
    if facts.again:
        pairs = ", ".join(f"{name(first)} + {name(second)}" for first, second in facts.again)
        parts.append(_("together again: %(pairs)s") % {"pairs": pairs})
    parts += [broken(violation, label) for violation in facts.broken] or [_("no rule broken")]
    return "; ".join(parts)


def said_of(facts: PupilFacts, name: Name = itself, label: Name = itself) -> str:
    """A pupil in one line: what they bring, and which wishes held them."""
    parts = [
        _headed(label(attribute), _word(third), when=len(facts.thirds) > 1)
        for attribute, third in facts.thirds.items()
    ]
    parts += [_headed(label(attribute), one, when=True) for attribute, one in facts.levels.items()]
    parts += [label(tag) for tag in facts.tags]
    if facts.again:
        again = listed(name(one) for one in facts.again)
        parts.append(_("together again with %(pupils)s") % {"pupils": again})
    parts += [_("wish kept: %(wish)s") % {"wish": wished(wish, name)} for wish in facts.wishes]
    return "; ".join(parts) or _("nothing is known that could be mixed")


def broken(violation: Violation, label: Name = itself) -> str:
    """A rule that does not hold in a group."""
    rule = violation.rule
    if isinstance(rule, NoLone):
        return _("only one with %(attribute)s %(value)s") % {
            "attribute": label(rule.attribute),
            "value": rule.value,
        }
    return _("%(count)d with %(tag)s, where %(most)d at most were wished") % {
        "count": violation.count,
        "tag": label(rule.tag),
        "most": rule.most,
    }


def measured(measure: Measure, label: Name = itself) -> str:
    """How evenly one attribute is spread, from 0 (drawing lots) to 100, and whether a rule holds it down."""
    named = _("new partners") if measure.name == MET else label(measure.name)
    line = _("%(name)s: %(score)d of 100") % {"name": named, "score": round(measure.score)}
    if measure.least_by_rule > measure.least + 1e-9:
        line += "; " + _("the rule that nobody is alone holds it down")
    return line


def listed(words: Iterable[str]) -> str:
    """“A, B and C”; a long list is cut short."""
    all_words = list(words)
    if len(all_words) > MOST_NAMED:
        more = len(all_words) - MOST_NAMED
        return _("%(first)s and %(more)d more") % {"first": ", ".join(all_words[:MOST_NAMED]), "more": more}
    if len(all_words) < 2:
        return "".join(all_words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(all_words[:-1]), "last": all_words[-1]}


def _headed(head: str, text: str, *, when: bool) -> str:
    return f"{head}: {text}" if when else text


def _thirds(counts: Mapping[str, int]) -> str:
    return ", ".join(
        THIRDS[third](counts[third]) % {"n": counts[third]} for third in THIRDS if counts.get(third)
    )


def _word(third: str) -> str:
    return {"high": _("high"), "middle": _("middle"), "low": _("low")}[third]


def _unknown_last(level: str) -> tuple[bool, str]:
    return not level, level


def _tags(tagged: Mapping[str, Sequence[str]], name: Name, label: Name) -> list[str]:
    """“quiet S14 sits with S03, who invites others”; other tags with those who have them."""
    parts = []
    inviting = tagged.get(INVITES, ())
    for tag, pupils in tagged.items():
        others = [one for one in inviting if one not in pupils]
        if tag == QUIET and others:
            texts = {
                "quiet": listed(name(one) for one in pupils),
                "inviting": listed(name(one) for one in others),
            }
            if len(pupils) == 1 and len(others) == 1:
                parts.append(_("quiet %(quiet)s sits with %(inviting)s, who invites others") % texts)
            else:
                parts.append(_("quiet %(quiet)s with %(inviting)s, who invite others") % texts)
        elif tag != INVITES or QUIET not in tagged:
            parts.append(f"{label(tag)}: {listed(name(one) for one in pupils)}")
    return parts
