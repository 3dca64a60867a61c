"""The plan to take along: the sheet as PDF, Word and Excel, and the forms that schools hand in."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cycles.exports import docx, pdf, xlsx
from cycles.exports.facts import facts_of
from cycles.exports.school_forms import deep_learning_plan, teaching_module
from cycles.exports.whole_sheet import whole_sheet
from cycles.models import LessonPlan

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
DOCUMENTS = {"sheet": whole_sheet, "modul-ajar": teaching_module, "pembelajaran-mendalam": deep_learning_plan}
# Every form there is: its address, what it is called, what it is for, and the files it comes as.
FORMS = (
    (
        "sheet",
        _("The team’s sheet"),
        _("Everything on the sheet. The Word and Excel files can be changed and read in again."),
        ("pdf", "docx", "xlsx"),
    ),
    (
        "modul-ajar",
        _("Modul Ajar"),
        _("Information, core components and appendices, in Indonesian."),
        ("pdf", "docx"),
    ),
    (
        "pembelajaran-mendalam",
        _("Perencanaan Pembelajaran Mendalam"),
        _("Identification, design, learning experience and assessment, in Indonesian."),
        ("pdf", "docx"),
    ),
)


@dataclass(frozen=True)
class Export:
    """A file to hand out."""

    content: bytes
    type: str
    name: str


def export(plan: LessonPlan, form: str, extension: str) -> Export | None:
    """The plan in that form as that kind of file, None where there is no such. In the active language,
    but the school forms always in Indonesian.
    """
    if extension not in next((files for name, _title, _about, files in FORMS if name == form), ()):
        return None
    facts = facts_of(plan)
    at = (plan.frozen_at or plan.written_at or plan.created_at).replace(microsecond=0)
    if extension == "xlsx":
        content = xlsx.render(facts)
    else:
        render = {"docx": docx.render, "pdf": pdf.render}[extension]
        content = render(DOCUMENTS[form](facts), at=at)
    name = slugify(plan.topic or plan.lesson.cycle.title)[:60] or "plan"
    return Export(content, TYPES[extension], f"{name}-{form}-{plan.lesson.sequence}.{extension}")
