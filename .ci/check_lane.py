"""Says what one run of pytest came to, and exits 1 when it proves less than it seems to.

    check_lane.py RESULTS.xml [WORD…]

It fails when no test ran, when one failed, was skipped or was expected to fail, and when a WORD occurs in the
name of no test that passed.
"""

import sys
from pathlib import Path
from xml.etree import ElementTree

OUTCOMES = {"failure", "error", "skipped"}


def main(results, *words):
    """Print the run's closing lines; the exit status."""
    cases = ElementTree.parse(results).findall(".//testcase")  # noqa: S314 - our own pytest wrote it
    names = {case: f"{case.get('classname')}::{case.get('name')}" for case in cases}
    troubles = {case: outcome for case in cases for outcome in case if outcome.tag in OUTCOMES}
    passed = [names[case] for case in cases if case not in troubles]
    lines = [f"{names[case]}: {outcome.tag}: {outcome.get('message')}" for case, outcome in troubles.items()]
    used = " ".join(passed)
    lines += [f"no test that passed has “{word}” in its name" for word in words if word not in used]
    lines += ["no test ran"] if not cases else []
    print(f"{Path(results).stem}: {len(passed)} passed, {len(troubles)} did not", *lines, sep="\n  ")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
