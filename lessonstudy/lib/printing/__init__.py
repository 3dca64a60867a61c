"""Pages set by typst: letters that can be printed, and a document made of a template and data."""

from lessonstudy.lib.printing.glyphs import UNPRINTABLE, breakable, fit, printable
from lessonstudy.lib.printing.typesetting import typeset

__all__ = ["UNPRINTABLE", "breakable", "fit", "printable", "typeset"]
