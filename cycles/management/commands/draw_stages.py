"""Draws docs/stages.md from the table of moves: the picture cannot lie."""

from typing import Any

from django.core.management.base import BaseCommand

from cycles.stages import MOVES


class Command(BaseCommand):
    help = "Print the stages of a cycle and the moves between them, as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        moves = [f"    {stage.value} --> {to.value}" for stage, ways in MOVES.items() for to in sorted(ways)]
        lines = ["# Stages of a cycle", "", "```mermaid", "stateDiagram-v2", "    [*] --> plan", *moves]
        lines += [
            "    closed --> [*]",
            "```",
            "",
            "Drawn from `cycles/stages.py` by `manage.py draw_stages`.",
        ]
        self.stdout.write("\n".join(lines))
