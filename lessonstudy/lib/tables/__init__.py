"""Reads a CSV or XLSX file that a teacher made into rows of text, and says in plain words what to mend in it.

What stands in the file is what the rows hold: where that cannot be promised, the file is refused.
"""

from lessonstudy.lib.tables.problems import BadTable, Problem
from lessonstudy.lib.tables.reading import Row, Table, column_name, read_table

__all__ = ["BadTable", "Problem", "Row", "Table", "column_name", "read_table"]
