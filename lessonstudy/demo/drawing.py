"""A pupil's drawing, drawn by code: nobody's photo is in the demo school."""

from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFont

TILE, MARGIN = 60, 50
PAPER, PENCIL, CRAYON = (252, 250, 244), (92, 92, 104), (214, 138, 84)


def carpet(columns: int, rows: int) -> bytes:
    """A carpet whose tiles show along two edges, each row struck through, and what that makes; a PNG."""
    size = (columns * TILE + 2 * MARGIN, rows * TILE + 3 * MARGIN)
    picture = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(picture)
    hand = Random(f"{columns} × {rows}")  # noqa: S311  (nobody draws a straight line)

    def near(column: int, row: int) -> tuple[int, int]:
        return (
            MARGIN + column * TILE + hand.randint(-3, 3),
            MARGIN + row * TILE + hand.randint(-3, 3),
        )

    for column in range(columns):
        for row in range(rows):
            if column == 0 or row == 0:
                corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
                pen.line([near(column + x, row + y) for x, y in corners], PENCIL, 3)
    edge = [near(columns, 0), near(columns, rows), near(0, rows)]
    pen.line(edge, PENCIL, 3)
    for row in range(rows):
        y = MARGIN + row * TILE + TILE // 2
        ends = (MARGIN + 12, MARGIN + columns * TILE - 12)
        pen.line([(x, y + hand.randint(-4, 4)) for x in ends], CRAYON, 6)
    words = f"{rows} x {columns} = {rows * columns}"  # as children write it
    pen.text((MARGIN, MARGIN + rows * TILE + 16), words, PENCIL, ImageFont.load_default(34))
    file = BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
