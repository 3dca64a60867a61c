"""Invented classes for the grouping engine, as uneven as real ones; their wishes hold in hidden groups."""

import random

from cycles.grouping.problem import read
from cycles.grouping.sizes import split

ATTRIBUTES = [
    {"name": "achievement", "kind": "numeric", "weight": 3, "spread": 1 / 3},
    {"name": "participation", "kind": "numeric", "weight": 1.5},
    {"name": "gender", "kind": "category", "weight": 2},
    {"name": "background", "kind": "category", "weight": 1.5},
    {"name": "sen", "kind": "tag", "weight": 1},
    {"name": "eal", "kind": "tag", "weight": 1},
    {"name": "quiet", "kind": "tag", "weight": 1},
    {"name": "dominant", "kind": "tag", "weight": 1},
]


def instance(size, *, seed, target=5, girls=0.5, together=1, apart=3, locked=0, unknown=0.0, rules=True):
    """A class as JSON. Wishes can all be met: they hold in a grouping that is not told."""
    draw = random.Random(seed)
    sizes = list(split(size, target))
    ids = [f"p{n:03}" for n in range(1, size + 1)]
    students = [_pupil(draw, one, girls, unknown) for one in ids]
    hidden = ids[:]
    draw.shuffle(hidden)
    groups, begin = [], 0
    for n in sizes:
        groups.append(hidden[begin : begin + n])
        begin += n
    where = {one: n for n, group in enumerate(groups) for one in group}
    pairs = [group[:2] for group in draw.sample(groups, min(together, len(groups)))]
    strangers = [(a, b) for a in ids for b in ids if a < b and where[a] != where[b]]
    before = ids[:]
    draw.shuffle(before)
    met = [
        [before[n], before[m]] for n in range(size) for m in range(n + 1, size) if n // target == m // target
    ]
    return {
        "format": "hetgroups-instance/1",
        "name": f"invented-{size}-{seed}",
        "students": students,
        "group_sizes": sizes,
        "attributes": ATTRIBUTES,
        "hard": {
            "together": pairs,
            "apart": [list(pair) for pair in draw.sample(strangers, min(apart, len(strangers)))],
            "locked": {one: where[one] for one in draw.sample(ids, locked)},
        },
        "rules": {
            "no_isolated": [{"attribute": "gender", "value": value} for value in "FM"],
            "cap": [{"tag": tag, "max": _cap(students, tag, sizes)} for tag in ("sen", "quiet", "dominant")],
        }
        if rules
        else {},
        "repeat": {"weight": 2, "pairs": met},
    }


def problem(size, **kwargs):
    return read(instance(size, **kwargs))


def _pupil(draw, one, girls, unknown):
    talk = draw.lognormvariate(0, 0.8)
    tags = [tag for tag, share in (("sen", 0.1), ("eal", 0.2)) if draw.random() < share]
    tags += ["quiet"] if talk < 0.5 else ["dominant"] if talk > 2 else []
    known = draw.random() >= unknown
    return {
        "id": one,
        "achievement": round(min(100, max(0, draw.gauss(64, 15))), 1) if known else None,
        "participation": round(talk, 2),
        "gender": "F" if draw.random() < girls else "M",
        "background": draw.choices("ABCD", [5, 3, 2, 1])[0],
        "tags": tags,
    }


def _cap(students, tag, sizes):
    return -(-sum(tag in student["tags"] for student in students) // len(sizes)) or 1
