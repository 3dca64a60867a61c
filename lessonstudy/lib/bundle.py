"""Joins our modules into one file, and our style sheets: one answer instead of forty, over a slow network.

It knows our own manner of writing and no other: imports by name at the top of a module, exports where
something is declared, no module that needs itself. Whatever else it meets it refuses. Comments on lines of
their own stay here: on the way they would cost a tenth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

IMPORT = re.compile(r'^import (?:\{([^}]*)\} from )?"(\.[^"]+)";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:const|class|(?:async )?function) (\w+))", re.M)
LEFT = re.compile(r"^(?:import|export)\b.*|\bimport\(.*|\bimport\.meta\b.*", re.M)
COMMENT = re.compile(r"^[ \t]*(?:/\*(?:[^*]|\*(?!/))*\*/|//.*)\n", re.M)
SHEET = re.compile(r'@import url\("/static/([^"]+)"\) layer\((\w+)\);\n')


class NotOurManner(ValueError):
    """A module that cannot be joined with others as it is written; says which and why."""


def script(entry: Path) -> str:
    """The module with all that it imports, each once and after what it needs itself."""
    return "".join(f"const {_name(path)} = {_scope(path)};\n" for path in _in_order(entry.resolve(), (), {}))


def styles(entry: Path, root: Path) -> str:
    """The style sheet with those it imports, each in its layer. ``root``: what ``/static/`` is."""

    def layer(found: re.Match[str]) -> str:
        return f"@layer {found[2]} {{\n{(root / found[1]).read_text()}}}\n"

    return COMMENT.sub("", SHEET.sub(layer, entry.read_text()))


def _in_order(path: Path, above: tuple[Path, ...], placed: dict[Path, None]) -> Iterable[Path]:
    """``placed``, with the module and before it what it needs. ``above``: who wants it."""
    if path in above:
        raise NotOurManner(f"{path.name} imports itself by way of {above[-1].name}.")
    for needed in _needs(path):
        if needed not in placed:
            _in_order(needed, (*above, path), placed)
    placed[path] = None
    return placed


def _needs(path: Path) -> list[Path]:
    return [(path.parent / found[2]).resolve() for found in IMPORT.finditer(path.read_text())]


def _scope(path: Path) -> str:
    """The module as a function's value: its names are its own, and what it exports is handed on."""
    text = IMPORT.sub(lambda found: _taken(path, found), path.read_text())
    exports = EXPORT.findall(text)
    text = EXPORT.sub("", text)
    if left := LEFT.search(text):
        raise NotOurManner(f"{path.name}: “{left[0]}” cannot be joined with others.")
    text = COMMENT.sub("", text)
    return f"(() => {{\n{text}return {{ {', '.join(exports)} }};\n}})()"


def _taken(path: Path, found: re.Match[str]) -> str:
    names, address = found.groups()
    if names is None:
        return ""  # it only had to be there before
    taken = " ".join(names.split()).replace(" as ", ": ").strip()
    return f"const {{ {taken} }} = {_name((path.parent / address).resolve())};\n"


def _name(path: Path) -> str:
    return re.sub(r"\W", "_", f"{path.parent.name}_{path.stem}")
