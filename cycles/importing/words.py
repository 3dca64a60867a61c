"""What teachers call the columns and the choices of a plan, in the languages we speak."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import override

from cycles.exports.school_forms import EXPERIENCES, experience_titles, not_written
from cycles.models import PlanStep
from cycles.sheet import PARTS, label

# Names of columns in plans that come from elsewhere; our own labels are known besides, in every language.
STEP_WORDS = {
    "number": "no, nr, step, number, nomor, langkah",
    "phase": "phase, stage, part, fase, tahap, tahapan, bagian, sintaks",
    "minutes": "minutes, minute, min, time, duration, menit, waktu, durasi, alokasi waktu",
    "activity": (
        "activity, activities, learning activity, learning activities, pupil activity, pupils’ activities, "
        "student activity, student activities, what pupils do · key question, steps of the lesson, "
        "lesson steps, learning steps, kegiatan, aktivitas, "
        "kegiatan siswa, aktivitas siswa, kegiatan murid, aktivitas murid, kegiatan peserta didik, "
        "aktivitas peserta didik, kegiatan belajar, aktivitas belajar, kegiatan pembelajaran, "
        "aktivitas pembelajaran, kegiatan belajar mengajar, kegiatan guru dan siswa, "
        "langkah kegiatan, langkah-langkah, langkah-langkah kegiatan, langkah kegiatan pembelajaran, "
        "langkah-langkah kegiatan pembelajaran, langkah pembelajaran, langkah-langkah pembelajaran, "
        "pengalaman belajar, deskripsi kegiatan, deskripsi kegiatan pembelajaran, uraian kegiatan, "
        "uraian kegiatan pembelajaran, "
        "rincian kegiatan, kegiatan siswa · pertanyaan kunci"
    ),
    "key_question": "key questions, question, questions, hatsumon, pertanyaan, pertanyaan pemantik",
    "responses": (
        "responses, expected responses, anticipated responses, anticipated response, "
        "anticipated student responses, what we expect them to think, expected responses and help, "
        "prediksi, prediksi respons dan bantuan, prediksi respons siswa, "
        "prediksi respon siswa, prediksi jawaban siswa, prediksi pikiran siswa, respons siswa, respon siswa, "
        "antisipasi respons siswa"
    ),
    "teacher_response": (
        "teacher, teacher activity, teacher’s activities, teacher support, teacher response, kegiatan guru, "
        "aktivitas guru, bantuan guru, tindakan guru, respons guru, respon guru, antisipasi guru"
    ),
    "observation_point": "observation, observation point, points to notice, pengamatan, yang diamati",
    "evaluation_point": "evaluation, assessment, penilaian, evaluasi, asesmen",
    "materials": "material, resources, media, alat, bahan, alat dan bahan, media dan alat, sumber belajar",
    "link_to_known": "prior knowledge, pengetahuan awal, apersepsi",
    "grouping_mode": "grouping, organisation, pengelompokan, pengorganisasian",
}
PHASE_WORDS = {
    PlanStep.Phase.OPENING: (
        "opening, introduction, start, pendahuluan, kegiatan pendahuluan, pembukaan, kegiatan pembuka, awal, "
        "kegiatan awal"
    ),
    PlanStep.Phase.CORE: "core, main, development, inti, kegiatan inti, utama",
    PlanStep.Phase.CLOSING: "closing, conclusion, plenary, end, penutup, penutupan, akhir, kegiatan penutup",
}
EXPERIENCE_WORDS = ("memahami", "mengaplikasikan", "merefleksikan")  # besides our own words
BULLET = re.compile(r"^\s*(?:[-–•*▪●○◦·]|\d{1,2}[.)]|[a-z][.)])\s+", re.I)
LONGEST_HEADING = 80
MOST = 500  # characters of a name: the end of a bracket is looked for anew from every beginning
IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
DASH = re.compile(r" *[-–—] *")
NOT_A_WORD = re.compile(r"[^\w’·-]+")


def plain_name(text: str) -> str:
    """A name as it is compared: "Alokasi Waktu (menit):" is "alokasi waktu"."""
    text = IN_BRACKETS.sub(" ", text[:MOST]).replace("'", "’")
    return NOT_A_WORD.sub(" ", DASH.sub("-", text)).strip(" -").casefold()


def column(part: str, text: str) -> str:
    """The field that a column of this part is about, "" where it is none we know."""
    return _columns(part).get(plain_name(text), "")


def columns(part: str, cells: Sequence[str]) -> dict[int, str]:
    """Place in the row → field, for a row that names columns; a field named twice counts once."""
    found: dict[int, str] = {}
    for place, text in enumerate(cells):
        name = column(part, text)
        if name and name not in found.values():
            found[place] = name
    return found


def phase(text: str) -> str:
    """The phase a text names, perhaps with its minutes: "Kegiatan inti (50 menit)"; else ""."""
    name = plain_name(re.sub(r"[\d±~’'–-]+|menit|minutes?|min\b", " ", text, flags=re.I))
    for value, words in PHASE_WORDS.items():
        if name in _split(words):
            return str(value)
    return choice(PlanStep, "phase", name) or ""


class Heading(NamedTuple):
    """What a heading says of the steps below it; one with an ``episode`` names an experience."""

    phase: str = ""
    episode: str = ""


def heading(text: str) -> Heading | None:
    """The part of the lesson that a heading opens: "1. Kegiatan inti (50 menit)", "Memahami"; else None."""
    text = text.strip()
    if not text or len(text) > LONGEST_HEADING:
        return None
    text = BULLET.sub("", text)
    if named := phase(text):
        return Heading(named)
    return _experiences().get(plain_name(text))


def says_nothing(text: str) -> bool:
    """Whether this is what our forms print where nothing is written."""
    return text.strip() in _nothing()


@cache
def _nothing() -> set[str]:
    return {not_written() for _language in languages()}


@cache
def _experiences() -> dict[str, Heading]:
    known: dict[str, Heading] = {}
    for _language in languages():
        for title, more, (episode, named) in zip(
            experience_titles(), EXPERIENCE_WORDS, EXPERIENCES, strict=True
        ):
            about = Heading(str(named), str(episode))
            known |= dict.fromkeys({plain_name(title), *_split(more)}, about)
    return known


def choice(model: Any, name: str, text: str) -> str | None:
    """The value of a choice called so in any of our languages; None where nothing is called so."""
    return _choices(model, name).get(plain_name(text))


@cache
def _columns(part: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for _language in languages():
        for name in PARTS[part][1] if part in PARTS else ():
            known[plain_name(label(part, name))] = name
    if part == "steps":
        for name, words in STEP_WORDS.items():
            known |= dict.fromkeys(_split(words), name)
    return known


@cache
def _choices(model: Any, name: str) -> dict[str, str]:
    return {
        plain_name(str(words)): value
        for _language in languages()
        for value, words in model._meta.get_field(name).choices
    }


def languages() -> Iterable[str]:
    """Each language in turn, active while it is at hand."""
    for code, _name in settings.LANGUAGES:
        with override(code):
            yield code


def _split(words: str) -> set[str]:
    return {plain_name(word) for word in words.split(",")}
