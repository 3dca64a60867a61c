"""What pip would install is pinned to the last package."""

import importlib.metadata
import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]


def pins(name):
    """Package → pinned release of one requirements file, for this Python."""
    lines = (ROOT / name).read_text().splitlines()
    wanted = [Requirement(line.split("#")[0]) for line in lines if re.match(r"\w", line)]
    return {
        requirement: Version(str(requirement.specifier).removeprefix("=="))
        for requirement in wanted
        if requirement.marker is None or requirement.marker.evaluate()
    }


def brought_along(requirements):
    """Every package that these need, however far down, as (name, installed release)."""
    found, waiting = set(), [(requirement.name, requirement.extras) for requirement in requirements]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        key = (canonicalize_name(name), frozenset(extras))
        if key in seen:
            continue
        seen.add(key)
        package = importlib.metadata.distribution(name)
        found.add((canonicalize_name(name), Version(package.version)))
        for need in map(Requirement, package.requires or []):
            if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ["", *extras]):
                waiting.append((need.name, need.extras))
    return found


def test_everything_that_is_installed_for_us_is_pinned_to_what_the_tests_ran_with():
    direct = {**pins("requirements.txt"), **pins("requirements-dev.txt")}
    pinned = {
        (canonicalize_name(requirement.name), release)
        for requirement, release in {**direct, **pins("constraints.txt")}.items()
    }

    installed = brought_along(direct)

    assert installed - pinned == set()
    assert pinned - installed == set()
