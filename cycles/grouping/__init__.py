"""Mixing pupils: groups as unlike inside, and as alike among each other, as the teacher's rules allow.

Pure: no Django, no clock, no global chance. The same problem, seed and effort give the same groups on every
machine. Read on in this order: ``problem`` (what is asked), ``objective`` (what is good), ``wishes`` and
``feasibility`` (what cannot be), ``costs`` and ``search`` (the groups), ``columns`` and ``proof`` (that none
are better), ``explaining`` (why these).

The objective is maximally diverse grouping with every attribute measured against drawing lots; its formulas
and their sources stand in ``objective``. A proof needs HiGHS, which is large: ``proof`` is imported where one
is wanted.
"""

from cycles.grouping.explaining import GroupFacts, PupilFacts, explain, explain_pupils
from cycles.grouping.feasibility import Infeasible, Reason, infeasibilities
from cycles.grouping.objective import Evaluation, Measure, Violation, evaluate
from cycles.grouping.problem import Attribute, BadProblem, Cap, Kind, NoLone, Problem, Pupil, Rule, read
from cycles.grouping.search import ALGORITHM, Effort, effort_for, form_groups
from cycles.grouping.sizes import split
from cycles.grouping.wishes import NotDecided, Wish

__all__ = [
    "ALGORITHM",
    "Attribute",
    "BadProblem",
    "Cap",
    "Effort",
    "Evaluation",
    "GroupFacts",
    "Infeasible",
    "Kind",
    "Measure",
    "NoLone",
    "NotDecided",
    "Problem",
    "Pupil",
    "PupilFacts",
    "Reason",
    "Rule",
    "Violation",
    "Wish",
    "effort_for",
    "evaluate",
    "explain",
    "explain_pupils",
    "form_groups",
    "infeasibilities",
    "read",
    "split",
]
